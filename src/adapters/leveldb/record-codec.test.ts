// Proves: every record comes back as it was written, and what is cut short or of another layout says so instead of becoming another record.
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { NewRecord } from '../../model/record.js';
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
