import type { KnownSignal } from '../../model/told-signals.js';

/** What decides which range holds: a motorcycle revs higher, a truck breathes more, some have 24 V. Not known = the widest but the motorcycle's. */
export interface VehicleKind {
  readonly class?: 'car' | 'van' | 'truck' | 'bus' | 'motorcycle';
  readonly system_V?: 12 | 24;
}

type Bounds = readonly [least: number, most: number];

/** True values of a signal and how fast they can truly change. */
export interface Plausibility {
  readonly range?: Bounds | ((kind: VehicleKind) => Bounds);
  /** Allowed although it is out of the range: an engine that stands. */
  readonly orZero?: true;
  /** Fastest true change, in units per second. */
  readonly change_per_s?: number;
  /** What a change may be besides: the step of the sensor, fuel that sloshes. */
  readonly step?: number;
  /** `rising` never falls; `clock` counts seconds, or begins again. */
  readonly course?: 'rising' | 'clock';
}

const RPM: Bounds = [300, 8_000];
const RPM_OF_MOTORCYCLE: Bounds = [300, 14_000];
const AIR: Bounds = [0, 400];
const AIR_OF_HEAVY: Bounds = [0, 800];
const VOLTS: Bounds = [6, 33];
const VOLTS_OF_12: Bounds = [6, 16.5];
const VOLTS_OF_24: Bounds = [9, 33];
const FUEL_RATE: Bounds = [0, 130];
const FUEL_RATE_OF_HEAVY: Bounds = [0, 200];

const isHeavy = ({ class: vehicleClass }: VehicleKind): boolean =>
  vehicleClass !== 'car' && vehicleClass !== 'van' && vehicleClass !== 'motorcycle';

const percentage: Plausibility = { range: [0, 100] };
const trim: Plausibility = { range: [-50, 50] };

/** @see SAE J1979 for what can be sent; these are what can be true */
const TABLE: Readonly<Partial<Record<KnownSignal, Plausibility>>> = {
  engine_rpm: {
    range: kind => (kind.class === 'motorcycle' ? RPM_OF_MOTORCYCLE : RPM),
    orZero: true,
    change_per_s: 8_000,
    step: 1,
  },
  // 1.3 g; what is faster is a bad sample, or a crash.
  vehicle_speed: { range: [0, 250], change_per_s: 45, step: 1 },
  coolant_temp: { range: [-40, 130], change_per_s: 3, step: 1 },
  oil_temp: { range: [-40, 160], change_per_s: 3, step: 1 },
  intake_air_temp: { range: [-40, 90], change_per_s: 5, step: 1 },
  ambient_air_temp: { range: [-40, 60], change_per_s: 1, step: 1 },
  engine_load: percentage,
  throttle_position: percentage,
  relative_throttle_position: percentage,
  throttle_position_b: percentage,
  throttle_position_c: percentage,
  commanded_throttle: percentage,
  accelerator_position_d: percentage,
  accelerator_position_e: percentage,
  accelerator_position_f: percentage,
  relative_accelerator_position: percentage,
  // 5 % a minute, and the 5 % it may slosh; a refuel is believed at its second sample.
  fuel_level: { range: [0, 100], change_per_s: 5 / 60, step: 5 },
  mass_air_flow: { range: kind => (isHeavy(kind) ? AIR_OF_HEAVY : AIR), change_per_s: 400, step: 1 },
  intake_manifold_pressure: { range: [10, 255], change_per_s: 400, step: 1 },
  barometric_pressure: { range: [50, 108], change_per_s: 1, step: 1 },
  control_module_voltage: {
    range: kind => (kind.system_V === 24 ? VOLTS_OF_24 : kind.system_V === 12 ? VOLTS_OF_12 : VOLTS),
    change_per_s: 8,
    step: 0.1,
  },
  short_fuel_trim_1: trim,
  long_fuel_trim_1: trim,
  short_fuel_trim_2: trim,
  long_fuel_trim_2: trim,
  timing_advance: { range: [-30, 60] },
  engine_fuel_rate: { range: kind => (isHeavy(kind) ? FUEL_RATE_OF_HEAVY : FUEL_RATE), change_per_s: 130, step: 0.1 },
  // 0xFFFFFFFF is "not available", not a distance; nobody drives 16 million km.
  odometer: { range: [0, 16_000_000], course: 'rising', change_per_s: 0.07, step: 0.2 },
  run_time: { course: 'clock', change_per_s: 1, step: 2 },
};

/** By signal name; a signal that is not here is always plausible. Entries of one shape: each signal of each reading is looked up here. */
export const PLAUSIBILITY: ReadonlyMap<string, Plausibility> = new Map(
  Object.entries(TABLE).map(([name, { range, orZero, change_per_s, step, course }]) => [
    name,
    { range, orZero, change_per_s, step, course },
  ]),
);

export type OutOfRange = 'below_range' | 'above_range' | 'not_finite';

/** Why the value cannot be true by itself, or `undefined` when it can. Values are rejected, never clamped. */
export function outOfRange(name: string, value: number, kind: VehicleKind = {}): OutOfRange | undefined {
  return outOfRangeOf(PLAUSIBILITY.get(name), value, kind);
}

/** The same for who has looked up what is known of the signal. */
export function outOfRangeOf(known: Plausibility | undefined, value: number, kind: VehicleKind): OutOfRange | undefined {
  if (!Number.isFinite(value)) return 'not_finite';
  if (known?.range === undefined || (known.orZero && value === 0)) return undefined;
  const bounds = typeof known.range === 'function' ? known.range(kind) : known.range;
  if (value < bounds[0]) return 'below_range';
  return value > bounds[1] ? 'above_range' : undefined;
}
