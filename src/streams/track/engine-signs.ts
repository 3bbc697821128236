import { keepNewer, type NewestSignals } from '../../model/newest-signals.js';
import type { KnownSignal } from '../../model/told-signals.js';
import type { Instant, Millis } from '../../model/units.js';

/** Name → least and most that can be true (obd-facts §6); what is beyond, `not available` included, says nothing. */
const RANGES = {
  engine_rpm: [0, 9_000],
  coolant_temp: [-39, 130],
  engine_load: [0, 100],
  throttle_position: [0, 100],
  accelerator_position_d: [0, 100],
  relative_accelerator_position: [0, 100],
  intake_manifold_pressure: [10, 400],
  barometric_pressure: [50, 108],
  intake_air_temp: [-39, 90],
  ambient_air_temp: [-39, 60],
  fuel_system_1_status: [0, 16],
  short_fuel_trim_1: [-50, 50],
  long_fuel_trim_1: [-50, 50],
  short_fuel_trim_2: [-50, 50],
  long_fuel_trim_2: [-50, 50],
  absolute_load: [0, 400],
  actual_torque: [-100, 130],
} as const satisfies Partial<Record<KnownSignal, readonly [number, number]>>;
export type Sign = keyof typeof RANGES;

const SIGNS = Object.keys(RANGES) as Sign[];
/** Signs are asked for by these numbers, as nobody looks up a name at each reading. */
export const SIGN = Object.fromEntries(SIGNS.map((sign, place) => [sign, place])) as Readonly<Record<Sign, number>>;
const LEAST = SIGNS.map(sign => RANGES[sign][0]);
const MOST = SIGNS.map(sign => RANGES[sign][1]);

/** By names of signals, where each sign stands among them; −1 where it does not, and behind them whether any does. */
const known = new WeakMap<readonly string[], Int16Array>();
/** Of the names that were asked for last: most questions are about the vehicle of the one before. */
let names: readonly string[] = [];
let places: Int16Array = new Int16Array(SIGNS.length + 1).fill(-1, 0, SIGNS.length);

const lookUp = (signalNames: readonly string[]): void => {
  names = signalNames;
  const found = known.get(signalNames);
  if (found !== undefined) {
    places = found;
    return;
  }
  places = new Int16Array(SIGNS.length + 1);
  SIGNS.forEach((sign, i) => {
    places[i] = signalNames.indexOf(sign);
    if (places[i]! >= 0) places[SIGNS.length] = 1;
  });
  known.set(signalNames, places);
};

/** Whether any sign was ever told. */
export const hasSigns = ({ signalNames }: NewestSignals): boolean => {
  if (signalNames !== names) lookUp(signalNames);
  return places[SIGNS.length] === 1;
};

/** The newest value of a sign (`SIGN`), if it is not older than `within`; NaN where it is, is out of its range or was never told: every comparison with it is false. */
export const signAt = ({ signalNames, signals }: NewestSignals, sign: number, at: Instant, within: Millis): number => {
  if (signalNames !== names) lookUp(signalNames);
  const place = places[sign]!;
  if (place < 0 || at - signals[2 * place + 1]! > within) return Number.NaN;
  const value = signals[2 * place]!;
  return value >= LEAST[sign]! && value <= MOST[sign]! ? value : Number.NaN;
};

/** Whether the sign was told at exactly this time: in the reading at hand. */
export const isTold = (signs: NewestSignals, sign: number, at: Instant): boolean => !Number.isNaN(signAt(signs, sign, at, 0));

/** As earlier versions kept signs by themselves: value and time in pairs, before that in two columns, in the order of `SIGNS`. */
export type SignsOfBefore = number[] | { values: number[]; times: Instant[] };

export const takeSigns = (memory: NewestSignals, read: SignsOfBefore): void => {
  const pairs = Array.isArray(read) ? read : read.values.flatMap((value, place) => [value, read.times[place]!]);
  SIGNS.forEach((sign, i) => {
    if (pairs[2 * i + 1]! > 0) keepNewer(memory, sign, pairs[2 * i]!, pairs[2 * i + 1]!);
  });
};
