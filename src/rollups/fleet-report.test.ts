// Proves: a fleet's report adds up what its drivers did, sets them beside each other and beside the period before.
import { expect, test } from '@jest/globals';
import { fleetReport, pooled } from './fleet-report.js';
import type { Driving, EventSum } from './score.js';
import { defaultScoring, SCORE_PARTS } from './scoring.js';

const braking = (count: number): EventSum => ({ kind: 'harsh_braking', severity: 'warning', count, load: 0, loadSquares: 0 });
const driven = (distance: number, count: number, more: Partial<Driving> = {}): Driving => ({
  ...{ distance, driving: distance * 72, idle: 0, night: 0, trips: 1, events: count === 0 ? [] : [braking(count)] },
  measured: Object.fromEntries(SCORE_PARTS.map(part => [part, 1])),
  ...more,
});

const now = new Map([
  ['a', driven(1_000, 0)],
  ['b', driven(3_000, 120)],
  ['c', driven(500, 5)],
  ['d', driven(2, 0)],
]);
const before = new Map([
  ['a', driven(1_000, 40)],
  ['b', driven(2_000, 400)],
]);
const report = fleetReport(now, before, driver => (driver === 'c' ? null : 'north'), defaultScoring);

test('exposure, rates and scores are those of the fleet', () => {
  expect(report.exposure).toEqual({ drivers: 4, distance: 4_502, driving: 4_502 * 72, idle: 0, night: 0, trips: 4 });
  const rate = report.rates.find(({ kind }) => kind === 'harsh_braking')!;
  expect(rate).toMatchObject({ verdict: 'improved', before: { count: 440 }, since: { count: 125 } });
  expect(rate.since.rate).toBeCloseTo(125 / 45.02);
  expect(rate.ratio!.high).toBeLessThan(0.3);
  expect(report.rates.find(({ kind }) => kind === 'speeding')!.verdict).toBe('no_clear_change');
  const [a, b, c] = [100, 85, 100 - 0.3 * 100 * (1 - 2 ** -0.25)];
  expect(report.score.mean).toBeCloseTo((1_000 * a + 3_000 * b + 500 * c!) / 4_500);
  expect(report.score.quartiles![1]).toBeCloseTo(c!);
});

test('drivers stand beside the fleet and their own past; who has too few kilometres is in the exposure alone', () => {
  expect(report.drivers.map(({ driver, rank }) => [driver, rank])).toEqual([
    ['a', 1],
    ['c', 2],
    ['b', 3],
    ['d', null],
  ]);
  expect(report.drivers[0]!.againstFleet).toBeCloseTo(100 - report.score.mean!);
  expect(report.drivers[0]!.change).toBeCloseTo(15);
  expect(report.drivers[1]!.change).toBeNull();
  expect([report.best, report.worst]).toEqual([['a'], ['b']]);
  expect(report.groups.map(({ group, drivers }) => [group, drivers])).toEqual([
    [null, 1],
    ['north', 3],
  ]);
});

test('nobody is a report too', () => {
  const empty = fleetReport(new Map(), new Map(), () => null, defaultScoring);
  expect(empty).toMatchObject({ score: { mean: null, quartiles: null }, best: [], worst: [], groups: [] });
});

test('what was measured is pooled by distance', () => {
  const { measured } = pooled([driven(300, 0), driven(100, 0, { measured: { braking: 1 } })]);
  expect([measured.braking, measured.cornering]).toEqual([1, 0.75]);
});
