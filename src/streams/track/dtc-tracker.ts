import type { VehicleId } from '../../model/ids.js';
import type { DtcNews } from '../../model/moment.js';
import { type NewestSignals, placeAmong } from '../../model/newest-signals.js';
import type { DtcReport, Reading } from '../../model/reading.js';
import { type KnownSignal, placeOfSignal, toldBy } from '../../model/told-signals.js';
import type { Instant } from '../../model/units.js';
import type { DtcRecord, FreezeFrame } from '../../model/vehicle-record.js';

/** The life of a code, and where it is listed now: any of the flags below, 0 once it was cleared. */
interface KnownCode {
  code: string;
  listed: number;
  first: Instant;
  last: Instant;
  cleared: Instant | null;
  times: number;
  lamp: boolean;
  frame: FreezeFrame | null;
}

/** The codes of one vehicle, and its lamp. Plain data, `MAX_CODES` at most. */
export interface DtcMemory {
  codes: readonly KnownCode[];
  milOn: boolean;
  /** What the engine last said of its clearing; `told`: until it is cleared again. */
  readiness?: undefined | { warmUps: number | null; monitors: number | null; told: boolean };
}

/** Lists overlap: a confirmed code is often pending too, and permanent until its monitor has passed. The highest flag is its state. */
const PENDING = 1;
const CONFIRMED = 2;
const PERMANENT = 4;

/** A vehicle with more is broken in another way; cleared ones go first, then new ones are not taken. */
const MAX_CODES = 32;

/** What a workshop looks at first. */
export const FRAME_SIGNALS = [
  'engine_rpm',
  'vehicle_speed',
  'engine_load',
  'coolant_temp',
  'intake_manifold_pressure',
  'short_fuel_trim_1',
  'long_fuel_trim_1',
  'control_module_voltage',
] as const satisfies readonly KnownSignal[];
const MOST_FRAME_SIGNALS = 24;

/** Shared: a list that gets a code is made anew. */
const NO_CODES: readonly KnownCode[] = [];

// All from the beginning: V8 keeps what comes later in an object of its own. JSON leaves out what is undefined.
export const newDtcMemory = (): DtcMemory => ({ codes: NO_CODES, milOn: false, readiness: undefined });

/** What was read from JSON, also of an earlier version. */
export const readDtcs = ({ codes, milOn, readiness }: DtcMemory): DtcMemory => ({
  codes: codes.length === 0 ? NO_CODES : codes,
  milOn,
  readiness,
});

/** Obd-facts §2: monitors that have not run and few warm-ups mean that codes were cleared a short time ago. */
const WARM_UPS = placeOfSignal('warmups_since_clear');
const FEW_WARM_UPS = 10;
const MONITORS_LEFT = 3;

/** Takes what the engine says of the time since its codes were cleared; news once per clearing. */
export const trackReadiness = (memory: DtcMemory, { signals, dtcs }: Reading, out: DtcNews[]): void => {
  const told = toldBy(signals).known[WARM_UPS]!;
  const warmUps = Number.isNaN(told) ? undefined : told;
  const monitors = dtcs?.incomplete?.length;
  if (warmUps === undefined && monitors === undefined) return;
  // Monitors that have run say nothing, with whatever comes after them: most vehicles remember none.
  if (memory.readiness === undefined && warmUps === undefined && monitors! < MONITORS_LEFT) return;
  memory.readiness ??= { warmUps: null, monitors: null, told: false };
  const { readiness } = memory;
  if (warmUps !== undefined) {
    // Counted from anew: cleared again.
    if (readiness.warmUps !== null && warmUps < readiness.warmUps) readiness.told = false;
    readiness.warmUps = warmUps;
  }
  if (monitors !== undefined) readiness.monitors = monitors;
  if (readiness.told || readiness.warmUps === null || readiness.monitors === null) return;
  if (readiness.warmUps > FEW_WARM_UPS || readiness.monitors < MONITORS_LEFT) return;
  readiness.told = true;
  const clearing = { warmUps: readiness.warmUps, monitors: readiness.monitors };
  out.push({ code: '', state: 'cleared', milOn: memory.milOn, clearing });
};

/**
 * Takes a report of trouble codes into account and tells what is new: a code that appeared, changed its state (pending → confirmed →
 * permanent → cleared), or lights the lamp now. A list that was not asked for changes nothing; an empty one clears. The same report again
 * is no news.
 * @param newest what a code that comes is frozen with
 * @param out gets the news, in order of the lists; `code` is '' where the lamp came on and no code has been read
 */
export const trackDtcs = (memory: DtcMemory, at: Instant, dtcs: DtcReport, newest: NewestSignals, out: DtcNews[]): void => {
  const lampCameOn = dtcs.milOn === true && !memory.milOn;
  if (dtcs.milOn !== undefined) memory.milOn = dtcs.milOn;
  const before = out.length;
  takeList(memory, at, dtcs, newest, out);
  if (dtcs.frozen !== undefined) takeFrame(memory, at, dtcs.frozen);
  if (memory.milOn) for (const known of memory.codes) if (known.listed > PENDING) known.lamp = true;
  if (!lampCameOn) return;
  for (const { code, listed } of memory.codes) {
    if (listed > PENDING && !isToldSince(out, before, code)) out.push({ code, state: stateOf(listed), milOn: true });
  }
  if (out.length === before) out.push({ code: '', state: 'confirmed', milOn: true });
};

