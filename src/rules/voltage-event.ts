import { NOT_TOLD, toldOr } from '../model/not-told.js';
import type { Reading } from '../model/reading.js';
import { placeOfSignal, toldBy } from '../model/told-signals.js';
import type { Instant, Millis, Volts } from '../model/units.js';

const MODULE_VOLTS = placeOfSignal('control_module_voltage');

/** A voltage that is out of its range since; null where it is within. */
export type VoltageMemory = {
  from: Instant | null;
  newest: Instant;
  worst: Volts;
  told: boolean;
  /** The highest settled voltage ever. */
  highest: Volts;
  /** The two voltages before the newest, newest first; `NOT_TOLD` until there were so many, null or absent in memories of before. */
  last?: Volts | null;
  secondLast?: Volts | null;
  /** As `voltageOf` last answered. */
  settled?: Volts | null;
};

/** Of a voltage that others settle. */
export const newHeldVoltage = (): VoltageMemory => ({ from: null, newest: 0, worst: 0, told: false, highest: 0 });

export const newVoltageMemory = (): VoltageMemory => ({
  from: null,
  newest: 0,
  worst: 0,
  told: false,
  highest: 0,
  last: NOT_TOLD,
  secondLast: NOT_TOLD,
  settled: NOT_TOLD,
});

/** What `voltageOf` last answered, for `explain`. */
export const settledVoltage = ({ settled }: VoltageMemory): Volts | undefined => toldOr(settled ?? NOT_TOLD, undefined);

/** A 12 V system never settles above this, a 24 V one does whether it runs or rests (obd-facts §5). */
const ONLY_24: Volts = 18;

/**
 * The settled voltage of the vehicle, the median of three readings, as if it were a 12 V system: one odd sample says nothing, neither of the
 * battery nor of what system it is. Undefined until there are three, and where the reading tells none. The control module is nearer to the
 * battery than the plug of the device.
 */
export const voltageOf = (memory: VoltageMemory, reading: Reading): Volts | undefined => {
  const ofModule = toldBy(reading.signals).known[MODULE_VOLTS]!;
  const volts = Number.isNaN(ofModule) ? reading.externalVoltage : ofModule;
  if (volts === undefined) return undefined;
  const last = memory.last ?? NOT_TOLD;
  const secondLast = memory.secondLast ?? NOT_TOLD;
  memory.secondLast = last;
  memory.last = volts;
  if (last === NOT_TOLD || secondLast === NOT_TOLD) return undefined;
  const settled = Math.max(Math.min(volts, last), Math.min(Math.max(volts, last), secondLast));
  if (settled > memory.highest) memory.highest = Math.min(settled, 36);
  memory.settled = memory.highest > ONLY_24 ? settled / 2 : settled;
  return memory.settled;
};

/** Forgets what was out of range. */
export const endVoltage = (memory: VoltageMemory): void => {
  // Nearly always it was never out of range: to look is cheaper than to write.
  if (memory.from !== null) memory.from = null;
  if (memory.told) memory.told = false;
};

/** The engine was started or stopped: what was measured before is another thing. */
export const restartVoltage = (memory: VoltageMemory): void => {
  endVoltage(memory);
  if (memory.last !== NOT_TOLD) memory.last = NOT_TOLD;
  if (memory.secondLast !== NOT_TOLD) memory.secondLast = NOT_TOLD;
  if (memory.settled !== NOT_TOLD) memory.settled = NOT_TOLD;
};

/**
 * Takes a voltage that is out of range.
 * @param longestGap readings further apart than this, in ms, say nothing of the time between them
 * @returns whether it has been so for `forMs` now for the first time
 */
export const holdVoltage = (
  memory: VoltageMemory,
  at: Instant,
  volts: Volts,
  forMs: Millis,
  longestGap: Millis,
  isWorse: boolean,
): boolean => {
  if (memory.from === null || at - memory.newest > longestGap) {
    memory.from = at;
    memory.worst = volts;
    memory.told = false;
  }
  memory.newest = at;
  if (isWorse) memory.worst = volts;
  if (memory.told || at - memory.from < forMs) return false;
  memory.told = true;
  return true;
};
