// Proves: drivers are ranked fairly among each other, each lost point names its events, topics name their trips, and whether a topic
// improved is said only where the driving since can tell.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { changeOf, coachingOf, coachingTopics } from './coaching.js';
import type { EventSum } from './score.js';
import { type Counted, type Driven, drivingByDriver, lostPoints, scorecardsOf, tripsOf } from './scorecard.js';
import { defaultScoring, SCORE_PARTS } from './scoring.js';

const day = (driver: string, more: Partial<Driven> = {}): Driven => ({
  ...{ driver, vehicle: 'v-1', distance: 100, driving: 7_200, idle: 0, night: 0, trips: 2, along: 7_200, across: 7_200 },
  ...more,
});
const braking = (driver: string, count: number): EventSum & { driver: string } => ({
  ...{ driver, kind: 'harsh_braking', severity: 'warning', count, load: 0, loadSquares: 0 },
});
const all = () => Object.fromEntries(SCORE_PARTS.map(part => [part, 1]));
const cardsOf = (driven: Driven[], events: (EventSum & { driver: string })[], measures = all) =>
  scorecardsOf(drivingByDriver(driven, events, measures), defaultScoring);

describe('scorecards', () => {
  test('rank drivers; equal ones share a rank, who has no score has none, and nobody is ranked for nobody', () => {
    const cards = cardsOf(
      [
        day('good'),
        day('good', { vehicle: 'v-2', distance: 3 }),
        day('poor'),
        day('also-good'),
        day('new', { distance: 1 }),
        day(''),
      ],
      [braking('poor', 20), braking('', 3)],
    );
    expect(cards.map(({ driver, rank, percentile }) => [driver, rank, percentile && Math.round(percentile)])).toEqual([
      ['also-good', 1, 100],
      ['good', 1, 100],
      ['poor', 3, 33],
      ['new', null, null],
    ]);
  });

  test('take of each vehicle what it can tell, by distance', () => {
    const measures = (vehicle: string) => ({ ...all(), cornering: vehicle === 'v-1' ? 1 : 0 });
    const driven = drivingByDriver([day('p', { distance: 300 }), day('p', { vehicle: 'v-2' })], [], measures).get('p')!;
    expect(driven.measured).toMatchObject({ braking: 1, cornering: 0.75 });
    expect(driven).toMatchObject({ distance: 400, trips: 4 });
    const weak = drivingByDriver([day('p', { across: 1_800 }), day('p', { vehicle: 'v-2', along: 0 })], [], measures).get('p')!;
    expect(weak.measured).toMatchObject({ braking: 0.5, acceleration: 0.5, cornering: 0.125, speeding: 1 });
  });

  test('have ranks and percentiles that agree, whoever there is', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5), { minLength: 1, maxLength: 30 }), counts => {
        const cards = cardsOf(
          counts.map((_, i) => day(`p-${i}`)),
          counts.map((count, i) => braking(`p-${i}`, count)),
        );
        for (const card of cards) {
          expect(card.rank).toBe(1 + cards.filter(({ score }) => score! > card.score!).length);
          const notBetter = cards.filter(({ score }) => score! <= card.score!).length;
          expect(card.percentile).toBeCloseTo((100 * notBetter) / cards.length);
        }
      }),
    );
  });

  test('show for each lost point its events, and for each topic its trips, the heaviest first', () => {
    const [card] = cardsOf([day('p')], [braking('p', 20)]);
    const event = (id: string, trip: string | null, more: Partial<Counted> = {}): Counted => ({
      ...{ id, trip, kind: 'harsh_braking', severity: 'warning', count: 1, load: 20 },
      ...more,
    });
    const found = [event('a', 't-1'), event('b', 't-2', { severity: 'critical' }), event('c', 't-2'), event('d', null)];
    expect(lostPoints(card!, found, defaultScoring, 2)).toEqual([
      { part: 'braking', points: expect.any(Number), alerts: ['b', 'a'] },
    ]);
    expect(tripsOf('braking', found, defaultScoring)).toEqual(['t-2', 't-1']);
    expect(coachingTopics(card!)).toEqual(['braking']);
    expect(coachingOf('braking', card!, ['t-2', 't-1'])).toEqual({
      topic: 'braking',
      text: expect.stringContaining('20.0 times'),
      said: [{ code: 'advice', topic: 'braking', amount: 20 }],
      trips: ['t-2', 't-1'],
    });
  });
});

describe('whether it improved', () => {
  test.each([
    ['improved', 30, 5],
    ['worse', 5, 30],
    ['no_clear_change', 10, 8],
    ['no_clear_change', 0, 0],
  ])('is %s for %d before and %d since, in as many kilometres', (verdict, before, since) => {
    expect(changeOf({ count: before, exposure: 10 }, { count: since, exposure: 10 }, 1)).toMatchObject({ verdict });
  });

  test('is not said of little driving', () => {
    const found = changeOf({ count: 30, exposure: 10 }, { count: 0, exposure: 0.05 }, 0.1);
    expect(found).toMatchObject({ verdict: 'not_enough_driving', ratio: null, since: { rate: 0 } });
  });
});
