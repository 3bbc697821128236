import type { Reading } from '../../model/reading.js';
import type { Instant, Millis } from '../../model/units.js';

/**
 * The newest value of the signals that fuel and health are judged by: devices ask for one after the other, so what belongs together comes in
 * several readings. Two columns in the order of `SIGNS`; time 0 = never told. Vehicles that tell none of them have no such memory.
 */
export interface SignsMemory {
  values: number[];
  times: Instant[];
}

/** Name → least and most that can be true (obd-facts §6); what is beyond, `not available` included, is not taken. */
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
} as const satisfies Record<string, readonly [number, number]>;
export type Sign = keyof typeof RANGES;

const SIGNS = Object.keys(RANGES) as Sign[];
const PLACES = new Map<string, number>(SIGNS.map((sign, place) => [sign, place]));
const BOUNDS = SIGNS.map(sign => RANGES[sign]);

/** Takes what a reading tells. @returns the memory, made when it is first needed; null while it is not */
export const noteSigns = (memory: SignsMemory | null, { at, signals }: Reading): SignsMemory | null => {
  let found = memory;
  for (const name in signals) {
    const place = PLACES.get(name);
    if (place === undefined) continue;
    const value = signals[name]!;
    const [least, most] = BOUNDS[place]!;
    if (!(value >= least && value <= most)) continue;
    found ??= { values: SIGNS.map(() => 0), times: SIGNS.map(() => 0) };
    found.values[place] = value;
    found.times[place] = at;
  }
  return found;
};

/** The newest value of a sign, if it is not older than `within`; NaN where it is or was never told: every comparison with it is false. */
export const signAt = (memory: SignsMemory | null, sign: Sign, at: Instant, within: Millis): number => {
  if (memory === null) return Number.NaN;
  const place = PLACES.get(sign)!;
  const told = memory.times[place] ?? 0;
  return told > 0 && at - told <= within ? memory.values[place]! : Number.NaN;
};

/** Whether the sign was told at exactly this time: in the reading at hand. */
export const isTold = (memory: SignsMemory | null, sign: Sign, at: Instant): boolean =>
  memory !== null && memory.times[PLACES.get(sign)!] === at;
