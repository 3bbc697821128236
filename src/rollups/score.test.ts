// Proves: the score is what docs/scoring.md says: per distance, by severity, by time and excess, saturating; silent without enough driving;
// never better for a further event, for shorter sensing or for the order of anything; and its band narrows with every kilometre.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AlertKind } from '../model/alert.js';
import { type Driving, type EventSum, plainScore, scoreOf } from './score.js';
import { weightedSumInterval } from './score-interval.js';
import { defaultScoring, SCORE_PARTS, type ScorePart, scoring } from './scoring.js';

const everything = Object.fromEntries(SCORE_PARTS.map(part => [part, 1])) as Driving['measured'];

const driven = (more: Partial<Driving> = {}): Driving => ({
  ...{ distance: 100, driving: 7_200, idle: 0, night: 0, trips: 2, measured: everything, events: [] },
  ...more,
});

const events = (kind: AlertKind, severity: EventSum['severity'], count: number): EventSum => ({
  ...{ kind, severity, count, load: 0, loadSquares: 0 },
});

/** Speeding of so many seconds each, `excess` times the limit at its peak. */
const speeding = (count: number, seconds: number, excess = 1): EventSum => {
  const load = seconds * ((1 + excess) / 2) ** 4;
  return { kind: 'speeding', severity: 'warning', count, load: count * load, loadSquares: count * load * load };
};

const score = (more: Partial<Driving>, by = defaultScoring): number => scoreOf(driven(more), by).score!;

