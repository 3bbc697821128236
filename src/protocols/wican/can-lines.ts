import { looseNumber, looseObject } from '../loose-values.js';
import { HEX } from '../obd/hex-digits.js';
import type { UnknownNames } from '../unknown-names.js';

const MOST_FRAMES = 256;
/** Replies of ECUs: 11 bits, and 29 bits with the tester F1 as target (ISO 15765-4). */
const FIRST_REPLY = 0x7e8;
const LAST_REPLY = 0x7ef;
const LONG_REPLY = 0x18daf1;

/**
 * Writes CAN frames that answer OBD requests as an ELM327 with headers would show them, for the one decoder there is.
 * @returns a line per frame; other traffic of the bus is named as unknown
 */
export const canLines = (frames: readonly unknown[], unknown: UnknownNames): string[] => {
  const lines: string[] = [];
  for (const value of frames.slice(0, MOST_FRAMES)) {
    const frame = looseObject(value);
    const id = looseNumber(frame?.id);
    if (frame === undefined || id === undefined || !Array.isArray(frame.data) || frame.rtr === true) continue;
    const bytes = hexOf(frame.data);
    const extended = frame.extd === true;
    const reply = extended ? id >>> 8 === LONG_REPLY : id >= FIRST_REPLY && id <= LAST_REPLY;
    if (reply && bytes !== undefined) lines.push(id.toString(16).toUpperCase() + bytes);
    else if (!reply && id >= 0) unknown.add(`can ${Math.trunc(id).toString(16).toUpperCase()}`);
  }
  return lines;
};

/** @returns undefined where an element is no byte */
const hexOf = (data: readonly unknown[]): string | undefined => {
  let hex = '';
  if (data.length > 8) return undefined;
  for (const byte of data) {
    if (typeof byte !== 'number' || !Number.isInteger(byte) || byte < 0 || byte > 255) return undefined;
    hex += HEX[byte];
  }
  return hex;
};
