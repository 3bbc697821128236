import { NOT_TOLD, toldOr } from '../model/not-told.js';
import { NO_TIME, type NotZero } from '../model/number-list.js';
import type { Reading } from '../model/reading.js';
import { placeOfSignal, toldBy } from '../model/told-signals.js';
import type { Instant, Millis, Volts } from '../model/units.js';

const MODULE_VOLTS = placeOfSignal('control_module_voltage');

/*
 * A voltage and whether it is out of its range: places among the numbers of a rule's memory, each counted from where the rule lets them begin (`of`).
 */
/** It is out of its range since; `NO_TIME` while it is within. */
const FROM = 0;
const NEWEST = 1;
const WORST = 2;
/** 1, 0. */
const TOLD = 3;
/** So many of a voltage that others settle; here those of one that is settled begin. */
export const HELD_NUMBERS = 4;
/** The highest settled voltage ever. */
const HIGHEST = 4;
/** The two voltages before the newest, newest first; `NOT_TOLD` until there were so many. */
const LAST = 5;
const SECOND_LAST = 6;
/** As `voltageOf` last answered. */
const SETTLED = 7;
export const VOLTAGE_NUMBERS = 8;

export const heldAtStart = (of: number): NotZero => [[of + FROM, NO_TIME]];
export const voltageAtStart = (of: number): NotZero => [
  [of + FROM, NO_TIME],
  [of + LAST, NOT_TOLD],
  [of + SECOND_LAST, NOT_TOLD],
  [of + SETTLED, NOT_TOLD],
];

/** As it was kept before. */
export interface LooseVoltage {
  from: Instant | null;
  newest: Instant;
  worst: Volts;
  told: boolean;
  highest: Volts;
  last?: Volts | null;
  secondLast?: Volts | null;
  settled?: Volts | null;
}

export const takeHeld = (memory: number[], of: number, loose: LooseVoltage): void => {
  memory[of + FROM] = loose.from ?? NO_TIME;
  memory[of + NEWEST] = loose.newest;
  memory[of + WORST] = loose.worst;
  memory[of + TOLD] = Number(loose.told);
};

export const takeVoltage = (memory: number[], of: number, loose: LooseVoltage): void => {
  takeHeld(memory, of, loose);
  memory[of + HIGHEST] = loose.highest;
  memory[of + LAST] = loose.last ?? NOT_TOLD;
  memory[of + SECOND_LAST] = loose.secondLast ?? NOT_TOLD;
  memory[of + SETTLED] = loose.settled ?? NOT_TOLD;
};

/** Since when it is out of its range; null while it is within. */
export const outSince = (memory: readonly number[], of: number): Instant | null =>
  memory[of + FROM] === NO_TIME ? null : memory[of + FROM]!;
/** For how long it has been out of its range; 0 while it is within. */
export const outFor = (memory: readonly number[], of: number): Millis =>
  memory[of + FROM] === NO_TIME ? 0 : memory[of + NEWEST]! - memory[of + FROM]!;
export const worstOf = (memory: readonly number[], of: number): Volts => memory[of + WORST]!;
export const isTold = (memory: readonly number[], of: number): boolean => memory[of + TOLD] === 1;

/** What `voltageOf` last answered, for `explain`. */
export const settledVoltage = (memory: readonly number[], of: number): Volts | undefined =>
  toldOr(memory[of + SETTLED]!, undefined);

/** A 12 V system never settles above this, a 24 V one does whether it runs or rests (obd-facts §5). */
const ONLY_24: Volts = 18;

/** What a reading tells. The control module is nearer to the battery than the plug of the device. */
export const toldVoltage = (reading: Reading): Volts | undefined => {
  const ofModule = toldBy(reading.signals).known[MODULE_VOLTS]!;
  return Number.isNaN(ofModule) ? reading.externalVoltage : ofModule;
};

/**
 * The settled voltage of the vehicle, the median of three readings, as if it were a 12 V system: one odd sample says nothing, neither of the
 * battery nor of what system it is. Undefined until there are three, and where the reading tells none.
 */
export const voltageOf = (memory: number[], of: number, reading: Reading): Volts | undefined => {
  const volts = toldVoltage(reading);
  if (volts === undefined) return undefined;
  const last = memory[of + LAST]!;
  const secondLast = memory[of + SECOND_LAST]!;
  memory[of + SECOND_LAST] = last;
  memory[of + LAST] = volts;
  if (last === NOT_TOLD || secondLast === NOT_TOLD) return undefined;
  const settled = Math.max(Math.min(volts, last), Math.min(Math.max(volts, last), secondLast));
  if (settled > memory[of + HIGHEST]!) memory[of + HIGHEST] = Math.min(settled, 36);
  memory[of + SETTLED] = memory[of + HIGHEST]! > ONLY_24 ? settled / 2 : settled;
  return memory[of + SETTLED];
};

/** Forgets what was out of range. */
export const endVoltage = (memory: number[], of: number): void => {
  memory[of + FROM] = NO_TIME;
  memory[of + TOLD] = 0;
};

/** The engine was started or stopped: what was measured before is another thing. */
export const restartVoltage = (memory: number[], of: number): void => {
  endVoltage(memory, of);
  memory[of + LAST] = NOT_TOLD;
  memory[of + SECOND_LAST] = NOT_TOLD;
  memory[of + SETTLED] = NOT_TOLD;
};

/**
 * Takes a voltage that is out of range.
 * @param longestGap readings further apart than this, in ms, say nothing of the time between them
 * @returns whether it has been so for `forMs` now for the first time
 */
export const holdVoltage = (
  memory: number[],
  of: number,
  at: Instant,
  volts: Volts,
  forMs: Millis,
  longestGap: Millis,
  isWorse: boolean,
): boolean => {
  if (memory[of + FROM] === NO_TIME || at - memory[of + NEWEST]! > longestGap) {
    memory[of + FROM] = at;
    memory[of + WORST] = volts;
    memory[of + TOLD] = 0;
  }
  memory[of + NEWEST] = at;
  if (isWorse) memory[of + WORST] = volts;
  if (memory[of + TOLD] === 1 || at - memory[of + FROM]! < forMs) return false;
  memory[of + TOLD] = 1;
  return true;
};
