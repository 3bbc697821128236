import type { DtcNews } from '../../model/moment.js';
import type { DtcReport } from '../../model/reading.js';

/** Where a code is listed now: any of the flags below. */
interface KnownCode {
  code: string;
  listed: number;
}

/** The codes that one vehicle has now, and its lamp. Plain data, `MAX_CODES` at most. */
export interface DtcMemory {
  codes: KnownCode[];
  milOn: boolean;
}

/** Lists overlap: a confirmed code is often pending too, and permanent until its monitor has passed. The highest flag is its state. */
const PENDING = 1;
const CONFIRMED = 2;
const PERMANENT = 4;

/** A vehicle with more is broken in another way; the first ones are kept. */
const MAX_CODES = 64;

export const newDtcMemory = (): DtcMemory => ({ codes: [], milOn: false });

/**
 * Takes a report of trouble codes into account and tells what is new: a code that appeared, changed its state (pending → confirmed →
 * permanent → cleared), or lights the lamp now. A list that was not asked for changes nothing; an empty one clears. The same report again
 * is no news.
 * @param out gets the news, in order of the lists; `code` is '' where the lamp came on and no code has been read
 */
export const trackDtcs = (memory: DtcMemory, dtcs: DtcReport, out: DtcNews[]): void => {
  const lampCameOn = dtcs.milOn === true && !memory.milOn;
  if (dtcs.milOn !== undefined) memory.milOn = dtcs.milOn;
  const before = out.length;
  takeList(memory, dtcs, out);
  if (!lampCameOn) return;
  for (const { code, listed } of memory.codes) {
    if (listed > PENDING && !isToldSince(out, before, code)) out.push({ code, state: stateOf(listed), milOn: true });
  }
  if (out.length === before) out.push({ code: '', state: 'confirmed', milOn: true });
};

const takeList = (memory: DtcMemory, { stored, pending, permanent }: DtcReport, out: DtcNews[]): void => {
  const told =
    (pending === undefined ? 0 : PENDING) | (stored === undefined ? 0 : CONFIRMED) | (permanent === undefined ? 0 : PERMANENT);
  if (told === 0) return;
  const { codes } = memory;
  for (let i = codes.length - 1; i >= 0; i--) {
    const known = codes[i]!;
    const listed = (known.listed & ~told) | listedIn(known.code, stored, pending, permanent);
    if (listed === 0) codes.splice(i, 1);
    tellChange(memory, known.code, known.listed, listed, out);
    known.listed = listed;
  }
  if (stored !== undefined) for (const code of stored) meetCode(memory, code, stored, pending, permanent, out);
  if (pending !== undefined) for (const code of pending) meetCode(memory, code, stored, pending, permanent, out);
  if (permanent !== undefined) for (const code of permanent) meetCode(memory, code, stored, pending, permanent, out);
};

type List = readonly string[] | undefined;

const listedIn = (code: string, stored: List, pending: List, permanent: List): number =>
  (pending?.includes(code) ? PENDING : 0) |
  (stored?.includes(code) ? CONFIRMED : 0) |
  (permanent?.includes(code) ? PERMANENT : 0);

const meetCode = (memory: DtcMemory, code: string, stored: List, pending: List, permanent: List, out: DtcNews[]): void => {
  const { codes } = memory;
  if (codes.length === MAX_CODES || codes.some(known => known.code === code)) return;
  const listed = listedIn(code, stored, pending, permanent);
  codes.push({ code, listed });
  tellChange(memory, code, 0, listed, out);
};

const tellChange = ({ milOn }: DtcMemory, code: string, before: number, now: number, out: DtcNews[]): void => {
  const state = stateOf(now);
  if (before === 0 || state !== stateOf(before)) out.push({ code, state, milOn });
};

const stateOf = (listed: number): DtcNews['state'] =>
  listed >= PERMANENT ? 'permanent' : listed >= CONFIRMED ? 'confirmed' : listed >= PENDING ? 'pending' : 'cleared';

const isToldSince = (out: readonly DtcNews[], from: number, code: string): boolean => {
  for (let i = from; i < out.length; i++) if (out[i]!.code === code) return true;
  return false;
};
