// Proves: every record comes back as it was written, and what is cut short or of another layout says so instead of becoming another record.
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { type NewRecord, RecordOrigin } from '../../model/record.js';
import { RecordFormatError } from './errors.js';
import { decodeRecord, encodeRecord } from './record-codec.js';

const anyRecord: fc.Arbitrary<NewRecord> = fc.record({
  key: fc.string({ unit: 'grapheme', maxLength: 20 }),
  header: fc.record({
    kind: fc.constantFrom('message', 'fact'),
    received: fc.double({ noNaN: true, noDefaultInfinity: true }),
    format: fc.string({ maxLength: 40 }),
    device: fc.string({ unit: 'grapheme', maxLength: 20 }),
    topic: fc.string({ unit: 'grapheme', maxLength: 300 }),
    dup: fc.boolean(),
  }),
  body: fc.uint8Array({ maxLength: 400 }),
});

// Proves: texts of one byte a sign, which are written in a way of their own, are laid out as all others are.
test('a text of ASCII signs stands as it does beside one that is not', () => {
  const text = fc.string({ unit: 'binary-ascii', maxLength: 60 });
  fc.assert(
    fc.property(text, text, text, fc.boolean(), fc.uint8Array(), (key, device, topic, dup, body) => {
      const header = { kind: 'message' as const, received: 1_767_600_000_123, format: 'telltale-v1', device, dup };
      const plain = Buffer.from(encodeRecord({ key, header: { ...header, topic }, body }));
      const other = Buffer.from(encodeRecord({ key, header: { ...header, topic: `${topic}é` }, body }));
      const topicAt = 13 + key.length + device.length + 'telltale-v1'.length;
      expect(plain.readUInt16BE(topicAt)).toBe(topic.length);
      other.writeUInt16BE(topic.length, topicAt);
      const end = topicAt + 2 + topic.length;
      expect(plain.subarray(0, end)).toEqual(other.subarray(0, end));
      expect(plain.subarray(end)).toEqual(Buffer.from(body));
    }),
  );
});

// Proves: with texts that were laid out before a record has the very bytes that it has without.
test('a record of a known origin stands as any other', () => {
  fc.assert(
    fc.property(anyRecord, anyRecord, (record, later) => {
      const { key, header } = record;
      const { device, format, topic } = header;
      const origin = new RecordOrigin(key, device, format, topic);
      const next = { key, header: { ...later.header, device, format, topic }, body: later.body };
      for (const each of [record, next, record]) expect(encodeRecord({ ...each, origin })).toEqual(encodeRecord(each));
      expect(origin.laidOut).toBeDefined();
    }),
  );
});

test('round trip', () => {
  fc.assert(
    fc.property(anyRecord, fc.nat(), (record, offset) => {
      const { body, ...rest } = decodeRecord(offset, encodeRecord(record));
      expect(rest).toEqual({ key: record.key, header: record.header, offset });
      expect(Buffer.from(body)).toEqual(Buffer.from(record.body));
    }),
  );
});

test('cut anywhere before its body, a record is refused', () => {
  fc.assert(
    fc.property(anyRecord, fc.nat(), (record, cut) => {
      const bytes = encodeRecord(record);
      const head = bytes.length - record.body.length;
      expect(() => decodeRecord(1, bytes.subarray(0, cut % head))).toThrow(RecordFormatError);
    }),
  );
});

test('another layout is refused', () => {
  const bytes = Uint8Array.from(
    encodeRecord({
      key: 'v',
      header: { kind: 'fact', received: 1, format: '', device: '', topic: '', dup: false },
      body: new Uint8Array(),
    }),
  );
  bytes[0] = 2;
  expect(() => decodeRecord(9, bytes)).toThrow('record 9 has layout 2, known is 1');
});
