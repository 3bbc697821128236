// Proves: faults of known truth are foretold before they come and with bands that hold it; where nothing is wrong nothing is found, neither in
// simulated lives nor on recorded drives. The figures are held a little below those that `npm run accuracy` prints.
import { describe, expect, test } from '@jest/globals';
import { medianOf } from '../src/rollups/health/theil-sen.js';
import { realDataFolder } from '../tests/harness/real-data.js';
import { findingsOf } from './health-drives.section.js';
import { alertDelays, falseFindings, forecastErrors, livesOf } from './health-faults.js';
import { recordedDrives } from './recorded-drives.js';

const LIVES = 3;

describe('simulated lives', () => {
  test('of which nothing is wrong have no findings and no alerts', () => {
    expect(falseFindings(livesOf('none', LIVES))).toMatchObject({ findings: [], alerts: [] });
  }, 120_000);

  test('a battery that ages is told weeks ahead, with a band that holds the day', () => {
    const lives = livesOf('battery', LIVES);
    const { told, errors, covered } = forecastErrors('battery', lives, 14);
    expect(told).toBe(LIVES);
    expect(medianOf(errors.map(Math.abs))).toBeLessThanOrEqual(7);
    expect(covered).toBeGreaterThanOrEqual(LIVES - 1);
    for (const delay of alertDelays(lives, /^Battery/)) expect(delay).toBeLessThanOrEqual(-5);
  }, 120_000);

  test('an air leak is told before the engine sets a code, an open thermostat and a dead alternator within days', () => {
    const leaks = livesOf('leak', LIVES);
    const { errors, covered } = forecastErrors('leak', leaks, 14);
    expect(medianOf(errors.map(Math.abs))).toBeLessThanOrEqual(4);
    expect(covered).toBeGreaterThanOrEqual(LIVES - 1);
    for (const delay of alertDelays(leaks, /mixture/)) expect(delay).toBeLessThan(0);
    for (const [fault, about] of [
      ['thermostat', /thermostat/],
      ['alternator', /alternator/],
    ] as const)
      for (const delay of alertDelays(livesOf(fault, LIVES), about)) expect([1, 2, 3]).toContain(delay);
  }, 240_000);
});

const folder = realDataFolder('health of recorded drives');
const whereRecorded = folder === undefined ? test.skip : test;

whereRecorded(
  'recorded drives of vehicles that nothing is known to be wrong with have no findings',
  async () => {
    const drives = await recordedDrives(folder!);
    const judged = drives.filter(({ folded }) => folded.healthDays.length > 0);
    expect(judged.length).toBeGreaterThan(10);
    expect(judged.flatMap(drive => findingsOf(drive).map(text => `${drive.trip}: ${text}`))).toEqual([]);
  },
  240_000,
);
