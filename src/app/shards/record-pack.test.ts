// Proves: records that go to another thread come out as they went in, by partition and in order of offsets, whatever is in them; a fact for
// every partition too.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EVERY, type JournalRecord, type NewRecord, RecordOrigin } from '../../model/record.js';
import { RecordPack } from './record-pack.js';
import { RecordUnpacker } from './record-unpacker.js';

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
  records.map(({ origin: _, ...record }) => ({ ...record, body: Buffer.from(record.body).toString('hex') }));

/** Texts that come again and again, as one object each. */
const origins = ['a', 'ä', 'b', 'c', 'd'].map(
  name => new RecordOrigin(`v-${name}`, name, `f-${name}`, `telltale/v1/${name}/events`),
);
const anyKnown: fc.Arbitrary<NewRecord> = fc.tuple(anyRecord, fc.constantFrom(...origins)).map(([{ header, body }, origin]) => {
  const { key, device, format, topic } = origin;
  return { key, header: { ...header, device, format, topic }, body, origin };
});

test.each([1, 3, 1_000])('whatever they are, with room for %i numbers', mostNumbered => {
  const pack = new RecordPack(mostNumbered);
  const unpacker = new RecordUnpacker();
  const anyPlaced = fc.tuple(fc.oneof(anyRecord, anyKnown), fc.nat(PARTITIONS - 1));
  fc.assert(
    fc.property(fc.array(anyPlaced, { maxLength: 60 }), given => {
      const byPartition = new Map<number, JournalRecord[]>();
      given.forEach(([record, p], offset) => {
        const placed = { ...record, offset: offset * 1_000_003 };
        for (const to of record.key === EVERY ? Array.from({ length: PARTITIONS }, (_, i) => i) : [p])
          byPartition.set(to, [...(byPartition.get(to) ?? []), placed]);
      });
      for (const [p, records] of byPartition) pack.add(p, records);
      const found = unpacker.unpack(pack.take());
      expect([...found.keys()].sort()).toEqual([...byPartition.keys()].sort());
      for (const [p, records] of byPartition) expect(plain(found.get(p)!)).toEqual(plain(records));
    }),
    { numRuns: 60 },
  );
});

// Proves: texts that messages have in common go over once; and where two packs have them in turn, both still name the right ones.
test('a message of a known origin is little more than its body', () => {
  const origin = new RecordOrigin('vehicle', 'device', 'format', 'telltale/v1/device/events');
  const { key, device, format, topic } = origin;
  const header = { kind: 'message' as const, received: 5, format, device, topic, dup: false };
  const lines = [1, 2].map(() => ({ pack: new RecordPack(), unpacker: new RecordUnpacker() }));
  const sizes = [0, 0, 1, 0, 1, 1].map((line, offset) => {
    const { pack, unpacker } = lines[line]!;
    const record: JournalRecord = { key, offset, header, body: Buffer.from('body'), origin };
    pack.add(3, [record]);
    const memory = pack.take();
    expect(plain(unpacker.unpack(memory).get(3)!)).toEqual(plain([record]));
    return memory.byteLength;
  });
  const alone = 8 + 48 + 4;
  expect(sizes.map(size => size > alone)).toEqual([true, false, true, true, true, false]);
});

test('a fact for every partition goes over once', () => {
  const header = { kind: 'fact' as const, received: 1, format: '', device: '', topic: '', dup: false };
  const fact: JournalRecord = { key: EVERY, offset: 7, header, body: Buffer.alloc(10_000) };
  const pack = new RecordPack();
  for (let p = 0; p < 64; p++) pack.add(p, [fact]);
  const memory = pack.take();
  expect(memory.byteLength).toBeLessThan(11_000);
  expect(new RecordUnpacker().unpack(memory).size).toBe(64);
});
