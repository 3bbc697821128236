import { ByteReader } from './byte-reader.js';

/** One AVL record; degrees and km/h as sent. */
export interface AvlRecord {
  at: bigint;
  lat: number;
  lon: number;
  altitude: number;
  angle: number;
  satellites: number;
  speed: number;
  /** IO elements by AVL id, raw. */
  io: ReadonlyMap<number, Uint8Array>;
}

const CODEC_8 = 0x08;
const CODEC_8E = 0x8e;
const CODEC_16 = 0x10;

/** Codecs that carry commands and their replies, no vehicle data. */
export const COMMAND_CODECS: ReadonlySet<number> = new Set([12, 13, 14, 15]);

const isAvl = (codec: number): boolean => codec === CODEC_8 || codec === CODEC_8E || codec === CODEC_16;

/**
 * Reads a packet from its codec id to the second record count.
 * @returns undefined where lengths and counts do not fit: then nothing in it can be trusted
 * @see https://wiki.teltonika-gps.com/view/Teltonika_Data_Sending_Protocols
 */
export const readAvlPacket = (body: Uint8Array): AvlRecord[] | undefined => {
  const bytes = new ByteReader(body);
  const codec = bytes.u8();
  const count = bytes.u8();
  if (!isAvl(codec)) return undefined;
  const records: AvlRecord[] = [];
  while (records.length < count && !bytes.short) records.push(readRecord(bytes, codec));
  return bytes.u8() === count && bytes.left === 0 && !bytes.short ? records : undefined;
};

const readRecord = (bytes: ByteReader, codec: number): AvlRecord => {
  const at = bytes.u64();
  bytes.u8(); // priority: low, high or panic; the device's own, it changes nothing here
  const lon = bytes.i32() / 1e7;
  const lat = bytes.i32() / 1e7;
  const altitude = bytes.i16();
  const angle = bytes.u16();
  const satellites = bytes.u8();
  const speed = bytes.u16();
  return { at, lat, lon, altitude, angle, satellites, speed, io: readElements(bytes, codec) };
};

/** Groups of 1, 2, 4 and 8 bytes, each with its count; 8E has one of variable length behind them. Ids are 2 bytes but in codec 8. */
const readElements = (bytes: ByteReader, codec: number): Map<number, Uint8Array> => {
  const id = codec === CODEC_8 ? () => bytes.u8() : () => bytes.u16();
  const count = codec === CODEC_8E ? () => bytes.u16() : () => bytes.u8();
  const io = new Map<number, Uint8Array>();
  id(); // of the element that caused the record
  if (codec === CODEC_16) bytes.u8(); // how it was caused
  count(); // of all elements, which the groups say again
  for (const width of [1, 2, 4, 8]) {
    for (let left = count(); left > 0 && !bytes.short; left--) io.set(id(), bytes.take(width));
  }
  if (codec === CODEC_8E) {
    for (let left = count(); left > 0 && !bytes.short; left--) {
      const element = id();
      io.set(element, bytes.take(bytes.u16()));
    }
  }
  return io;
};
