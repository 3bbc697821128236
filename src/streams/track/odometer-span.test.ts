// Proves: an odometer is used to the precision it has, and not at all when it is not to be believed.
import { describe, expect, test } from '@jest/globals';
import { lengthByOdometer, type OdometerSpan, readOdometer } from './odometer-span.js';
import { TRIP_NUMBERS } from './trip-numbers.js';

/** A drive at 20 m/s of `metres`, read once a second; `shown` turns the true kilometres into what the odometer shows. */
const driven = (metres: number, shown: (km: number) => number, measured = 1): OdometerSpan => {
  const span: OdometerSpan = { odometerDevice: '', numbers: Array(TRIP_NUMBERS).fill(0) };
  for (let m = 0; m <= metres; m += 20) readOdometer(span, 'd', 1e12 + m * 50, shown(48_210.37 + m / 1_000), m * measured);
  return span;
};

describe('the odometer', () => {
  test.each([
    ['steps of 100 m', (km: number) => Math.floor(km * 10) / 10],
    ['steps of 1 km', Math.floor],
  ])('in %s measures to some metres', (_what, shown) => {
    expect(Math.abs(lengthByOdometer(driven(9_000, shown), 9_000)! - 9_000)).toBeLessThan(25);
  });

  test('corrects a measure that is off, where it covers the way', () => {
    expect(Math.abs(lengthByOdometer(driven(9_000, Math.floor, 0.95), 9_000 * 0.95)! - 9_000)).toBeLessThan(100);
  });

  test('alone counts its difference', () => {
    expect(lengthByOdometer(driven(9_000, Math.floor, 0), 0)).toBe(9_000);
  });

  test('is left out when it falls, leaps, covers less than half of the way, or contradicts everything else', () => {
    const falls = driven(9_000, Math.floor);
    readOdometer(falls, 'd', 1e12 + 451_000, 48_200, 9_000);
    expect(lengthByOdometer(falls, 9_000)).toBeUndefined();
    const leaps = driven(9_000, Math.floor);
    readOdometer(leaps, 'd', 1e12 + 451_000, 90_000, 9_000);
    expect(lengthByOdometer(leaps, 9_000)).toBeUndefined();
    expect(lengthByOdometer(driven(2_500, Math.floor), 9_000)).toBeUndefined();
    expect(lengthByOdometer(driven(9_000, Math.floor, 0.5), 4_500)).toBeUndefined();
  });

  test('of another device is not mixed in', () => {
    const span = driven(9_000, Math.floor);
    readOdometer(span, 'other', 1e12 + 451_000, 12, 9_000);
    expect(lengthByOdometer(span, 9_000)).toBeDefined();
  });
});
