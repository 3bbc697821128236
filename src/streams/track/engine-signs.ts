import { numbersAtStart, readNumbers } from '../../model/number-list.js';
import type { Reading } from '../../model/reading.js';
import { KNOWN_SIGNALS, type KnownSignal, toldBy } from '../../model/told-signals.js';
import type { Instant, Millis } from '../../model/units.js';

/**
 * The newest value of the signals that fuel and health are judged by: devices ask for one after the other, so what belongs together comes in
 * several readings. Value and time of each in turn, in the order of `SIGNS`; time 0 = never told. Vehicles that tell none of them have no such memory.
 */
export type SignsMemory = number[];

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
} as const satisfies Partial<Record<KnownSignal, readonly [number, number]>>;
export type Sign = keyof typeof RANGES;

const SIGNS = Object.keys(RANGES) as Sign[];
/** The place of each in the columns: signs are asked for by it, as nobody looks up a name at each reading. */
export const SIGN = Object.fromEntries(SIGNS.map((sign, place) => [sign, place])) as Readonly<Record<Sign, number>>;
/** By place among all known signals; −1 = it is no sign. */
const SIGN_OF = Int8Array.from(KNOWN_SIGNALS, name => (SIGNS as readonly string[]).indexOf(name));
const LEAST = SIGNS.map(sign => RANGES[sign][0]);
const MOST = SIGNS.map(sign => RANGES[sign][1]);

const AT_START: readonly number[] = numbersAtStart(2 * SIGNS.length);

/** What was read from JSON, also of an earlier version, which had two columns. */
export const readSigns = (read: SignsMemory | { values: number[]; times: Instant[] }): SignsMemory => {
  const pairs = Array.isArray(read) ? read : read.values.flatMap((value, place) => [value, read.times[place]!]);
  return readNumbers(pairs, AT_START);
};

/** Takes what a reading tells. @returns the memory, made when it is first needed; null while it is not */
export const noteSigns = (memory: SignsMemory | null, { at, signals }: Reading): SignsMemory | null => {
  let found = memory;
  const { count, values, places } = toldBy(signals);
  for (let i = 0; i < count; i++) {
    const place = places[i]! < 0 ? -1 : SIGN_OF[places[i]!]!;
    if (place < 0) continue;
    const value = values[i]!;
    if (!(value >= LEAST[place]! && value <= MOST[place]!)) continue;
    found ??= AT_START.slice();
    found[2 * place] = value;
    found[2 * place + 1] = at;
  }
  return found;
};

/** The newest value of a sign (`SIGN`), if it is not older than `within`; NaN where it is or was never told: every comparison with it is false. */
export const signAt = (memory: SignsMemory | null, place: number, at: Instant, within: Millis): number => {
  if (memory === null) return Number.NaN;
  const told = memory[2 * place + 1]!;
  return told > 0 && at - told <= within ? memory[2 * place]! : Number.NaN;
};

/** Whether the sign was told at exactly this time: in the reading at hand. */
export const isTold = (memory: SignsMemory | null, place: number, at: Instant): boolean =>
  memory !== null && memory[2 * place + 1] === at;
