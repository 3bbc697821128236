// Proves: positions that cannot be are left out, and a vehicle that really is elsewhere is found again.
import { describe, expect, test } from '@jest/globals';
import type { Fix } from '../../model/reading.js';
import { acceptFix, type FixVerdict } from './accept-fix.js';
import { newTrackNumbers } from './track-numbers.js';

const START = Date.UTC(2026, 10, 22, 12);
const fixAt = (metresNorth: number, changes: Partial<Fix> = {}): Fix => ({
  lat: 48 + metresNorth / 111_195,
  lon: 11,
  speed: undefined,
  heading: undefined,
  altitude: undefined,
  hdop: 1,
  sats: undefined,
  accuracy: undefined,
  ...changes,
});
const verdicts = (...fixes: [at_s: number, fix: Fix][]): FixVerdict[] => {
  const memory = newTrackNumbers();
  return fixes.map(([at, fix]) => acceptFix(memory, fix, START + at * 1_000));
};

describe('a fix', () => {
  test.each<[string, Partial<Fix>]>([
    ['0/0', { lat: 0, lon: 0 }],
    ['beyond the pole', { lat: 91 }],
    ['beyond the date line', { lon: -181 }],
    ['not a number', { lat: Number.NaN }],
    ['of a cell tower', { accuracy: 1_500 }],
    ['without geometry', { hdop: 99 }],
  ])('%s is not believed', (_what, changes) => {
    expect(verdicts([0, fixAt(0, changes)])).toEqual(['rejected']);
  });

  test('at the equator, at the meridian and at the poles is', () => {
    for (const [lat, lon] of [
      [0, 6],
      [51, 0],
      [90, 0],
      [-90, 180],
    ] as const) {
      expect(verdicts([0, fixAt(0, { lat, lon })])).toEqual(['restarted']);
    }
  });

  test('of a fast drive is believed at any spacing', () => {
    expect(verdicts([0, fixAt(0)], [1, fixAt(60)], [61, fixAt(3_000)], [3_661, fixAt(120_000)])).toEqual([
      'restarted',
      'accepted',
      'accepted',
      'accepted',
    ]);
  });

  test('that leaps and comes back is left out', () => {
    const slow = { speed: 10 };
    expect(verdicts([0, fixAt(0, slow)], [1, fixAt(300, slow)], [2, fixAt(5, slow)])).toEqual([
      'restarted',
      'rejected',
      'accepted',
    ]);
  });

  test('that was held for 12 s and then caught up is believed', () => {
    const held = Array.from({ length: 12 }, (_, n): [number, Fix] => [n, fixAt(0, { speed: 120 })]);
    expect(verdicts(...held, [12, fixAt(400, { speed: 120 })]).at(-1)).toBe('accepted');
  });

  test('elsewhere is believed once three agree for five seconds: then the first was wrong', () => {
    const there = Array.from({ length: 7 }, (_, i) => [1 + i, fixAt(90_000 + 20 * i)] as [number, Fix]);
    expect(verdicts([0, fixAt(0)], ...there)).toEqual(['restarted', ...Array(5).fill('rejected'), 'restarted', 'accepted']);
    // Told seldom, three do.
    expect(verdicts([0, fixAt(0)], [10, fixAt(90_000)], [20, fixAt(90_020)], [30, fixAt(90_040)])).toEqual([
      'restarted',
      'rejected',
      'rejected',
      'restarted',
    ]);
  });

  test('a receiver that is hundreds of metres off for four seconds, and agrees with itself, is not believed', () => {
    const off = Array.from({ length: 4 }, (_, i) => [1 + i, fixAt(400 + 14 * i)] as [number, Fix]);
    expect(verdicts([0, fixAt(0)], ...off, [5, fixAt(70)])).toEqual(['restarted', ...Array(4).fill('rejected'), 'accepted']);
  });
});