/** The life of a code as it stands; undefined where it is not known. */
export const dtcRecord = ({ codes }: DtcMemory, vehicle: VehicleId, code: string): DtcRecord | undefined => {
  const known = codes.find(each => each.code === code);
  return known && recordOf(known, vehicle);
};

/** Those that are listed now: the time they were last seen goes on. */
export const openDtcRecords = ({ codes }: DtcMemory, vehicle: VehicleId): DtcRecord[] =>
  codes.filter(({ listed }) => listed > 0).map(known => recordOf(known, vehicle));

const recordOf = (known: KnownCode, vehicle: VehicleId): DtcRecord => ({
  topic: 'dtc',
  vehicle,
  at: known.first ?? 0,
  code: known.code,
  state: stateOf(known.listed),
  lastSeen: known.last ?? 0,
  clearedAt: known.cleared ?? null,
  times: known.times ?? 1,
  milOn: known.lamp ?? false,
  freezeFrame: known.frame ?? null,
});

const takeList = (
  memory: DtcMemory,
  at: Instant,
  { stored, pending, permanent }: DtcReport,
  newest: NewestSignals,
  out: DtcNews[],
): void => {
  const told =
    (pending === undefined ? 0 : PENDING) | (stored === undefined ? 0 : CONFIRMED) | (permanent === undefined ? 0 : PERMANENT);
  if (told === 0) return;
  const { codes } = memory;
  for (let i = codes.length - 1; i >= 0; i--) {
    const known = codes[i]!;
    const before = known.listed;
    const listed = listedIn(known.code, stored, pending, permanent);
    known.listed = (before & ~told) | listed;
    if (listed > 0) {
      known.first ??= at;
      known.last = at;
      if (before === 0) {
        known.times = (known.times ?? 1) + 1;
        known.cleared = null;
        known.frame = frameOf(newest, at);
      }
    } else if (before > 0 && known.listed === 0) known.cleared = at;
    tellChange(memory, known.code, before, known.listed, out);
  }
  if (stored !== undefined) for (const code of stored) meetCode(memory, at, code, stored, pending, permanent, newest, out);
  if (pending !== undefined) for (const code of pending) meetCode(memory, at, code, stored, pending, permanent, newest, out);
  if (permanent !== undefined) for (const code of permanent) meetCode(memory, at, code, stored, pending, permanent, newest, out);
};

type List = readonly string[] | undefined;

const listedIn = (code: string, stored: List, pending: List, permanent: List): number =>
  (pending?.includes(code) ? PENDING : 0) |
  (stored?.includes(code) ? CONFIRMED : 0) |
  (permanent?.includes(code) ? PERMANENT : 0);

const meetCode = (
  memory: DtcMemory,
  at: Instant,
  code: string,
  stored: List,
  pending: List,
  permanent: List,
  newest: NewestSignals,
  out: DtcNews[],
): void => {
  let { codes } = memory;
  if (codes.some(known => known.code === code)) return;
  if (codes.length >= MAX_CODES) {
    const cleared = codes.findIndex(known => known.listed === 0);
    if (cleared < 0) return;
    codes = codes.filter((_, i) => i !== cleared);
  }
  const listed = listedIn(code, stored, pending, permanent);
  const frame = frameOf(newest, at);
  memory.codes = codes.concat([{ code, listed, first: at, last: at, cleared: null, times: 1, lamp: memory.milOn, frame }]);
  tellChange(memory, code, 0, listed, out);
};

/** Null where nothing of it was ever told. */
const frameOf = ({ signalNames, signals: newest }: NewestSignals, at: Instant): FreezeFrame | null => {
  const signals: Record<string, number> = {};
  let place = -1;
  let found = false;
  for (const name of FRAME_SIGNALS) {
    place = placeAmong(signalNames, name, place + 1);
    if (place < 0) continue;
    signals[name] = newest[2 * place]!;
    found = true;
  }
  return found ? { source: 'seen', at, signals } : null;
};

/** The engine's own frame goes over what was seen; without a code it is that of the first confirmed one. */
const takeFrame = ({ codes }: DtcMemory, at: Instant, { code, signals }: NonNullable<DtcReport['frozen']>): void => {
  const known = code === undefined ? codes.find(({ listed }) => listed > PENDING) : codes.find(each => each.code === code);
  if (known === undefined) return;
  const before = known.frame?.source === 'ecu' ? known.frame.signals : {};
  // A frame is asked for signal by signal.
  const all = Object.entries({ ...before, ...signals }).slice(0, MOST_FRAME_SIGNALS);
  known.frame = { source: 'ecu', at, signals: Object.fromEntries(all) };
};

const tellChange = ({ milOn }: DtcMemory, code: string, before: number, now: number, out: DtcNews[]): void => {
  const state = stateOf(now);
  if (before === now || (before !== 0 && state === stateOf(before))) return;
  out.push({ code, state, milOn });
};

/** The state of a code that is listed somewhere. */
export const stateOfCode = (listed: number): Exclude<DtcNews['state'], 'cleared'> =>
  listed >= PERMANENT ? 'permanent' : listed >= CONFIRMED ? 'confirmed' : 'pending';

const stateOf = (listed: number): DtcNews['state'] =>
  listed >= PERMANENT ? 'permanent' : listed >= CONFIRMED ? 'confirmed' : listed >= PENDING ? 'pending' : 'cleared';

const isToldSince = (out: readonly DtcNews[], from: number, code: string): boolean => {
  for (let i = from; i < out.length; i++) if (out[i]!.code === code) return true;
  return false;
};