describe('a score', () => {
  test('is 100 without events, and each part falls by half at its rate', () => {
    expect(scoreOf(driven(), defaultScoring)).toMatchObject({ score: 100, note: null, band: { high: 100 } });
    const found = scoreOf(driven({ events: [events('harsh_braking', 'warning', 4)] }), defaultScoring);
    expect(found.subscores.braking).toBeCloseTo(50);
    expect(found.score).toBeCloseTo(100 - 0.3 * 50);
    expect(found.ratesPer100Km).toEqual({ harsh_braking: 4 });
    expect(found.lost[0]).toEqual({ part: 'braking', points: expect.closeTo(15) });
  });

  test('weighs by severity, and saturates', () => {
    const braking = (severity: EventSum['severity'], count: number) =>
      score({ events: [events('harsh_braking', severity, count)] });
    expect(braking('critical', 1)).toBeCloseTo(braking('warning', 3));
    expect(braking('info', 2)).toBeCloseTo(braking('warning', 1));
    expect(braking('critical', 1_000)).toBeCloseTo(70);
  });

  test('takes speeding by its time and its excess, not by how often it was told', () => {
    expect(score({ events: [speeding(1, 360)] })).toBeCloseTo(100 - 0.3 * 50); // 5 % of two hours
    expect(score({ events: [speeding(6, 60)] })).toBeCloseTo(score({ events: [speeding(1, 360)] }));
    expect(score({ events: [speeding(1, 120)] })).toBeLessThan(score({ events: [speeding(1, 60)] }));
    expect(score({ events: [speeding(1, 60, 1.4)] })).toBeLessThan(score({ events: [speeding(1, 60, 1.1)] }));
  });

  test('takes idling above what traffic explains; night and fatigue where they have points', () => {
    expect(scoreOf(driven({ driving: 9_000, idle: 1_000 }), defaultScoring).subscores.idling).toBe(100);
    expect(scoreOf(driven({ driving: 7_000, idle: 3_000 }), defaultScoring).subscores.idling).toBeCloseTo(50);
    const more = { night: 3_600, events: [events('continuous_driving', 'warning', 1)] };
    expect(score(more)).toBe(100);
    const strict = scoring.parse({ parts: { night: { points: 20 }, fatigue: { points: 20 } } });
    const { subscores } = scoreOf(driven({ ...more, driving: 7_200 }), strict);
    expect([subscores.night, subscores.fatigue]).toEqual([expect.closeTo(50), expect.closeTo(100 * 2 ** -5)]);
  });

  test('is null with too little driving, and says so', () => {
    const found = scoreOf(driven({ distance: 9.9 }), defaultScoring);
    expect([found.score, found.band, found.subscores.braking]).toEqual([null, null, null]);
    expect(found.note).toContain('9.9 km');
    expect(scoreOf(driven({ distance: 0 }), defaultScoring)).toMatchObject({ score: null, ratesPer100Km: {} });
    expect(score({ distance: 9.9 }, scoring.parse({ minimum_km: 5 }))).toBe(100);
  });

  // A vehicle that cannot tell cornering is neither perfect in it nor bad: the others decide, and the band says what that is worth.
  test('is not better for what cannot be measured, and less certain', () => {
    const given = { distance: 1_000, driving: 72_000, events: [events('harsh_braking', 'warning', 40)] };
    const { cornering: _, ...blind } = everything;
    const whole = scoreOf(driven(given), defaultScoring);
    const weak = scoreOf(driven({ ...given, measured: blind }), defaultScoring);
    expect(weak.subscores.cornering).toBeNull();
    expect(weak.score).toBeLessThan(whole.score!);
    expect(weak.score).toBeCloseTo((30 * 50 + 15 * 100 + 30 * 100 + 10 * 100) / 85);
    expect(weak.band!.high - weak.band!.low).toBeGreaterThan(whole.band!.high - whole.band!.low + 5);
    expect(weak.note).toContain('cornering');
    // Told a tenth of the time, the same events stand for ten times as many.
    expect(score({ ...given, measured: { ...everything, braking: 0.5 } })).toBeLessThan(score(given));
  });

  test('loses what its parts lose: the points add up', () => {
    fc.assert(
      fc.property(anyDriving, given => {
        const found = scoreOf(given, defaultScoring);
        fc.pre(found.score !== null);
        expect(found.lost.reduce((sum, { points }) => sum + points, 0)).toBeCloseTo(100 - found.score!);
        expect(found.band!.low).toBeLessThanOrEqual(found.score! + 1e-9);
        expect(found.band!.high).toBeGreaterThanOrEqual(found.score! - 1e-9);
        expect(plainScore(given, defaultScoring)).toBeCloseTo(found.score!, 9);
      }),
    );
  });

  test('never rises with a further event, and stays within 0 and 100', () => {
    fc.assert(
      fc.property(anyDriving, anyEvent, (given, event) => {
        const before = scoreOf(given, defaultScoring).score;
        fc.pre(before !== null);
        const after = scoreOf({ ...given, events: [...given.events, event] }, defaultScoring).score!;
        expect(after).toBeLessThanOrEqual(before! + 1e-9);
        expect(after).toBeGreaterThanOrEqual(0);
        expect(before).toBeLessThanOrEqual(100 + 1e-9);
      }),
    );
  });

  test('is the same in whatever order the events come, in one sum or in many', () => {
    fc.assert(
      fc.property(anyDriving, given => {
        const turned = scoreOf({ ...given, events: [...given.events].reverse() }, defaultScoring);
        const found = scoreOf(given, defaultScoring);
        expect(turned.score).toEqual(found.score === null ? null : expect.closeTo(found.score, 9));
        expect(turned.counts).toEqual(found.counts);
      }),
    );
  });

  test('is the same for twice as far with twice as much, in a band that is no wider', () => {
    fc.assert(
      fc.property(anyDriving, fc.integer({ min: 2, max: 20 }), (given, times) => {
        const once = scoreOf(given, defaultScoring);
        fc.pre(once.score !== null);
        const often = scoreOf(longer(given, times), defaultScoring);
        expect(often.score).toBeCloseTo(once.score!, 6);
        const width = ({ band }: typeof once) => band!.high - band!.low;
        expect(width(often)).toBeLessThanOrEqual(width(once) + 1e-6);
      }),
    );
  });
});

