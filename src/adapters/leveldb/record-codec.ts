import type { JournalRecord, NewRecord, Offset, RecordHeader, RecordKey, RecordOrigin } from '../../model/record.js';
import { RecordFormatError } from './errors.js';

const VERSION = 1;
const FACT = 1;
const DUP = 2;
/** version, flags, received (f64) … */
const HEAD = 1 + 1 + 8;
/** … then key, device, format (u8 length each), topic (u16 length), then the body. */
const FIXED = HEAD + 3 + 2;

/**
 * Lays one record out as bytes.
 * @returns u8 version 1, u8 flags (1 fact, 2 dup), f64 received in ms, u8 + key, u8 + device, u8 + format, u16 + topic, body; big-endian, UTF-8
 */
export const encodeRecord = (record: NewRecord): Uint8Array => {
  const { origin } = record;
  return origin ? encodeKnown(record, origin) : encodeAfresh(record);
};

const encodeAfresh = (record: NewRecord): Uint8Array => encodeAscii(record) ?? encodeText(record);

const flagsOf = ({ kind, dup }: RecordHeader): number => (kind === 'fact' ? FACT : 0) | (dup ? DUP : 0);

/** Nearly every record: its texts stand there already. */
const encodeKnown = (record: NewRecord, origin: RecordOrigin): Uint8Array => {
  const bytes = Buffer.allocUnsafe(knownSize(record, origin));
  putKnown(record, origin, bytes, 0);
  return bytes;
};

const laidOutOf = (record: NewRecord, origin: RecordOrigin): Uint8Array => {
  // A copy of its own: what it is made in belongs to a pool, which would stay with it.
  origin.laidOut ??= Uint8Array.from(encodeAfresh({ ...record, body: NOTHING }).subarray(HEAD));
  return origin.laidOut;
};

/** Bytes that `putKnown` writes. */
export const knownSize = (record: NewRecord, origin: RecordOrigin): number =>
  HEAD + laidOutOf(record, origin).length + record.body.length;

/** Lays out a record whose texts have come before, as `encodeRecord` does. */
export const putKnown = (record: NewRecord, origin: RecordOrigin, target: Buffer, at: number): void => {
  const { header, body } = record;
  const laidOut = laidOutOf(record, origin);
  target[at] = VERSION;
  target[at + 1] = flagsOf(header);
  target.writeDoubleBE(header.received, at + 2);
  target.set(laidOut, at + HEAD);
  target.set(body, at + HEAD + laidOut.length);
};

const NOTHING = new Uint8Array();

/** Texts are written sign by sign: so short ones take less than a call each to measure and to write them. */
const encodeAscii = ({ key, header, body }: NewRecord): Buffer | undefined => {
  const { device, format, topic } = header;
  const bytes = Buffer.allocUnsafe(FIXED + key.length + device.length + format.length + topic.length + body.length);
  bytes[0] = VERSION;
  bytes[1] = flagsOf(header);
  bytes.writeDoubleBE(header.received, 2);
  bytes[10] = key.length;
  let at = 11;
  if (!putAscii(bytes, at, key)) return undefined;
  at += key.length;
  bytes[at++] = device.length;
  if (!putAscii(bytes, at, device)) return undefined;
  at += device.length;
  bytes[at++] = format.length;
  if (!putAscii(bytes, at, format)) return undefined;
  at += format.length;
  bytes[at++] = topic.length >> 8;
  bytes[at++] = topic.length & 0xff;
  if (!putAscii(bytes, at, topic)) return undefined;
  bytes.set(body, at + topic.length);
  return bytes;
};

/** @returns false where there is a sign that takes more than a byte */
const putAscii = (bytes: Buffer, from: number, text: string): boolean => {
  for (let i = 0; i < text.length; i++) {
    const sign = text.charCodeAt(i);
    if (sign > 127) return false;
    bytes[from + i] = sign;
  }
  return true;
};

const encodeText = ({ key, header, body }: NewRecord): Buffer => {
  const { device, format, topic } = header;
  const size =
    FIXED +
    Buffer.byteLength(key) +
    Buffer.byteLength(device) +
    Buffer.byteLength(format) +
    Buffer.byteLength(topic) +
    body.length;
  const bytes = Buffer.allocUnsafe(size);
  bytes[0] = VERSION;
  bytes[1] = flagsOf(header);
  bytes.writeDoubleBE(header.received, 2);
  let at = 10;
  for (const text of [key, device, format]) {
    const length = bytes.write(text, at + 1);
    bytes[at] = length;
    at += 1 + length;
  }
  const length = bytes.write(topic, at + 2);
  bytes.writeUInt16BE(length, at);
  bytes.set(body, at + 2 + length);
  return bytes;
};

/** The key of a record that `encodeRecord` laid out, from its bytes. @param at where it begins */
export const keyIn = (bytes: Buffer, at: number): RecordKey => bytes.toString('utf8', at + HEAD + 1, endOfText(bytes, at + HEAD));

/** Its format. */
export const formatIn = (bytes: Buffer, at: number): string => {
  const format = endOfText(bytes, endOfText(bytes, at + HEAD));
  return bytes.toString('utf8', format + 1, endOfText(bytes, format));
};

/** Of a text behind its u8 length. */
const endOfText = (bytes: Buffer, at: number): number => at + 1 + bytes[at]!;

/**
 * Reads what `encodeRecord` wrote. The body is a view into `value`.
 * @throws {RecordFormatError} another version, or cut short
 */
export const decodeRecord = (offset: Offset, value: Uint8Array): JournalRecord => {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (bytes.length < FIXED || bytes[0] !== VERSION) {
    throw new RecordFormatError(`record ${offset} has layout ${bytes[0]}, known is ${VERSION}`, { offset });
  }
  const flags = bytes[1] as number;
  let at = 10;
  const text = (lengthBytes: 1 | 2): string => {
    if (at + lengthBytes > bytes.length) throw new RecordFormatError(`record ${offset} is cut short`, { offset });
    const length = lengthBytes === 1 ? (bytes[at] as number) : bytes.readUInt16BE(at);
    at += lengthBytes;
    const end = at + length;
    if (end > bytes.length) throw new RecordFormatError(`record ${offset} is cut short`, { offset });
    const found = bytes.toString('utf8', at, end);
    at = end;
    return found;
  };
  const key = text(1);
  const device = text(1);
  const format = text(1);
  const topic = text(2);
  return {
    offset,
    key,
    header: {
      kind: flags & FACT ? 'fact' : 'message',
      received: bytes.readDoubleBE(2),
      format,
      device,
      topic,
      dup: (flags & DUP) !== 0,
    },
    body: bytes.subarray(at),
  };
};
