// Proves: that file descriptors run out is told once, also where there is none left to count them with, and once that there are enough again.
import { expect, test } from '@jest/globals';
import { type Descriptors, watchDescriptors } from './watch-descriptors.js';

test('told once when it begins and once when it is over', async () => {
  const told: string[] = [];
  let look = (): void => {};
  const clock = {
    now: () => 0,
    after: () => () => {},
    every: (_: number, task: () => void) => {
      look = task;
      return () => {};
    },
  };
  let now: Descriptors | undefined;
  watchDescriptors(clock, (scarce, { open, limit }) => told.push(`${scarce} ${open} of ${limit}`), {
    count: async () => now,
    close: () => {},
  });
  for (const open of [10, 89, 90, 99, undefined, 85, 79, 50, undefined]) {
    now = { open, limit: 100 };
    look();
    await new Promise(resolve => setImmediate(resolve));
  }
  now = undefined;
  look();
  expect(told).toEqual(['true 90 of 100', 'false 79 of 100', 'true undefined of 100']);
});
