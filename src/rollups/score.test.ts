// Proves: the score is what docs/scoring.md says: per distance, weighted by severity, saturating, silent without enough driving or measurement.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AlertKind } from '../model/alert.js';
import type { DriverDay } from '../model/trip.js';
import { scoreOf } from './score.js';
import { coachingOf, scorecardsOf } from './scorecard.js';

const all = new Set<AlertKind>(['harsh_braking', 'harsh_acceleration', 'harsh_cornering', 'speeding', 'excessive_idle']);

const aDay = (more: Partial<DriverDay> = {}): DriverDay => ({
  driver: 'd-1',
  vehicle: 'v-1',
  day: '2026-11-22',
  distance: 100,
  driving: 7_200,
  idle: 0,
  trips: 2,
  maxSpeed: 90,
  fuel: null,
  counts: {},
  ...more,
});

describe('a score', () => {
  test('is 100 without events, and each part falls by half at its rate', () => {
    expect(scoreOf([aDay()], all)).toMatchObject({ score: 100, note: null });
    const { score, subscores, ratesPer100Km } = scoreOf([aDay({ counts: { harsh_braking: { warning: 4 } } })], all);
    expect(subscores.braking).toBeCloseTo(50);
    expect(score).toBeCloseTo(100 - 0.3 * 50);
    expect(ratesPer100Km).toEqual({ harsh_braking: 4 });
  });

  test('counts per distance: twice as far with twice as many is the same', () => {
    const once = aDay({ counts: { speeding: { warning: 2 }, harsh_cornering: { critical: 1 } } });
    expect(scoreOf([once, { ...once, vehicle: 'v-2' }], all).score).toBeCloseTo(scoreOf([once], all).score!);
  });

  test('weighs by severity, and saturates', () => {
    const braking = (counts: object) => scoreOf([aDay({ counts: { harsh_braking: counts } })], all).score!;
    expect(braking({ critical: 1 })).toBeCloseTo(braking({ warning: 3 }));
    expect(braking({ info: 2 })).toBeCloseTo(braking({ warning: 1 }));
    expect(braking({ critical: 1_000 })).toBeCloseTo(70);
  });

  test('idling costs by time above what traffic explains', () => {
    expect(scoreOf([aDay({ driving: 9_000, idle: 1_000 })], all).subscores.idling).toBe(100);
    expect(scoreOf([aDay({ driving: 7_000, idle: 3_000 })], all).subscores.idling).toBeCloseTo(50);
  });

  test('is null with too little driving, and says so', () => {
    const { score, note, subscores } = scoreOf([aDay({ distance: 9.9 })], all);
    expect([score, subscores.braking]).toEqual([null, null]);
    expect(note).toContain('9.9 km');
    expect(scoreOf([], all)).toMatchObject({ score: null, ratesPer100Km: {} });
  });

  test('leaves out what no rule looks for, rather than taking it for perfect', () => {
    const { score, subscores, note } = scoreOf([aDay({ counts: { harsh_braking: { warning: 4 } } })], new Set(['harsh_braking']));
    expect(subscores).toMatchObject({ speeding: null, idling: 100 });
    expect(score).toBeCloseTo((0.3 * 50 + 0.1 * 100) / 0.4);
    expect(note).toContain('speeding');
  });

  test('never rises with a further event, and stays within 0 and 100', () => {
    const count = fc.nat(200);
    const counts = fc.record({
      harsh_braking: fc.record({ warning: count, critical: count }),
      speeding: fc.record({ info: count }),
    });
    fc.assert(
      fc.property(counts, fc.double({ min: 10, max: 5_000, noNaN: true }), (given, distance) => {
        const before = scoreOf([aDay({ counts: given, distance })], all).score!;
        const more = { ...given, harsh_braking: { ...given.harsh_braking, warning: given.harsh_braking.warning + 1 } };
        const after = scoreOf([aDay({ counts: more, distance })], all).score!;
        expect(after).toBeLessThanOrEqual(before);
        expect(after).toBeGreaterThanOrEqual(0);
        expect(before).toBeLessThanOrEqual(100);
      }),
    );
  });
});

describe('scorecards', () => {
  const days = [
    aDay({ driver: 'good' }),
    aDay({ driver: 'good', day: '2026-11-21', distance: 3 }),
    aDay({ driver: 'poor', counts: { harsh_braking: { warning: 20 } } }),
    aDay({ driver: 'also-good' }),
    aDay({ driver: 'new', distance: 1 }),
    aDay({ driver: '' }),
  ];

  test('rank drivers; equal ones share a rank, who has no score has none', () => {
    const cards = scorecardsOf(days, all);
    expect(
      cards.map(({ driver, rank, percentile }) => [driver, rank, percentile === null ? null : Math.round(percentile)]),
    ).toEqual([
      ['also-good', 1, 100],
      ['good', 1, 100],
      ['poor', 3, 33],
      ['new', null, null],
    ]);
    expect(cards[1]!.trend).toEqual([
      { day: '2026-11-21', score: null },
      { day: '2026-11-22', score: 100 },
    ]);
  });

  test('coach on what costs most, with the trips that show it', () => {
    const card = scorecardsOf(days, all).find(({ driver }) => driver === 'poor')!;
    const trips = [
      { id: 't-1', idle: 0, counts: { harsh_braking: 2 } },
      { id: 't-2', idle: 0, counts: { harsh_braking: 18 } },
      { id: 't-3', idle: 900, counts: {} },
    ];
    expect(coachingOf(card, trips)).toEqual([
      { topic: 'braking', text: expect.stringContaining('20.0 times'), trips: ['t-2', 't-1'] },
    ]);
  });
});
