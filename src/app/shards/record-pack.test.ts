// Proves: records that go to another thread come out as they went in, by partition and in order of offsets, whatever is in them; a fact for
// every partition too.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EVERY, type JournalRecord } from '../../model/record.js';
import { RecordPack, unpackRecords } from './record-pack.js';

const PARTITIONS = 5;
const text = (maxLength: number) => fc.string({ unit: 'grapheme', maxLength });
const anyRecord = fc.record({
  key: fc.oneof(fc.constant(EVERY), text(20)),
  header: fc.record({
    kind: fc.constantFrom('message' as const, 'fact' as const),
    received: fc.integer({ min: 0, max: 4_102_444_800_000 }),
    format: text(12),
    device: text(20),
    topic: text(300),
    dup: fc.boolean(),
  }),
  body: fc.uint8Array({ maxLength: 3_000 }),
});

/** Plain, so that what is a view of what does not matter. */
const plain = (records: readonly JournalRecord[]) =>
  records.map(record => ({ ...record, body: Buffer.from(record.body).toString('hex') }));

test('whatever they are', () => {
  const pack = new RecordPack();
  fc.assert(
    fc.property(fc.array(fc.tuple(anyRecord, fc.nat(PARTITIONS - 1)), { maxLength: 60 }), given => {
      const byPartition = new Map<number, JournalRecord[]>();
      given.forEach(([record, p], offset) => {
        const placed = { ...record, offset: offset * 1_000_003 };
        for (const to of record.key === EVERY ? Array.from({ length: PARTITIONS }, (_, i) => i) : [p])
          byPartition.set(to, [...(byPartition.get(to) ?? []), placed]);
      });
      for (const [p, records] of byPartition) pack.add(p, records);
      const found = unpackRecords(pack.take());
      expect([...found.keys()].sort()).toEqual([...byPartition.keys()].sort());
      for (const [p, records] of byPartition) expect(plain(found.get(p)!)).toEqual(plain(records));
    }),
    { numRuns: 60 },
  );
});

test('a fact for every partition goes over once', () => {
  const header = { kind: 'fact' as const, received: 1, format: '', device: '', topic: '', dup: false };
  const fact: JournalRecord = { key: EVERY, offset: 7, header, body: Buffer.alloc(10_000) };
  const pack = new RecordPack();
  for (let p = 0; p < 64; p++) pack.add(p, [fact]);
  const memory = pack.take();
  expect(memory.byteLength).toBeLessThan(11_000);
  expect(unpackRecords(memory).size).toBe(64);
});
