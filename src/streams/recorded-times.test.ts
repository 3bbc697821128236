import { expect, test } from '@jest/globals';
import { RecordedTimes } from './recorded-times.js';

// Proves: each record is known by the write it was in; between writes, before the oldest kept and behind the newest nothing is guessed.
test('the time of a record is that of its write', () => {
  const times = new RecordedTimes();
  expect(times.of(5)).toBeUndefined();
  times.note(10, 19, 1_000);
  times.note(20, 20, 1_005);
  times.note(25, 30, 1_010);
  expect([9, 10, 19, 20, 21, 25, 30, 31].map(offset => times.of(offset))).toEqual([
    undefined,
    1_000,
    1_000,
    1_005,
    undefined,
    1_010,
    1_010,
    undefined,
  ]);
  for (let n = 0; n < 5_000; n++) times.note(100 + n, 100 + n, 2_000 + n);
  expect(times.of(30)).toBeUndefined();
  expect(times.of(100)).toBeUndefined();
  expect(times.of(5_099)).toBe(6_999);
});
