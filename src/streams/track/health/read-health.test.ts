// Proves: the health of a vehicle as earlier versions saved it, as fields of objects, is gone on with: the same day comes of it, and the same run of the engine.
import { expect, test } from '@jest/globals';
import { noNewestSignals } from '../../../model/newest-signals.js';
import { emptyReading } from '../../../model/reading.js';
import { newDtcMemory } from '../dtc-tracker.js';
import { type LooseHealth, readHealth } from './read-health.js';
import { openHealthDay, trackHealth } from './track-health.js';

const DAY = '2026-03-01';
const NOON = Date.UTC(2026, 2, 1, 12);

const before: LooseHealth = {
  day: DAY,
  tally: {
    ...{ rest_mV: 12_600, rests: 3, crankSum_mV: 20_400, crankLeast_mV: 10_100, starts: 2, ambient: -4 },
    ...{ run_mV: 14_200, runMost_mV: 14_500, runs: 900, low_ms: 4_000, high_ms: 1_000 },
    ...{ coolantMost: 91, steady_tenths: 882, steadies: 40, warmUps: 1, warmUp_s: 410, coldDrives: 1 },
    ...{ trims: [30, 10, -20, 10], idleStepSum: 120, idleSteps: 60 },
    ...{ demanded_ms: 9_000, derates: 1, derated_ms: 2_000, reason: 2, odometer_m: 120_500_000, engineOn_ms: 900_000 },
  },
  highest_mV: 14_500,
  activeAt: NOON,
  voltsAt: NOON,
  dip_mV: 10_100,
  dipAt: 0,
  onSince: NOON - 900_000,
  ranAt: NOON,
  moved_ms: 800_000,
  warm: true,
  coldSince: NOON - 900_000,
  coldTold: true,
  idleRpm: 790,
  idleAt: NOON,
  demand: null,
  best: [0, 0, 60, 5],
  highestRpm: 4_000,
  battery: [20_500, 12_600, 10_200, 5],
  bad: { battery: 1 },
  incomplete: null,
};

test('the open day of before is the open day', () => {
  const day = openHealthDay(readHealth(JSON.parse(JSON.stringify(before)) as LooseHealth), 'v-1', newDtcMemory())!;
  expect(day).toMatchObject({
    day: DAY,
    battery: { resting: 12.6, restSamples: 3, cranking: 10.2, lowestCranking: 10.1, starts: 2, ambient: -4 },
    charging: { running: 14.2, highest: 14.5, samples: 900, low: 4, high: 1 },
    coolant: { max: 91, steady: 88.2, samples: 40, warmUps: 1, warmUp: 410, coldDrives: 1 },
    trims: { idle1: 0.3, cruise1: -0.2, idle2: null, cruise2: null, samples: 20 },
    misfire: { idleDeviation: 2, samples: 60 },
    power: { demanded: 9, derates: 1, derated: 2, reason: 'manifold_pressure' },
    use: { odometer: 120_500, engineOn: 900 },
  });
});

test('what is kept now comes back from JSON as it went, and goes on', () => {
  const memory = readHealth(before);
  const again = readHealth(JSON.parse(JSON.stringify(memory)) as typeof memory);
  expect(again).toStrictEqual(memory);
  const reading = { ...emptyReading(NOON + 1_000, 0, 'd', 0, 0), externalVoltage: 12.9 };
  const step = {
    day: DAY,
    since: 1_000,
    engineOn: true,
    standby: false,
    moving: true,
    idling: false,
    burnsFuel: true,
    light: true,
  };
  const stepped = trackHealth(again, noNewestSignals(), reading, { ...step, speed: 50, speedBefore: 50 });
  expect(openHealthDay(stepped, 'v-1', newDtcMemory())).toMatchObject({
    charging: { samples: 901, low: 5 },
    use: { engineOn: 901 },
  });
});
