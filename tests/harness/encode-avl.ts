import { crc16 } from '../../src/protocols/teltonika/crc16.js';

export interface AvlToEncode {
  at: number;
  lat_e7: number;
  lon_e7: number;
  altitude: number;
  angle: number;
  satellites: number;
  speed: number;
  /** Elements by AVL id; in codec 8 and 16 of 1, 2, 4 or 8 bytes. */
  io: readonly (readonly [id: number, bytes: Uint8Array])[];
}

export type AvlCodec = 0x08 | 0x8e | 0x10;

const number = (width: 1 | 2 | 4, value: number): Buffer => {
  const bytes = Buffer.alloc(width);
  if (value < 0) bytes.writeIntBE(value, 0, width);
  else bytes.writeUIntBE(value, 0, width);
  return bytes;
};

/** Writes a packet from codec id to second count, as the maker's documentation says. */
export const encodeAvl = (codec: AvlCodec, records: readonly AvlToEncode[]): Buffer =>
  Buffer.concat([
    number(1, codec),
    number(1, records.length),
    ...records.map(record => encodeRecord(codec, record)),
    number(1, records.length),
  ]);

/** Puts a packet into its frame for TCP. */
export const frameAvl = (body: Buffer): Buffer =>
  Buffer.concat([number(4, 0), number(4, body.length), body, number(4, crc16(body))]);

const encodeRecord = (codec: AvlCodec, record: AvlToEncode): Buffer => {
  const id = codec === 0x08 ? 1 : 2;
  const count = codec === 0x8e ? 2 : 1;
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(record.at));
  const parts = [
    time,
    number(1, 0),
    number(4, record.lon_e7),
    number(4, record.lat_e7),
    number(2, record.altitude),
    number(2, record.angle),
    number(1, record.satellites),
    number(2, record.speed),
    number(id, 0),
    ...(codec === 0x10 ? [number(1, 5)] : []),
    number(count, record.io.length),
  ];
  const fixed = [1, 2, 4, 8];
  for (const width of fixed) {
    const group = record.io.filter(([, bytes]) => bytes.length === width);
    parts.push(number(count, group.length));
    for (const [element, bytes] of group) parts.push(number(id, element), Buffer.from(bytes));
  }
  if (codec === 0x8e) {
    const others = record.io.filter(([, bytes]) => !fixed.includes(bytes.length));
    parts.push(number(2, others.length));
    for (const [element, bytes] of others) parts.push(number(2, element), number(2, bytes.length), Buffer.from(bytes));
  }
  return Buffer.concat(parts);
};
