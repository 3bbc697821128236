// Proves: harsh braking and acceleration found in other people's drives are those that a reference computed by other means shows, and
// none are found where the data cannot carry them; receivers that stand still on the border of a fence cross nothing.
import { beforeAll, describe, expect, test } from '@jest/globals';
import { countIn } from '../../accuracy/stretches.js';
import type { AlertKind } from '../../src/model/alert.js';
import type { Geofence, GeofenceGeometry, Position } from '../../src/model/geofence.js';
import type { Crossing } from '../../src/model/moment.js';
import type { Fix, Reading } from '../../src/model/reading.js';
import { rules } from '../../src/rules/index.js';
import { runRule } from '../../src/rules/run-example.js';
import { buildFenceIndex } from '../../src/streams/track/fence-index.js';
import { newFenceMemory, trackFences } from '../../src/streams/track/fence-tracker.js';
import { METRES_PER_DEGREE, metresPerDegreeOfLongitude } from '../../src/streams/track/geometry.js';
import { answersOf, type DriveEvent, type RecordedTrip, readDrive, realDataFolder, recordedTrips } from '../harness/real-data.js';
import { detectHarsh, momentsOf } from './detect-harsh.js';
import { readingsOf } from './fold-trips.js';
import { referenceStretches, type Stretch } from './reference-harsh.js';

const folder = realDataFolder('harsh events and fence borders against recorded drives');

interface Drive extends RecordedTrip {
  readings: Reading[];
}

const load = async (trips: readonly RecordedTrip[]): Promise<Drive[]> => {
  const drives: Drive[] = [];
  for (const trip of trips) {
    const events: DriveEvent[] = [];
    for await (const event of readDrive(folder!, trip)) events.push(event);
    drives.push({ ...trip, readings: readingsOf(events) });
  }
  return drives;
};

/** The defaults for cars, and a lower pair: at 3.5 and 3.0 whole recordings hold one event or none, too few to judge by. */
const CASES = [
  { kind: 'harsh_braking', threshold: -3.5 },
  { kind: 'harsh_acceleration', threshold: 3 },
  { kind: 'harsh_braking', threshold: -2.5 },
  { kind: 'harsh_acceleration', threshold: 2.5 },
] as const;

/** Nothing is to be found: positions every 5 s; values that are held and then jump; receivers that stand still. */
const NOTHING_TO_FIND = ['envirocar', 'rsk-twizy', 'gpsd-stationary'];
/** `*_perpid` is the same drive as its namesake. drive16 has OBD speeds in a few rows only, and the reference looks at nothing else there. */
const LEFT_OUT = /_perpid$|^drive16$/;

/** Events of ours that the reference has too, at the threshold and within 15 % below it; of the reference that are ours, all and the clear ones. */
interface Score {
  ours: number;
  shared: number;
  nearly: number;
  theirs: number;
  found: number;
  clear: number;
  clearFound: number;
}

/** The two differ by smoothing: one-second differences on a grid, and windows of two. 15 % is what that makes of a peak of a second. */
const BAND = 0.15;

const scoreOf = (readings: readonly Reading[], ours: readonly Stretch[], threshold: number): Score => {
  const theirs = referenceStretches(readings, threshold);
  const clear = referenceStretches(readings, threshold * (1 + BAND));
  return {
    ours: ours.length,
    shared: countIn(ours, theirs),
    nearly: countIn(ours, referenceStretches(readings, threshold * (1 - BAND))),
    theirs: theirs.length,
    found: countIn(theirs, ours),
    clear: clear.length,
    clearFound: countIn(clear, ours),
  };
};

const add = (a: Score, b: Score): Score =>
  Object.fromEntries(Object.entries(a).map(([key, value]) => [key, value + b[key as keyof Score]])) as unknown as Score;
const none: Score = { ours: 0, shared: 0, nearly: 0, theirs: 0, found: 0, clear: 0, clearFound: 0 };

const UNHEARD_OF: readonly AlertKind[] = [
  'tow',
  'possible_crash',
  'fuel_drop',
  'power_loss',
  'engine_overheat',
  'low_battery',
  'charging_fault',
  'over_rev',
  'continuous_driving',
];

const drives: Drive[] = [];
beforeAll(async () => {
  if (folder === undefined) return;
  const trips = (await recordedTrips(folder)).filter(({ source, trip }) => source !== 'goal-delivery' && !LEFT_OUT.test(trip));
  drives.push(...(await load(trips)));
}, 60_000);

