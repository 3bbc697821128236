import { type SentSignals, SignalColumns, type Signals } from './signal-columns.js';

/**
 * Signals that somebody asks for at each reading, or that something is known of, in an order of no meaning. Their places here stand for them
 * where a reading is taken in: to ask an object of ever new shape for forty names, of which it has two, was a tenth of the fold.
 */
export const KNOWN_SIGNALS = [
  'engine_rpm',
  'vehicle_speed',
  'coolant_temp',
  'engine_load',
  'throttle_position',
  'accelerator_position_d',
  'relative_accelerator_position',
  'intake_manifold_pressure',
  'barometric_pressure',
  'intake_air_temp',
  'ambient_air_temp',
  'fuel_system_1_status',
  'short_fuel_trim_1',
  'long_fuel_trim_1',
  'short_fuel_trim_2',
  'long_fuel_trim_2',
  'absolute_load',
  'actual_torque',
  'control_module_voltage',
  'fuel_level',
  'hybrid_battery_soc',
  'odometer',
  'run_time',
  'pto_active',
  'mil_on',
  'dtc_clear_ack',
  'warmups_since_clear',
  'fuel_type',
  'commanded_lambda',
  'engine_fuel_rate',
  'engine_fuel_rate_mass',
  'cylinder_fuel_rate',
  'mass_air_flow',
  'oil_temp',
  'relative_throttle_position',
  'throttle_position_b',
  'throttle_position_c',
  'commanded_throttle',
  'accelerator_position_e',
  'accelerator_position_f',
  'timing_advance',
  'device_unplugged',
] as const;
export type KnownSignal = (typeof KNOWN_SIGNALS)[number];

const PLACES: ReadonlyMap<string, number> = new Map(KNOWN_SIGNALS.map((name, place) => [name, place]));

/** The place of a signal among `KNOWN_SIGNALS`: a number to keep, not to look up at each reading. */
export const placeOfSignal = (name: KnownSignal): number => PLACES.get(name)!;

/** What `toldBy` answers with. */
export interface ToldSignals {
  /** Of whom it is. */
  signals: SentSignals;
  /** How many there are; what stands behind them is left over. In the order of the reading. */
  count: number;
  names: readonly string[];
  values: Float64Array;
  /** Of each among `KNOWN_SIGNALS`, −1 for others. */
  places: Int16Array;
  /** By place among `KNOWN_SIGNALS`; NaN where the reading does not tell it, so that every comparison with it is false. */
  known: Float64Array;
}

/** Of signals that came as a record. */
const names: string[] = [];
let places = new Int16Array(64);

const told: ToldSignals = {
  signals: {},
  count: 0,
  names,
  values: new Float64Array(64),
  places,
  known: new Float64Array(KNOWN_SIGNALS.length).fill(Number.NaN),
};

/**
 * The signals of a reading as columns. They are taken apart once, however often and by whomever this is asked of the newest reading.
 * @returns the same object each time, valid until the signals of another reading are asked for
 */
export const toldBy = (signals: SentSignals): ToldSignals => (told.signals === signals ? told : takeApart(signals));

const takeApart = (signals: SentSignals): ToldSignals => {
  const { known } = told;
  for (let i = 0; i < told.count; i++) if (told.places[i]! >= 0) known[told.places[i]!] = Number.NaN;
  told.signals = signals;
  if (signals instanceof SignalColumns) takeColumns(signals);
  else takeRecord(signals);
  return told;
};

const takeColumns = ({ shape, values }: SignalColumns): void => {
  shape.places ??= Int16Array.from(shape.names, name => PLACES.get(name) ?? -1);
  const { known } = told;
  const { length } = values;
  while (length > told.values.length) makeRoom();
  told.count = length;
  told.names = shape.names;
  told.places = shape.places;
  for (let i = 0; i < length; i++) {
    const value = values[i]!;
    const place = told.places[i]!;
    told.values[i] = value;
    if (place >= 0) known[place] = value;
  }
};

const takeRecord = (signals: Readonly<Signals>): void => {
  const { known } = told;
  let count = 0;
  for (const name in signals) {
    if (count === told.values.length) makeRoom();
    const value = signals[name]!;
    const place = PLACES.get(name) ?? -1;
    names[count] = name;
    told.values[count] = value;
    places[count] = place;
    if (place >= 0) known[place] = value;
    count++;
  }
  told.count = count;
  told.names = names;
  told.places = places;
};

/** Values of either, places of a record: as many. */
const makeRoom = (): void => {
  const { values } = told;
  told.values = new Float64Array(2 * values.length);
  told.values.set(values);
  const placesBefore = places;
  places = new Int16Array(told.values.length);
  places.set(placesBefore);
};
