// Proves: records come as they arrived, page by page, each once, within the time asked for by arrival or event; one that repeats what was
// sent says so; what cannot be read is shown, not thrown; and a page costs what it holds, wherever it begins.
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { MemoryJournal } from '../../tests/simulation/memory-journal.js';
import { telltaleV1 } from '../protocols/telltale-v1/telltale-v1.js';
import { rawRecords } from './raw-events.js';

afterEach(() => {
  jest.restoreAllMocks();
});

const journalOf = (...sent: [received: number, payload: string, kind?: 'fact'][]): MemoryJournal => {
  const journal = new MemoryJournal(1);
  for (const [received, payload, kind = 'message' as const] of sent) {
    const header = { kind, received, format: 'telltale-v1', device: 'v', topic: 'telltale/v1/v/events', dup: false };
    journal.add({ key: 'v', header, body: Buffer.from(payload) });
  }
  return journal;
};
const all = { from: undefined, to: undefined };
const at = (ts: number, more = {}): string => JSON.stringify({ ts, ...more });

test('pages, oldest first, without facts and other vehicles', async () => {
  const journal = journalOf([1, at(1)], [2, '{}', 'fact'], [3, at(3)], [4, at(4)], [5, at(5)]);
  journal.add({ ...journal.records[0]!, key: 'other' });
  const first = await rawRecords(journal, 'v', all, undefined, 2);
  expect(first.items.map(({ offset }) => offset)).toEqual([1, 3]);
  const second = await rawRecords(journal, 'v', all, first.next!, 2);
  expect(second.items.map(({ offset }) => offset)).toEqual([4, 5]);
  expect(second.next).toBeNull();
  expect(second.items[0]).toMatchObject({ received_at: '1970-01-01T00:00:00.004Z', events: [{ ts: 4 }], duplicate: false });
});

test('shows events that carry a number as they were sent, one by one', async () => {
  const sent = [
    { ts: 10, seq: 1, gps: { lat: 50, lon: 8 }, extra: 'kept' },
    { ts: 20, seq: 2 },
  ];
  const journal = journalOf([100, JSON.stringify(sent)], [200, at(30, { seq: 3 })]);
  const { items } = await rawRecords(journal, 'v', all, undefined, 10);
  expect(items.map(({ events }) => events)).toEqual([sent, [{ ts: 30, seq: 3 }]]);
});

test('by arrival, or by what happened then; the end is not within', async () => {
  const journal = journalOf([100, at(10)], [200, at(200)], [300, at(20)], [400, at(400)]);
  const within = async (from?: number, to?: number) =>
    (await rawRecords(journal, 'v', { from, to }, undefined, 10)).items.map(({ offset }) => offset);
  expect(await within(0, 50)).toEqual([1, 3]);
  expect(await within(200, 400)).toEqual([2, 3]);
  expect(await within(400)).toEqual([4]);
  expect(await within(undefined, 200)).toEqual([1, 3]);
});

test('what was sent before is a duplicate, by seq or by content, on any page', async () => {
  const journal = journalOf(
    [1, at(1, { seq: 1 })],
    [2, at(1, { seq: 1, again: true })],
    [3, `[${at(1, { seq: 1 })},${at(2)}]`],
    [4, at(2)],
  );
  expect((await rawRecords(journal, 'v', all, undefined, 10)).items.map(({ duplicate }) => duplicate)).toEqual([
    false,
    true,
    false,
    true,
  ]);
  expect((await rawRecords(journal, 'v', all, '3', 10)).items[0]!.duplicate).toBe(true);
  for (const cursor of ['x', '-1', '3-', '3-x', '3.5', '1e3'])
    await expect(rawRecords(journal, 'v', all, cursor, 10)).rejects.toThrow('cursor');
});

test('what cannot be read stands in its place as it came', async () => {
  const journal = journalOf([1, '{"ts":'], [2, `[${at(2)},{"ts":"never"},7]`]);
  const { items } = await rawRecords(journal, 'v', all, undefined, 10);
  expect(items[0]!.events).toEqual(['{"ts":']);
  expect(items[1]!.events).toEqual([{ ts: 2 }, { ts: 'never' }, 7]);
});

