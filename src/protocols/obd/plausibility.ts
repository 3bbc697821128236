import { internedNames, withName } from '../../model/interned-names.js';
import { numbersAtStart, readNumbers } from '../../model/number-list.js';
import { KNOWN_SIGNALS, type ToldSignals } from '../../model/told-signals.js';
import { type OutOfRange, outOfRangeOf, PLAUSIBILITY, type Plausibility, type VehicleKind } from './plausible-range.js';

/** Why a sample was not believed. */
export type Implausible = OutOfRange | 'changed_too_fast' | 'fell' | 'clock_jumped';

interface Sample {
  value: number;
  /** Epoch ms by the device's clock. */
  at: number;
}

/**
 * All that the checker keeps of one vehicle; plain data that survives JSON. Holds at most the signals of the table. The last believed samples
 * stand in one list: one object each would cost a large fleet several times the memory.
 */
export interface PlausibilityMemory {
  /** One list for all vehicles that tell the same: never changed in place. */
  names: readonly string[];
  /** Value and time of each of them in turn. */
  told: number[];
  /** Last sample that changed too much, waiting for a second one that bears it out; null while there is none, which is nearly always. */
  doubted: Record<string, Sample> | null;
  /** How often each reason rejected a sample; null while none was. */
  rejected: Partial<Record<Implausible, number>> | null;
  /** How many of the rejected were borne out by the next sample after all. */
  vindicated: number;
}

export const emptyPlausibility = (): PlausibilityMemory => ({
  names: internedNames([]),
  told: [],
  doubted: null,
  rejected: null,
  vindicated: 0,
});

/** As it was kept before: in two lists. */
type LoosePlausibility = Omit<PlausibilityMemory, 'told'> & { values: number[]; times: number[] };

/** What was read from JSON, also of an earlier version. */
export const readPlausibility = (read: PlausibilityMemory | LoosePlausibility): PlausibilityMemory => {
  const memory = emptyPlausibility();
  memory.names = internedNames(read.names);
  const told = 'told' in read ? read.told : read.values.flatMap((value, place) => [value, read.times[place]!]);
  memory.told = readNumbers(told, numbersAtStart(told.length));
  memory.doubted = read.doubted;
  memory.rejected = read.rejected;
  memory.vindicated = read.vindicated;
  return memory;
};

/** Acceleration beyond gravity that no driver brings about: with it, a speed that breaks off is a crash and true. 0.8 g, in m/s². */
export const CRASH_MSS = 7.8;
/** Two samples closer than this are judged as if this far apart: clocks of devices jitter. */
const LEAST_GAP_S = 0.2;

const UNKNOWN_KIND: VehicleKind = {};
/** By place among the known signals. */
const RULES = KNOWN_SIGNALS.map(name => PLAUSIBILITY.get(name));

/** Where the next signal probably stands among the names; a wrong guess costs a search and changes nothing. */
let likely = 0;

/** What the caller knows besides the sample. */
export interface Circumstances {
  readonly kind?: VehicleKind;
  /** Horizontal acceleration measured with the sample, m/s², gravity left out. */
  readonly acceleration_mss?: number;
}

/**
 * Judges all that a reading tells, and remembers it.
 * @returns the names of what is not to be used, already counted; `undefined` where all is good
 */
export function judgeTold(
  memory: PlausibilityMemory,
  { count, names, values, places }: ToldSignals,
  at: number,
  circumstances: Circumstances,
): string[] | undefined {
  const { kind = UNKNOWN_KIND } = circumstances;
  let bad: string[] | undefined;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    const rule = places[i]! < 0 ? undefined : RULES[places[i]!];
    // Most of what is told is plausible whatever was told before.
    if (
      rule === undefined
        ? Number.isFinite(value)
        : rule.change_per_s === undefined && outOfRangeOf(rule, value, kind) === undefined
    )
      continue;
    if (judgeBy(rule, memory, names[i]!, value, at, circumstances) === undefined) continue;
    bad ??= [];
    bad.push(names[i]!);
  }
  return bad;
}

/**
 * Judges one sample by its range and by how fast it changed, and remembers it.
 * A single sample that jumps is rejected; when the next one stands where it stood, the level is believed from there on: a true step
 * (a crash without accelerometer, a refuel, a new instrument) costs one sample, never the rest. Late samples are judged by range alone.
 * @returns why it is not to be used, already counted; `undefined` when it is good
 */
export function judgeSample(
  memory: PlausibilityMemory,
  name: string,
  value: number,
  at: number,
  circumstances: Circumstances = {},
): Implausible | undefined {
  return judgeBy(PLAUSIBILITY.get(name), memory, name, value, at, circumstances);
}

function judgeBy(
  rule: Plausibility | undefined,
  memory: PlausibilityMemory,
  name: string,
  value: number,
  at: number,
  { kind = UNKNOWN_KIND, acceleration_mss = 0 }: Circumstances,
): Implausible | undefined {
  const outside = outOfRangeOf(rule, value, kind);
  if (outside !== undefined) return reject(memory, outside);
  if (rule?.change_per_s === undefined) return undefined;

  // Devices tell the same signals in the same order again and again.
  let place = likely;
  if (place >= memory.names.length || memory.names[place] !== name) place = memory.names.indexOf(name);
  likely = place + 1;
  if (place < 0) {
    // Made anew, exactly as long as they are: a list that grows has room for seventeen at once, and few signals are new.
    memory.names = withName(memory.names, name);
    memory.told = memory.told.concat([value, at]);
    return undefined;
  }
  const since = at - memory.told[2 * place + 1]!;
  if (since < 0) return undefined;
  const doubt = judgeChange(rule, memory.told[2 * place]!, value, since);
  const doubted = memory.doubted?.[name];
  if (doubt !== undefined) {
    const crash = name === 'vehicle_speed' && acceleration_mss >= CRASH_MSS;
    const borneOut =
      doubted !== undefined && at > doubted.at && judgeChange(rule, doubted.value, value, at - doubted.at) === undefined;
    if (!crash && !borneOut) {
      memory.doubted ??= {};
      memory.doubted[name] = { value, at };
      return reject(memory, doubt);
    }
    if (borneOut) memory.vindicated++;
  }
  if (doubted !== undefined) delete memory.doubted![name];
  memory.told[2 * place] = value;
  memory.told[2 * place + 1] = at;
  return undefined;
}

function judgeChange(rule: Plausibility, before: number, value: number, since: number): Implausible | undefined {
  const elapsed = Math.max(LEAST_GAP_S, since / 1000);
  const change = value - before;
  const most = rule.change_per_s! * elapsed + (rule.step ?? 0);
  if (rule.course === 'clock') {
    // It may stand still (engine off, 65535 reached) or begin again, but not run ahead; a new start is younger than the time between.
    return change > most || (change < 0 && value > most) ? 'clock_jumped' : undefined;
  }
  if (rule.course === 'rising' && change < 0) return 'fell';
  return Math.abs(change) > most ? 'changed_too_fast' : undefined;
}

function reject(memory: PlausibilityMemory, reason: Implausible): Implausible {
  memory.rejected ??= {};
  memory.rejected[reason] = (memory.rejected[reason] ?? 0) + 1;
  return reason;
}