describe('the band', () => {
  // Exact limits of a Poisson count at 80 % (half the chi-square quantiles at 0.1 and 0.9 of 2n and 2n + 2 degrees of freedom).
  test.each([
    [0, 0, Math.LN10],
    [1, 0.105, 3.89],
    [5, 2.433, 9.275],
    [20, 14.525, 27.045],
  ])('of %d events is that of a Poisson count', (count, low, high) => {
    const found = weightedSumInterval(count, count, 1);
    expect(found.low).toBeCloseTo(low, 1);
    expect(Math.abs(found.high - high)).toBeLessThan(0.02 * high);
  });

  test('narrows with the kilometres', () => {
    const widths = [10, 100, 1_000, 10_000].map(distance => {
      const { band } = scoreOf(driven({ distance, driving: distance * 72 }), defaultScoring);
      return band!.high - band!.low;
    });
    expect(widths).toEqual([...widths].sort((a, b) => b - a));
    expect(widths[0]).toBeGreaterThan(30);
    expect(widths[3]).toBeLessThan(1);
  });

  // Drivers whose true rate is known, driving by chance: the band has to hold the score of that rate about as often as it says.
  test('holds the true score in about eight of ten periods', () => {
    let seed = 42;
    const chance = () => {
      seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32;
      return (seed + 0.5) / 2 ** 32;
    };
    const poisson = (mean: number) => {
      let n = 0;
      for (let p = chance(); p > Math.exp(-mean); p *= chance()) n++;
      return n;
    };
    const rates: [AlertKind, number][] = [
      ['harsh_braking', 2],
      ['harsh_acceleration', 3],
      ['harsh_cornering', 1],
    ];
    const only = scoring.parse({ parts: { speeding: { points: 0 }, idling: { points: 0 } } });
    const scoreAt = (distance: number, count: (rate: number) => number) =>
      scoreOf(driven({ distance, events: rates.map(([kind, rate]) => events(kind, 'warning', count(rate))) }), only);
    const truth = scoreAt(100, rate => rate).score!;
    let held = 0;
    for (let i = 0; i < 2_000; i++) {
      const { band } = scoreAt(300, rate => poisson(3 * rate));
      if (band!.low <= truth && truth <= band!.high) held++;
    }
    expect(held / 2_000).toBeGreaterThan(0.78);
    expect(held / 2_000).toBeLessThan(0.93);
  });
});

const anyEvent = fc
  .record({
    kind: fc.constantFrom<AlertKind>('harsh_braking', 'harsh_acceleration', 'harsh_cornering', 'speeding', 'continuous_driving'),
    severity: fc.constantFrom<EventSum['severity']>('info', 'warning', 'critical'),
    count: fc.integer({ min: 1, max: 50 }),
    seconds: fc.integer({ min: 20, max: 900 }),
    excess: fc.double({ min: 1, max: 1.8, noNaN: true }),
  })
  .map(({ kind, severity, count, seconds, excess }) =>
    kind === 'speeding' ? speeding(count, seconds, excess) : events(kind, severity, count),
  );

const anyDriving: fc.Arbitrary<Driving> = fc
  .record({
    distance: fc.double({ min: 5, max: 5_000, noNaN: true }),
    idle: fc.double({ min: 0, max: 20_000, noNaN: true }),
    blind: fc.subarray<ScorePart>(['cornering', 'acceleration', 'speeding']),
    events: fc.array(anyEvent, { maxLength: 6 }),
  })
  .map(({ distance, idle, blind, events: of }) => ({
    ...driven({ distance, driving: distance * 72, idle, events: of }),
    measured: Object.fromEntries(SCORE_PARTS.map(part => [part, blind.includes(part) ? 0 : 1])),
  }));

const longer = (given: Driving, times: number): Driving => ({
  ...given,
  distance: given.distance * times,
  driving: given.driving * times,
  idle: given.idle * times,
  events: given.events.map(event => ({
    ...event,
    count: event.count * times,
    load: event.load * times,
    loadSquares: event.loadSquares * times,
  })),
});
