import type { Reading } from '../../model/reading.js';
import { joinFix, noFixParts } from '../../protocols/fix-part.js';
import type { FoldMemory } from './fold-memory.js';

const MOST_DEVICES = 8;

/**
 * The reading with its position made whole, where its device sends latitude and longitude in messages of their own; any other as it is.
 * A copy: a reading may be folded again, after others than before.
 */
export const wholeReading = (memory: FoldMemory, reading: Reading): Reading => {
  const { fixPart, device, at } = reading;
  if (fixPart === undefined) return reading;
  memory.fixParts ??= {};
  let parts = memory.fixParts[device];
  if (parts === undefined) {
    if (Object.keys(memory.fixParts).length >= MOST_DEVICES) memory.fixParts = {};
    parts = noFixParts();
    memory.fixParts[device] = parts;
  }
  return { ...reading, fix: reading.fix ?? joinFix(parts, fixPart, at) };
};
