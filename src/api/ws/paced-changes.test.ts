// Proves: with a pace every vehicle that changed is told once within it, the fleet spread over the time, and nobody is forgotten, however long a pause was.
import { expect, test } from '@jest/globals';
import { PacedChanges } from './paced-changes.js';

const FLEET = Array.from({ length: 3_000 }, (_, n) => `v-${n}`);
const EVERY = 20_000;

test('each vehicle once within the pace, about as many at any time', () => {
  const paced = new PacedChanges(EVERY, 0);
  for (const vehicle of FLEET) paced.add(vehicle);
  const told: string[] = [];
  let most = 0;
  for (let now = 250; now <= EVERY; now += 250) {
    const due = paced.due(now);
    most = Math.max(most, due.length);
    told.push(...due);
  }
  expect(told.toSorted()).toEqual(FLEET.toSorted());
  expect(most).toBeLessThan(FLEET.length / 20);
  expect(paced.due(2 * EVERY)).toEqual([]);
});

test('one that changes all the time is told once a pace', () => {
  const paced = new PacedChanges(EVERY, 0);
  let told = 0;
  for (let now = 250; now <= 5 * EVERY; now += 250) {
    paced.add('v-1');
    told += paced.due(now).length;
  }
  expect(told).toBe(5);
});

test('after a long pause everybody is due, once', () => {
  const paced = new PacedChanges(EVERY, 0);
  for (const vehicle of FLEET) paced.add(vehicle);
  expect(paced.due(100 * EVERY).toSorted()).toEqual(FLEET.toSorted());
  expect(paced.due(100 * EVERY + 1)).toEqual([]);
  paced.add('v-1');
  const told = [1, 2, 3, 4].flatMap(n => paced.due(100 * EVERY + (n * EVERY) / 4));
  expect(told).toEqual(['v-1']);
});
