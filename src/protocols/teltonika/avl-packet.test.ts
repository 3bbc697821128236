// Proves: what is encoded by the maker's documentation is decoded to the same, for every codec, and the CRC is the published one.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type AvlCodec, encodeAvl, frameAvl } from '../../../tests/harness/encode-avl.js';
import { readAvlPacket } from './avl-packet.js';
import { crc16 } from './crc16.js';
import { teltonika } from './teltonika.js';

const anyElement = (codec: AvlCodec) =>
  fc.tuple(
    fc.integer({ min: 1, max: codec === 0x08 ? 255 : 65_535 }),
    fc
      .constantFrom(1, 2, 4, 8, ...(codec === 0x8e ? [0, 3, 17] : []))
      .chain(width => fc.uint8Array({ minLength: width, maxLength: width })),
  );
const anyRecord = (codec: AvlCodec) =>
  fc.record({
    at: fc.integer({ min: 0, max: 4_102_444_800_000 }),
    lat_e7: fc.integer({ min: -900_000_000, max: 900_000_000 }),
    lon_e7: fc.integer({ min: -1_800_000_000, max: 1_800_000_000 }),
    altitude: fc.integer({ min: -500, max: 9_000 }),
    angle: fc.integer({ min: 0, max: 360 }),
    satellites: fc.integer({ min: 0, max: 255 }),
    speed: fc.integer({ min: 0, max: 65_535 }),
    io: fc.uniqueArray(anyElement(codec), { selector: ([id]) => id, maxLength: 20 }),
  });

test.each([0x08, 0x8e, 0x10] as const)('codec %i: decode after encode', codec => {
  fc.assert(
    fc.property(fc.array(anyRecord(codec), { maxLength: 6 }), records => {
      const read = readAvlPacket(encodeAvl(codec, records));
      expect(
        read?.map(({ lat, lon, at, io, ...rest }) => ({
          ...rest,
          at: Number(at),
          lat_e7: Math.round(lat * 1e7),
          lon_e7: Math.round(lon * 1e7),
          io: new Map([...io].map(([id, bytes]) => [id, [...bytes]])),
        })),
      ).toEqual(records.map(({ io, ...rest }) => ({ ...rest, io: new Map(io.map(([id, bytes]) => [id, [...bytes]])) })));
    }),
  );
});

test('the CRC of "123456789" is BB3D', () => {
  expect(crc16(Buffer.from('123456789'))).toBe(0xbb3d);
});

// Proves: a connection that is not logged in gets nothing recorded, and a peer that goes on after it is not listened to.
test('data before the login end the connection', () => {
  const conversation = teltonika.open({ transport: 'tcp' });
  const packet = frameAvl(encodeAvl(0x08, []));
  expect(conversation.hear(packet).map(({ kind }) => kind)).toEqual(['fault', 'close']);
  expect(conversation.hear(packet)).toEqual([]);
});

// Proves: a stream that claims a packet beyond the bound is given up at its header, before anything of it is kept.
test('a packet that is too long', () => {
  const conversation = teltonika.open({ transport: 'tcp', foreign: { format: 'teltonika', id: '350000000000017' } });
  const header = Buffer.from('0000000000ffffff', 'hex');
  expect(conversation.hear(header).map(({ kind }) => kind)).toEqual(['fault', 'close']);
});

// Proves: no element of any value makes a number that is none.
test.each([0x08, 0x8e, 0x10] as const)('codec %i: any elements decode to sound readings', codec => {
  fc.assert(
    fc.property(fc.array(anyRecord(codec), { minLength: 1, maxLength: 6 }), records => {
      const context = { device: 'd', topic: '', received: Date.UTC(2100, 0), offset: 0 };
      const { readings } = teltonika.decode(encodeAvl(codec, records), context);
      expect(readings).toHaveLength(records.length);
      for (const { signals, externalVoltage = 0 } of readings) {
        for (const value of [externalVoltage, ...Object.values(signals)]) expect(Number.isFinite(value)).toBe(true);
      }
    }),
  );
});
