import { readAdapterLine } from './adapter-words.js';
import { byteAt, bytesBetween, digitAt, HEX, MAX_LINE, scanHex } from './hex-digits.js';
import type { ObdErrorKind } from './obd-signal.js';

/** One line by its grammar. Bytes are free of header, PCI and checksum. */
export type LineReading =
  /** A whole reply. */
  | {
      readonly is: 'message';
      readonly bytes: number[];
      readonly ecu: string | undefined;
      readonly bus: 'can' | 'legacy' | undefined;
    }
  /** ISO-TP first frame of `length` bytes in all. */
  | { readonly is: 'first'; readonly bytes: number[]; readonly ecu: string; readonly length: number }
  /** ISO-TP consecutive frame. */
  | { readonly is: 'consecutive'; readonly bytes: number[]; readonly ecu: string; readonly index: number }
  /** `0:` … `F:` of a long reply with headers off. */
  | { readonly is: 'piece'; readonly bytes: number[]; readonly index: number }
  /** Three digits: the length of such a reply, or an echo; only the lines behind can tell. */
  | { readonly is: 'three_digits'; readonly number: number }
  | { readonly is: 'voltage'; readonly volts: number }
  /** Echo, banner, tester's frame, flow control. */
  | { readonly is: 'chatter' }
  | { readonly is: 'fault'; readonly kind: ObdErrorKind };

const chatter: LineReading = { is: 'chatter' };
const truncated: LineReading = { is: 'fault', kind: 'truncated' };
const notHex: LineReading = { is: 'fault', kind: 'not_hex' };
const tooLong: LineReading = { is: 'fault', kind: 'too_long' };
const unsupported: LineReading = { is: 'fault', kind: 'unsupported_mode' };

const REPLY_SERVICES: ReadonlySet<number> = new Set([0x41, 0x42, 0x43, 0x44, 0x47, 0x49, 0x4a, 0x7f]);
const COLON = 0x3a;
const PIECE = /^([0-9A-F]):(.*)$/;

/**
 * Reads one trimmed, non-blank line. Headers are found by themselves, whatever the adapter's spacing.
 * Spaces are only ever ignored, never used to tell bytes from headers: the digits alone decide.
 */
export function readLine(line: string): LineReading {
  if (line.length > MAX_LINE) return tooLong;
  const count = scanHex(line);
  if (count >= 0) return readDigits(count);
  const plainPiece = line.charCodeAt(1) === COLON ? readPiece(line[0]!, line.slice(2)) : notHex;
  if (plainPiece !== notHex) return plainPiece;
  const adapter = readAdapterLine(line);
  if (adapter.is !== 'rest') return adapter;
  const piece = PIECE.exec(adapter.text);
  if (piece !== null) return readPiece(piece[1]!, piece[2]!);
  const digits = scanHex(adapter.text);
  return digits < 0 ? notHex : readDigits(digits);
}

/** A piece of a long reply: one digit, a colon, bytes. */
function readPiece(index: string, hex: string): LineReading {
  const count = scanHex(hex);
  const number = Number.parseInt(index, 16);
  if (count < 0 || Number.isNaN(number)) return notHex;
  return count % 2 !== 0 ? truncated : { is: 'piece', index: number, bytes: bytesBetween(0, count) };
}

/** Reads the `count` digits scanned last. */
function readDigits(count: number): LineReading {
  if (count < 2) return truncated;
  const odd = count % 2 !== 0;
  const first = byteAt(0);
  if (first === 0x7e && count > 2 && digitAt(2) >= 8) {
    // Three header digits and whole bytes make an odd count: an even one has lost a nibble.
    return odd ? readCan(3, count, `7E${HEX[digitAt(2)]![1]}`) : truncated;
  }
  if (odd && (first === 0x7e || (first === 0x7d && digitAt(2) === 0xf))) return chatter;
  if (count === 3) return { is: 'three_digits', number: first * 16 + digitAt(2) };
  if (first >= 0x01 && first <= 0x0a) return readEchoOrPci(first, count);
  if (odd) return truncated;
  if (first === 0x18 && count >= 4) {
    const known = readExtendedHeader(count);
    if (known !== undefined) return known;
  }
  if (first === 0x48 && count >= 4 && byteAt(2) === 0x6b) return readLegacy(count, 0);
  if (first >> 4 === 8 && count >= 4 && byteAt(2) === 0xf1) return readLegacy(count, first & 0x0f);
  return { is: 'message', bytes: bytesBetween(0, count), ecu: undefined, bus: undefined };
}

/** 29-bit ids: 18DAF1xx answers, 18DAxxF1 and 18DB33F1 ask; `undefined` when it is none of them. */
function readExtendedHeader(count: number): LineReading | undefined {
  const kind = byteAt(2);
  if (kind === 0xda && (count < 8 || byteAt(4) === 0xf1)) {
    if (count < 8) return count === 4 || byteAt(4) === 0xf1 ? truncated : undefined;
    return readCan(8, count, `18DAF1${HEX[byteAt(6)]}`);
  }
  const asked = count >= 8 && byteAt(6) === 0xf1 && (kind === 0xda || (kind === 0xdb && byteAt(4) === 0x33));
  return asked ? chatter : undefined;
}

/** A line without header that starts like a request: a frame with its length in front if all fits, else the echo. */
function readEchoOrPci(first: number, count: number): LineReading {
  const fits = first >= 3 && first <= 7 && count % 2 === 0 && count <= 16 && count >= 2 + 2 * first;
  if (fits && REPLY_SERVICES.has(byteAt(2)))
    return { is: 'message', bytes: bytesBetween(2, 2 + 2 * first), ecu: undefined, bus: 'can' };
  return chatter;
}

/** CAN frame behind its id: PCI, then data. @see ISO 15765-2 */
function readCan(from: number, count: number, ecu: string): LineReading {
  if (count < from + 2) return truncated;
  const pci = byteAt(from);
  const low = pci & 0x0f;
  const data = from + 2;
  switch (pci >> 4) {
    case 0: {
      // Bytes behind the length are padding of the frame; a frame holds 1 to 7 behind its length.
      const end = data + 2 * low;
      return low === 0 || low > 7 || count < end ? truncated : { is: 'message', bytes: bytesBetween(data, end), ecu, bus: 'can' };
    }
    case 1:
      if (count < data + 2) return truncated;
      return { is: 'first', bytes: bytesBetween(data + 2, count), ecu, length: low * 256 + byteAt(data) };
    case 2:
      return { is: 'consecutive', bytes: bytesBetween(data, count), ecu, index: low };
    case 3:
      return chatter;
    default:
      return unsupported;
  }
}

/**
 * J1850, ISO 9141 (48 6B xx) and KWP 2000 (8n F1 xx): three header bytes, data, checksum.
 * @param declared data bytes that a KWP header promises; 0 where the header does not say
 */
function readLegacy(count: number, declared: number): LineReading {
  const end = count - 2;
  if (end <= 6 || end - 6 < 2 * declared) return truncated;
  return { is: 'message', bytes: bytesBetween(6, end), ecu: HEX[byteAt(4)], bus: 'legacy' };
}
