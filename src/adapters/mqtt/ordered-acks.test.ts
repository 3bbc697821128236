import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { OrderedAcks } from './ordered-acks.js';

// Proves: for any order of settling, each acknowledgement leaves once, in the order of arrival, never before it is settled.
test('acknowledgements leave in the order of arrival', () => {
  const order = fc.integer({ min: 1, max: 40 }).chain(size => fc.shuffledSubarray([...Array(size).keys()]));
  fc.assert(
    fc.property(order, settled => {
      const sent: number[] = [];
      const acks = new OrderedAcks((_header, id) => sent.push(id));
      const owed = Array.from({ length: 40 }, (_, id) => acks.add(0x40, id));
      const done = new Set<number>();
      for (const id of settled) {
        acks.settle(owed[id]!, 0);
        acks.settle(owed[id]!, 0);
        done.add(id);
        const firstOpen = owed.findIndex((_, at) => !done.has(at));
        expect(sent).toEqual([...Array(firstOpen < 0 ? 40 : firstOpen).keys()]);
        expect(acks.size).toBe(40 - sent.length);
      }
    }),
  );
});
