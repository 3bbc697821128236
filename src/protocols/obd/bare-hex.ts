import { NIBBLE } from './hex-digits.js';
import { isPresent, type NumberField, numberOf, type PidLayout } from './pid-layout.js';
import { PID_TABLE } from './pid-table.js';

/** Most numbers that one PID holds (64 holds 5), with room to spare. */
const MOST_FIELDS = 8;

/** What one bare reply said. The caller makes one and hands it in again and again: nothing is allocated for a frame. */
export class BareReply {
  /** How many entries of `fields` and `values` hold; what stands behind is of an earlier reply. */
  count = 0;
  readonly fields: NumberField[] = [];
  /** In the field's unit; a `bool` is 0 or 1. */
  readonly values = new Float64Array(MOST_FIELDS);
}

/** Layouts with numbers only: the rest (bitmaps, monitors, texts) is left to the full grammar. */
const NUMBERS_ONLY: readonly (PidLayout | undefined)[] = PID_TABLE.map(layout =>
  layout?.fields.every(field => field.kind === 'number') ? layout : undefined,
);
const MOST_BYTES = Math.max(...PID_TABLE.map(layout => layout?.bytes ?? 0));

const data: number[] = Array.from({ length: MOST_BYTES }, () => 0);

/** The byte of two hex digits at `index`; negative when one is none. */
function byteOf(line: string, index: number): number {
  const high = line.charCodeAt(index);
  const low = line.charCodeAt(index + 1);
  // A nibble of -1 carries its sign through shift and or.
  return high < 128 && low < 128 ? (NIBBLE[high]! << 4) | NIBBLE[low]! : -1;
}

/** The same of bytes of ASCII text. */
function byteAt(bytes: Uint8Array, index: number): number {
  const high = bytes[index]!;
  const low = bytes[index + 1]!;
  return high < 128 && low < 128 ? (NIBBLE[high]! << 4) | NIBBLE[low]! : -1;
}

/**
 * The short way for what most frames are: mode 01, one PID, hex digits and nothing else (`410C1AF8`, either case).
 * Agrees with the full grammar on all it takes.
 * @param reply filled in when the answer is true, undefined content otherwise
 * @returns false for everything else, right or wrong: ask `decodeObd`
 */
export function decodeBareHex(line: string, reply: BareReply): boolean {
  if (line.length < 6 || line.charCodeAt(0) !== 0x34 || line.charCodeAt(1) !== 0x31) return false;
  const pid = byteOf(line, 2);
  if (pid < 0) return false;
  const layout = NUMBERS_ONLY[pid];
  if (layout === undefined || line.length !== 4 + 2 * layout.bytes) return false;
  for (let i = 0; i < layout.bytes; i++) {
    const byte = byteOf(line, 4 + 2 * i);
    if (byte < 0) return false;
    data[i] = byte;
  }
  readFields(layout, reply);
  return true;
}

/**
 * The same for a frame in ASCII text, of which no string is made. What stands behind it is the caller's business.
 * @param at where its first digit is
 * @returns how many digits it has; 0 for everything else, right or wrong
 */
export function decodeBareHexBytes(bytes: Uint8Array, at: number, reply: BareReply): number {
  if (at + 6 > bytes.length || bytes[at] !== 0x34 || bytes[at + 1] !== 0x31) return 0;
  const pid = byteAt(bytes, at + 2);
  if (pid < 0) return 0;
  const layout = NUMBERS_ONLY[pid];
  if (layout === undefined || at + 4 + 2 * layout.bytes > bytes.length) return 0;
  for (let i = 0; i < layout.bytes; i++) {
    const byte = byteAt(bytes, at + 4 + 2 * i);
    if (byte < 0) return 0;
    data[i] = byte;
  }
  readFields(layout, reply);
  return 4 + 2 * layout.bytes;
}

function readFields(layout: PidLayout, reply: BareReply): void {
  const fields = layout.fields as readonly NumberField[];
  let count = 0;
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i]!;
    if (!isPresent(field, data, 0)) continue;
    reply.fields[count] = field;
    reply.values[count++] = numberOf(field, data, 0);
  }
  reply.count = count;
}
