// Proves: a demo vehicle's present goes on where its past ends, its tank is filled while it stands and never runs dry, and most vehicles have
// no past at all.
import { expect, test } from '@jest/globals';
import { lifeBefore, livedBefore } from './demo-lives.js';

const now = Date.UTC(2026, 10, 28, 9);
type Told = { ts: number; ignition: boolean; odometer_km?: number; signals: { fuel_level: number } };

test('lives of the demo', () => {
  const lived = Array.from({ length: 25 }, (_, no) => no).filter(livedBefore);
  expect(lived.length).toBeGreaterThan(3);
  for (const no of lived) {
    const { events, condition } = lifeBefore('1', no, now, 50);
    const told = events as Told[];
    expect(told.every(({ ts }, n) => ts < now && (n === 0 || ts >= told[n - 1]!.ts))).toBe(true);
    expect(condition.odometer_km).toBe(told.findLast(({ odometer_km }) => odometer_km !== undefined)!.odometer_km);
    expect(condition.filled).toBe(told.at(-1)!.signals.fuel_level / 100);
    const levels = told.map(({ signals }) => signals.fuel_level);
    expect(Math.min(...levels)).toBeGreaterThan(5);
    const refuels = told.filter(
      ({ ignition }, n) => n > 0 && levels[n]! > levels[n - 1]! + 20 && !ignition && !told[n - 1]!.ignition,
    );
    expect(refuels.length).toBeGreaterThan(1);
    expect(levels.filter((level, n) => n > 0 && level > levels[n - 1]! + 20)).toHaveLength(refuels.length);
  }
  expect(lifeBefore('1', 0, now, 50)).toEqual({ events: [], condition: {} });
});
