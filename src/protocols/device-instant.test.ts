// Proves: seconds, milliseconds and written times are told apart, an unset clock is no time, and nonsense is nonsense.
import { expect, test } from '@jest/globals';
import { deviceInstant, packedInstant } from './device-instant.js';
import { clockInstant } from './freematics/clock-instant.js';

const AT = Date.UTC(2026, 8, 21, 14, 13, 20);

test.each([
  [AT, AT],
  [AT / 1_000, AT],
  [String(AT / 1_000), AT],
  [AT / 1_000 + 0.25, AT + 250],
  ['2026-09-21T14:13:20Z', AT],
  ['2026-09-21T14:13:20.500', AT + 500],
  ['2026-09-21 14:13:20', AT],
  ['2026-09-21 14:13:20 UTC', AT],
  ['2026-09-21T16:13:20+02:00', AT],
  [0, undefined],
  ['', undefined],
  [undefined, undefined],
  [null, undefined],
  ['2023-12-03 10:16:05 AWST', Number.NaN],
  ['yesterday', Number.NaN],
  [-5, Number.NaN],
  [1e300, Number.NaN],
  [{}, Number.NaN],
])('%p', (sent, at) => {
  expect(deviceInstant(sent)).toEqual(at);
});

test('packed digits', () => {
  expect(packedInstant('20260921141320')).toBe(AT);
  expect(packedInstant('20261321141320')).toBeNaN();
});

test('a receiver that tells the time of day only', () => {
  const day = Date.UTC(2026, 8, 21);
  expect(clockInstant('10000', undefined, day + 90_000)).toBe(day + 60_000);
  expect(clockInstant('23595900', undefined, day + 2_000)).toBe(day - 1_000);
  expect(clockInstant('14132000', '210926', 0)).toBe(AT);
  expect(clockInstant('99999999', undefined, day)).toBeNaN();
  expect(clockInstant(undefined, '210926', day)).toBeUndefined();
});
