import { expect, test } from '@jest/globals';
import { OutboundQueue } from './outbound-queue.js';

const text = (payload: string) => Buffer.from(payload);

// Proves: at most `window` messages are on the wire, in order, and a new connection begins with the oldest that is not acknowledged.
test('keeps a window, and begins again after a break', () => {
  const queue = new OutboundQueue({ outboundMessages: 10, outboundMessageBytes: 100 });
  for (const payload of ['a', 'b', 'c']) queue.add('t', text(payload));
  const due = (window: number) => [...queue.due(window)].map(({ payload }) => payload.toString());
  expect(due(2)).toEqual(['a', 'b']);
  expect(due(2)).toEqual([]);
  queue.settle(1);
  queue.settle(99);
  expect(due(2)).toEqual(['c']);
  queue.rewind();
  expect(due(5)).toEqual(['b', 'c']);
});

// Proves: it is bounded in messages and in bytes, and has room again when something was acknowledged.
test('refuses what has no room', () => {
  const queue = new OutboundQueue({ outboundMessages: 2, outboundMessageBytes: 10 });
  expect([queue.add('t', text('12345678')), queue.add('t', text('123')), queue.add('t', text('12'))]).toEqual([
    true,
    false,
    true,
  ]);
  expect(queue.add('t', text(''))).toBe(false);
  queue.settle(1);
  expect(queue.add('t', text('12345678'))).toBe(true);
  expect(queue.size).toBe(2);
});
