// Proves: who works on without a pause is told to give way once its time is up, all at once wait for the same turn, and others get theirs.
import { expect, test } from '@jest/globals';
import { giveWayEvery } from './give-way-every.js';

test('while the turn is young there is nothing to wait for', () => {
  const giveWay = giveWayEvery(Number.MAX_SAFE_INTEGER);
  for (let i = 0; i < 100; i++) expect(giveWay()).toBeUndefined();
});

test('when it is over all wait for one turn of the loop, in which others run', async () => {
  const giveWay = giveWayEvery(0);
  const order: string[] = [];
  setImmediate(() => order.push('other'));
  const first = giveWay();
  const second = giveWay();
  expect(first).toBeDefined();
  expect(second).toBe(first);
  await first;
  order.push('worker');
  expect(order).toEqual(['other', 'worker']);
});
