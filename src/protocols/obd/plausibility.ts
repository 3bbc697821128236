import { type NewestSignals, placeAmong } from '../../model/newest-signals.js';
import { KNOWN_SIGNALS, type ToldSignals } from '../../model/told-signals.js';
import { type OutOfRange, outOfRangeOf, PLAUSIBILITY, type Plausibility, type VehicleKind } from './plausible-range.js';

/** Why a sample was not believed. */
export type Implausible = OutOfRange | 'changed_too_fast' | 'fell' | 'clock_jumped';

interface Sample {
  value: number;
  /** Epoch ms by the device's clock. */
  at: number;
}

/** What the checker keeps of one vehicle beside its newest signals; plain data that survives JSON. */
export interface PlausibilityMemory {
  /** Last sample that changed too much, waiting for a second one that bears it out; null while there is none, which is nearly always. */
  doubted: Record<string, Sample> | null;
  /** How often each reason rejected a sample. */
  rejected: Partial<Record<Implausible, number>>;
  /** How many of the rejected were borne out by the next sample after all. */
  vindicated: number;
}

/** Whose memory begins with the first sample that is not believed: of most vehicles there is none. */
export interface Judged {
  plausible?: PlausibilityMemory | undefined;
}

/** As it was kept before: also where nothing was ever rejected. */
type LoosePlausibility = Omit<PlausibilityMemory, 'rejected'> & { rejected: PlausibilityMemory['rejected'] | null };

/** What was read from JSON, also of an earlier version. */
export const readPlausibility = ({ doubted, rejected, vindicated }: LoosePlausibility): PlausibilityMemory | undefined =>
  rejected === null ? undefined : { doubted, rejected, vindicated };

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
 * Judges all that a reading tells by what is believed already: takes none of it in but doubts.
 * @returns the names of what is not to be used, already counted; `undefined` where all is good
 */
export function judgeTold(
  memory: Judged,
  newest: NewestSignals,
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
    if (judgeBy(rule, memory, newest, names[i]!, value, at, circumstances) === undefined) continue;
    bad ??= [];
    bad.push(names[i]!);
  }
  return bad;
}

/**
 * Judges one sample by its range and by how fast it changed.
 * A single sample that jumps is rejected; when the next one stands where it stood, the level is believed from there on: a true step
 * (a crash without accelerometer, a refuel, a new instrument) costs one sample, never the rest. Late samples are judged by range alone.
 * @returns why it is not to be used, already counted; `undefined` when it is good
 */
export function judgeSample(
  memory: Judged,
  newest: NewestSignals,
  name: string,
  value: number,
  at: number,
  circumstances: Circumstances = {},
): Implausible | undefined {
  return judgeBy(PLAUSIBILITY.get(name), memory, newest, name, value, at, circumstances);
}

function judgeBy(
  rule: Plausibility | undefined,
  memory: Judged,
  { signalNames, signals }: NewestSignals,
  name: string,
  value: number,
  at: number,
  { kind = UNKNOWN_KIND, acceleration_mss = 0 }: Circumstances,
): Implausible | undefined {
  const outside = outOfRangeOf(rule, value, kind);
  if (outside !== undefined) return reject(memory, outside);
  if (rule?.change_per_s === undefined) return undefined;

  // Devices tell the same signals in the same order again and again.
  const place = placeAmong(signalNames, name, likely);
  likely = place + 1;
  if (place < 0) return undefined;
  const since = at - signals[2 * place + 1]!;
  if (since < 0) return undefined;
  const doubt = judgeChange(rule, signals[2 * place]!, value, since);
  const doubted = memory.plausible?.doubted?.[name];
  if (doubt !== undefined) {
    const crash = name === 'vehicle_speed' && acceleration_mss >= CRASH_MSS;
    const borneOut =
      doubted !== undefined && at > doubted.at && judgeChange(rule, doubted.value, value, at - doubted.at) === undefined;
    if (!crash && !borneOut) {
      const reason = reject(memory, doubt);
      const plausible = memory.plausible!;
      plausible.doubted ??= {};
      plausible.doubted[name] = { value, at };
      return reason;
    }
    if (borneOut) memory.plausible!.vindicated++;
  }
  if (doubted !== undefined) delete memory.plausible!.doubted![name];
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

function reject(memory: Judged, reason: Implausible): Implausible {
  memory.plausible ??= { doubted: null, rejected: {}, vindicated: 0 };
  const { rejected } = memory.plausible;
  rejected[reason] = (rejected[reason] ?? 0) + 1;
  return reason;
}