test('a record whose decoder throws is shown as it came', async () => {
  const journal = journalOf([1, at(1)]);
  jest.spyOn(telltaleV1, 'decode').mockImplementation(() => {
    throw new Error('poison');
  });
  expect((await rawRecords(journal, 'v', all, undefined, 10)).items).toMatchObject([{ events: ['{"ts":1}'], duplicate: false }]);
});

test('a page of large records is shorter, and every one of them is on some page', async () => {
  const journal = journalOf(
    ...Array.from({ length: 60 }, (_, n) => [n, at(n, { note: 'x'.repeat(250_000) })] as [number, string]),
  );
  const sizes: number[] = [];
  const offsets: number[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await rawRecords(journal, 'v', all, cursor, 1_000);
    sizes.push(JSON.stringify(page).length);
    offsets.push(...page.items.map(({ offset }) => offset));
    cursor = page.next;
  }
  expect(offsets).toEqual(journal.records.map(({ offset }) => offset));
  expect(Math.max(...sizes)).toBeLessThan(5_000_000);
  const huge = journalOf([1, at(1, { note: 'x'.repeat(6_000_000) })], [2, at(2)]);
  expect((await rawRecords(huge, 'v', all, undefined, 10)).items).toHaveLength(1);
});

describe('going through a long past page by page', () => {
  const HOUR = 3_600_000;
  /** Messages a second apart, some late, some sent again, soon or hours later. */
  const anyPast = fc
    .array(
      fc.record({
        back: fc.constantFrom(0, 0, 0, 0, 1, 30, 4_000),
        again: fc.nat({ max: 40 }),
        pause: fc.constantFrom(1, 1, 1, 900),
      }),
      {
        minLength: 1,
        maxLength: 60,
      },
    )
    .map(steps => {
      let now = 10 * HOUR;
      const sent: [received: number, payload: string][] = [];
      for (const [n, { back, again, pause }] of steps.entries()) {
        now += pause * 1_000;
        sent.push(
          again > 0 && again < 9 && sent.length >= again
            ? [now, sent[sent.length - again]![1]]
            : [now, at(now - back * 1_000, { seq: n })],
        );
      }
      return sent;
    });
  const walked = async (journal: MemoryJournal, range: { from: number | undefined; to: number | undefined }, limit: number) => {
    const items = [];
    const ranges = [[range.from === undefined ? 0 : await journal.offsetAt(range.from), Number.MAX_SAFE_INTEGER]] as const;
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await rawRecords(journal, 'v', range, cursor, limit, { ranges, since: undefined });
      items.push(...page.items);
      cursor = page.next;
    }
    return items;
  };

  test('gives the same in pages of any size, duplicates and all, from the beginning or from anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(anyPast, fc.integer({ min: 1, max: 9 }), fc.nat({ max: 60 }), async (sent, limit, skipped) => {
        const journal = journalOf(...sent);
        const whole = await walked(journal, all, 1_000);
        expect(await walked(journal, all, limit)).toEqual(whole);
        const from = sent[Math.min(skipped, sent.length - 1)]![0];
        const later = await walked(journal, { from, to: undefined }, limit);
        expect(later).toEqual(whole.filter(({ received_at }) => Date.parse(received_at) >= from));
      }),
      { numRuns: 300 },
    );
  });

  test('reads each record about once, and those before a late one once more', async () => {
    const journal = journalOf(
      ...Array.from({ length: 2_000 }, (_, n) => [n * 1_000, at(n * 1_000, { seq: n })] as [number, string]),
    );
    const decode = jest.spyOn(telltaleV1, 'decode');
    expect(await walked(journal, all, 20)).toHaveLength(2_000);
    expect(decode.mock.calls.length).toBeLessThan(2_300);
    decode.mockClear();
    const from = 1_000_000;
    expect(await walked(journal, { from, to: undefined }, 20)).toHaveLength(1_000);
    // The first page cannot know what was newest before it.
    expect(decode.mock.calls.length).toBeLessThan(2_300);
  });
});
