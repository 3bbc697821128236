import type { Reading } from '../model/reading.js';
import type { Instant, Volts } from '../model/units.js';

/** A voltage that is out of its range since; null where it is within. */
export type VoltageMemory = { from: Instant | null; newest: Instant; worst: Volts; told: boolean; highest: Volts };

export const newVoltageMemory = (): VoltageMemory => ({ from: null, newest: 0, worst: 0, told: false, highest: 0 });

/** A 12 V system never shows more than this; a 24 V one does as soon as it runs (obd-facts §5). */
const ONLY_24: Volts = 18;

/**
 * The voltage of the vehicle as if it were a 12 V system; undefined where the reading tells none. The control module is nearer to the battery
 * than the plug of the device.
 */
export const voltageOf = (memory: VoltageMemory, reading: Reading): Volts | undefined => {
  const volts = reading.signals.control_module_voltage ?? reading.externalVoltage;
  if (volts === undefined) return undefined;
  if (volts > memory.highest) memory.highest = Math.min(volts, 36);
  return memory.highest > ONLY_24 ? volts / 2 : volts;
};

/** Readings further apart than this say nothing of the time between them. */
const LONGEST_GAP = 600_000;

/** Forgets what was out of range. */
export const endVoltage = (memory: VoltageMemory): void => {
  memory.from = null;
  memory.told = false;
};

/**
 * Takes a voltage that is out of range.
 * @returns whether it has been so for `forMs` now for the first time
 */
export const holdVoltage = (memory: VoltageMemory, at: Instant, volts: Volts, forMs: number, isWorse: boolean): boolean => {
  if (memory.from === null || at - memory.newest > LONGEST_GAP) {
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