describe('harsh events in recorded drives', () => {
  test('none where the data cannot carry them', () => {
    for (const { source, trip, readings } of drives) {
      if (!NOTHING_TO_FIND.includes(source)) continue;
      const moments = momentsOf(readings);
      for (const { kind, threshold } of CASES)
        expect([trip, kind, detectHarsh(moments, kind, threshold)]).toEqual([trip, kind, []]);
    }
  }, 60_000);

  test('none by default on quiet drives: those on which the reference has nothing, not even 15 % below the thresholds', async () => {
    if (folder === undefined) return;
    let quiet = 0;
    for (const drive of drives) {
      const { readings, trip } = drive;
      const expected = await answersOf<{ lateral_from_heading?: Record<string, number> | null }>(folder, drive, 'expected');
      const calm =
        referenceStretches(readings, -3.5 * (1 - BAND)).length + referenceStretches(readings, 3 * (1 - BAND)).length === 0 &&
        (expected?.lateral_from_heading?.['3.0'] ?? 0) === 0;
      if (!calm && !NOTHING_TO_FIND.includes(drive.source)) continue;
      quiet += 1;
      const moments = momentsOf(readings);
      for (const [kind, threshold] of [
        ['harsh_braking', -3.5],
        ['harsh_acceleration', 3],
        ['harsh_cornering', 4],
      ] as const)
        expect([trip, kind, detectHarsh(moments, kind, threshold)]).toEqual([trip, kind, []]);
    }
    expect(quiet).toBeGreaterThanOrEqual(20);
  }, 60_000);

  test('those that the reference shows, elsewhere', async () => {
    if (folder === undefined) return;
    let pooled = none;
    for (const drive of drives) {
      if (NOTHING_TO_FIND.includes(drive.source)) continue;
      const moments = momentsOf(drive.readings);
      const expected = await answersOf<Record<'brake_events_3_5' | 'accel_events_3_0', unknown[]>>(folder, drive, 'expected');
      CASES.forEach(({ kind, threshold }) => {
        const score = scoreOf(drive.readings, detectHarsh(moments, kind, threshold), threshold);
        // The definition is followed: where the reference lists its events, they are as many.
        if (threshold === -3.5) expect([drive.trip, score.theirs]).toEqual([drive.trip, expected!.brake_events_3_5.length]);
        pooled = add(pooled, score);
      });
    }
    // Nothing invented: each finding is at least nearly one of the reference, and most are one. What we miss are peaks of a single second,
    // which two samples cannot tell from noise: the reference counts them, and obd-facts asks for two samples past the bound.
    expect(pooled.nearly / pooled.ours).toBeGreaterThanOrEqual(0.97);
    expect(pooled.shared / pooled.ours).toBeGreaterThanOrEqual(0.87);
    expect(pooled.found / pooled.theirs).toBeGreaterThanOrEqual(0.88);
    expect(pooled.clearFound / pooled.clear).toBeGreaterThanOrEqual(0.85);
  }, 60_000);
});

test('kinds of alerts of which these drives show no trace are told of none of them', () => {
  for (const { trip, readings } of drives) {
    const moments = momentsOf(readings);
    for (const rule of rules) {
      if (!UNHEARD_OF.includes(rule.kind)) continue;
      expect([trip, rule.kind, runRule(rule, moments).findings]).toEqual([trip, rule.kind, []]);
    }
  }
}, 60_000);

/** Fences of each form whose border runs through a place, turned by an angle. */
const fencesThrough = ({ lat, lon }: Fix, angle: number): Geofence[] => {
  const at = (ahead: number, aside: number): Position => {
    const x = ahead * Math.cos(angle) - aside * Math.sin(angle);
    const y = ahead * Math.sin(angle) + aside * Math.cos(angle);
    return [lon + x / metresPerDegreeOfLongitude(lat), lat + y / METRES_PER_DEGREE];
  };
  const fence = (id: string, geometry: GeofenceGeometry, radius_m: number | null, width_m: number | null): Geofence => ({
    type: 'Feature',
    id,
    geometry,
    properties: {
      name: id,
      on: ['enter', 'exit'],
      dwell_s: null,
      radius_m,
      width_m,
      schedule: null,
      speed_limit_kmh: null,
      groups: [],
    },
  });
  const ring = [at(0, -150), at(300, -150), at(300, 150), at(0, 150), at(0, -150)];
  return [
    fence('square', { type: 'Polygon', coordinates: [ring] }, null, null),
    fence(
      'hole',
      { type: 'Polygon', coordinates: [[at(-900, -900), at(900, -900), at(900, 900), at(-900, 900), at(-900, -900)], ring] },
      null,
      null,
    ),
    fence('corner', { type: 'Polygon', coordinates: [[at(0, 0), at(200, 0), at(0, 200), at(0, 0)]] }, null, null),
    ...[3, 10, 25, 300].map(radius => fence(`circle-${radius}`, { type: 'Point', coordinates: at(radius, 0) }, radius, null)),
    ...[3, 8, 40].map(width =>
      fence(`road-${width}`, { type: 'LineString', coordinates: [at(width / 2, -500), at(width / 2, 500)] }, null, width),
    ),
  ];
};

/** So many metres from a place, along the direction that borders are drawn from. */
const beside = <T extends { lat: number; lon: number }>(place: T, angle: number, metres: number): T => ({
  ...place,
  lat: place.lat + (metres * Math.sin(angle)) / 111_195,
  lon: place.lon + (metres * Math.cos(angle)) / (111_195 * Math.cos((place.lat * Math.PI) / 180)),
});

test('receivers that stand still on the border of a fence cross nothing in their whole recording', async () => {
  if (folder === undefined) return;
  const drives = await load((await recordedTrips(folder)).filter(({ source }) => source === 'gpsd-stationary'));
  expect(drives).toHaveLength(6);
  let looks = 0;
  for (const { trip, readings } of drives) {
    const fixes = readings.flatMap(({ fix, at }) => (fix === undefined ? [] : [{ fix, at }]));
    for (let parked = 0; parked < fixes.length; parked += 15) {
      for (let turn = 0; turn < 24; turn++) {
        const angle = (turn * Math.PI) / 12;
        // Borders through the receiver, and beside it by as much as its jitter.
        const offset = [0, 2, -2, 5, -5, 9, -9, 15, -15, 25, -25, 40][turn % 12]!;
        const fences = buildFenceIndex(fencesThrough(beside(fixes[parked]!.fix, angle, offset), angle));
        const memory = newFenceMemory();
        const crossings: Crossing[] = [];
        for (const { fix, at } of fixes) trackFences(memory, fix, at, null, fences, crossings);
        expect([trip, parked, angle, crossings]).toEqual([trip, parked, angle, []]);
        looks += fixes.length;
      }
    }
  }
  expect(looks).toBeGreaterThan(20_000);
}, 60_000);
