// Proves: trips begin and end where the vehicle's own signals say, noise makes none, and what is measured on them is right.
import { describe, expect, test } from '@jest/globals';
import { foldTrips } from '../../../tests/golden/fold-trips.js';
import { START, type Stretch, trace } from '../../../tests/golden/hand-made-trace.js';
import type { Reading } from '../../model/reading.js';
import type { TripOutcome } from '../../model/trip.js';
import { readTrip, tripOutcome } from './trip-tracker.js';

const gps = ['gps'] as const;
const wheels = ['wheels'] as const;
const place = ['place'] as const;
const ignition = (on: boolean): Partial<Reading> => ({ ignition: on });
const rpm = (n: number, more: Record<string, number> = {}): Partial<Reading> => ({ signals: { engine_rpm: n, ...more } });

const secondsIn = (instant: number): number => (instant - START) / 1_000;
const tripsOf = (...stretches: Stretch[]): TripOutcome[] => foldTrips(trace(stretches)).trips;
const spans = (trips: readonly TripOutcome[]): [number, number][] =>
  trips.map(t => [secondsIn(t.startedAt), secondsIn(t.endedAt)]);

describe('a trip', () => {
  test('goes from ignition on to ignition off', () => {
    const [trip, ...others] = tripsOf(
      { for: 60, sends: gps, with: ignition(false) },
      { for: 20, sends: gps, with: ignition(true) },
      { for: 300, kmh: 36, sends: gps, with: ignition(true) },
      { for: 600, sends: gps, with: ignition(false) },
    );
    expect(others).toEqual([]);
    expect(spans([trip!])).toEqual([[60, 379]]);
    expect(trip!.distance).toBeCloseTo(2.99, 1);
    expect(trip).toMatchObject({
      status: 'closed',
      distanceSource: 'gps',
      maxSpeed: 36,
      idle: 19,
      moving: 300,
      from: 60,
      to: 379,
    });
  });

  test('is told within seconds of driving off', () => {
    const { story } = foldTrips(
      trace([
        { for: 600, sends: gps },
        { for: 60, kmh: 30, sends: gps },
      ]),
    );
    expect(story[0]).toMatchObject({ what: 'open' });
    expect(secondsIn(story[0]!.at)).toBeLessThanOrEqual(603);
  });

  test('is the same by GPS alone, by OBD alone and by positions alone', () => {
    const drive = (sends: Stretch['sends']): TripOutcome[] =>
      tripsOf({ for: 600, sends }, { for: 600, kmh: 50, sends }, { for: 900, sends });
    for (const sends of [gps, wheels, place]) {
      const trips = drive(sends);
      expect(trips).toHaveLength(1);
      expect(Math.abs(secondsIn(trips[0]!.startedAt) - 600)).toBeLessThanOrEqual(10);
      expect(Math.abs(secondsIn(trips[0]!.endedAt) - 1_200)).toBeLessThanOrEqual(10);
      expect(Math.abs(trips[0]!.distance - 8.333)).toBeLessThan(0.1);
    }
  });

  test('of a device that sends once a minute counts the way to where it stopped', () => {
    const [trip] = tripsOf(
      { for: 600, every: 60, sends: gps },
      { for: 600, every: 60, kmh: 60, sends: gps },
      { for: 900, every: 60, sends: gps },
    );
    expect(spans([trip!])).toEqual([[600, 1_200]]);
    expect(trip!.distance).toBeCloseTo(10, 1);
  });

  test('ends after the parked time, at its last reading in motion', () => {
    const { trips, story } = foldTrips(
      trace([
        { for: 120, kmh: 40, sends: gps },
        { for: 900, sends: gps },
      ]),
    );
    expect(spans(trips)).toEqual([[0, 119]]);
    expect(story.map(({ what, at }) => [what, secondsIn(at)])).toEqual([
      ['open', 2],
      ['closed', 119 + 240],
      ['between', 119 + 240],
    ]);
  });

  test('ends with its device, where that falls silent within half a minute of the last motion', () => {
    const drive: Stretch = { for: 300, kmh: 36, sends: gps };
    const silence: Stretch = { for: 1_000, silent: true };
    // Switched off 20 s after it stopped; a minute after; told to be off; and heard all the time.
    expect(spans(tripsOf(drive, { for: 20, sends: gps }, silence))).toEqual([[0, 319]]);
    expect(spans(tripsOf(drive, { for: 60, sends: gps }, silence))).toEqual([[0, 299]]);
    expect(spans(tripsOf(drive, { for: 20, sends: gps, with: ignition(false) }, silence))).toEqual([[0, 299]]);
    expect(spans(tripsOf(drive, { for: 1_000, sends: gps }))).toEqual([[0, 299]]);
  });

  test('at work with its power take-off does not idle, also where that is asked for once a minute', () => {
    const work = (pto: number) => [
      { for: 1, sends: gps, with: rpm(900, { pto_active: pto, vehicle_speed: 0 }) },
      { for: 59, sends: gps, with: rpm(900, { vehicle_speed: 0 }) },
    ];
    const [trip] = tripsOf(
      { for: 60, kmh: 36, sends: gps, with: rpm(1_500, { vehicle_speed: 36 }) },
      ...work(1),
      ...work(1),
      ...work(0),
      { for: 60, kmh: 36, sends: gps, with: rpm(1_500, { vehicle_speed: 36 }) },
    );
    expect(trip!.idle).toBe(60);
  });

  test('says for how much of the driving its forces could be measured', () => {
    const [dense] = tripsOf({ for: 300, kmh: 36, sends: gps }, { for: 600, sends: gps });
    expect(dense!.measured!.along).toBeGreaterThan(290);
    expect(dense!.measured!.across).toBeGreaterThan(290);
    const [wheelsOnly] = tripsOf({ for: 300, kmh: 36, sends: wheels }, { for: 600, sends: wheels });
    expect(wheelsOnly!.measured).toMatchObject({ across: 0 });
    expect(wheelsOnly!.measured!.along).toBeGreaterThan(290);
    const [sparse] = tripsOf({ for: 300, every: 10, kmh: 36, sends: gps }, { for: 600, every: 10, sends: gps });
    expect(sparse!.measured).toEqual({ along: 0, across: 0 });
  });

  test('goes on over a halt that is shorter than the parked time', () => {
    expect(tripsOf({ for: 120, kmh: 40, sends: gps }, { for: 200, sends: gps }, { for: 60, kmh: 40, sends: gps })).toHaveLength(
      1,
    );
  });

  test('goes on while the engine idles, however long, and counts it', () => {
    const trips = tripsOf(
      { for: 60, kmh: 40, sends: wheels, with: rpm(1_500) },
      { for: 1_200, sends: wheels, with: rpm(800) },
      { for: 60, kmh: 40, sends: wheels, with: rpm(1_500) },
    );
    expect(trips).toHaveLength(1);
    expect(trips[0]!.idle).toBeCloseTo(1_200, -1);
  });

  test('goes on over a stop-start halt, whose rpm 0 are neither its end nor idling', () => {
    const trips = tripsOf(
      { for: 60, kmh: 40, sends: wheels, with: { ignition: true, ...rpm(1_500) } },
      { for: 400, sends: wheels, with: { ignition: true, ...rpm(0) } },
      { for: 60, kmh: 40, sends: wheels, with: { ignition: true, ...rpm(1_500) } },
    );
    expect(spans(trips)).toEqual([[0, 519]]);
    expect(trips[0]!.idle).toBeLessThanOrEqual(1);
  });

  test('of an electric vehicle, which has no rpm, is a trip without idling', () => {
    const trips = tripsOf({ for: 60, kmh: 40, sends: wheels }, { for: 100, sends: wheels }, { for: 60, kmh: 40, sends: wheels });
    expect(spans(trips)).toEqual([[0, 219]]);
    expect(trips[0]!.idle).toBe(0);
  });

  test('ends before a long silence, at the last that was heard', () => {
    const trips = tripsOf(
      { for: 120, kmh: 40, sends: gps },
      { for: 4_000, silent: true, kmh: 40 },
      { for: 120, kmh: 40, sends: gps },
    );
    expect(spans(trips)).toEqual([
      [0, 119],
      [4_120, 4_239],
    ]);
  });

  test('goes on over a silence that driving explains, and not over one in which it must have stood', () => {
    const tunnel: Stretch = { for: 1_200, silent: true, kmh: 60 };
    const [bridged, ...none] = tripsOf({ for: 120, kmh: 60, sends: gps }, tunnel, { for: 120, kmh: 60, sends: gps });
    expect(none).toEqual([]);
    expect(bridged!.distance).toBeCloseTo(24, 0);
    const rest: Stretch = { for: 1_200, silent: true };
    expect(tripsOf({ for: 120, kmh: 60, sends: gps }, rest, { for: 120, kmh: 60, sends: gps })).toHaveLength(2);
  });

  test('takes its distance from the odometer, and the rest of the way from what else measured', () => {
    // An odometer of whole kilometres on a vehicle whose wheel speed is 5 % low.
    const readings = trace([{ for: 600, kmh: 60, sends: wheels }]).map((reading, n) => ({
      ...reading,
      odometer: Math.floor(1_000.4 + (n * 63) / 3_600),
    }));
    const [trip] = foldTrips(readings).trips;
    expect(trip!.distanceSource).toBe('odometer');
    expect(trip!.distance).toBeCloseTo(10.4, 0);
    expect(Math.abs(trip!.distance - 10.48)).toBeLessThan(0.1);
  });

  test('of a vehicle whose speed sensor is broken is measured by GPS', () => {
    const [trip] = tripsOf({ for: 600, kmh: 50, sends: ['gps'], with: { signals: { vehicle_speed: 0 } } });
    expect(trip!.startedAt).toBe(START);
    expect(Math.abs(trip!.distance - 8.333)).toBeLessThan(0.3);
    expect(trip!.idle).toBeLessThan(15);
  });

  test('names its driver, also one who logs in after the start', () => {
    const { trips, days } = foldTrips(
      trace([
        { for: 60, kmh: 40, sends: gps },
        { for: 60, kmh: 40, sends: gps, with: { driver: 'd-1' } },
      ]),
    );
    expect(trips[0]!.driver).toBe('d-1');
    expect(days.map(day => [day.driver, day.trips])).toEqual([
      ['', 1],
      ['d-1', 0],
    ]);
  });
});

describe('noise makes no trip', () => {
  test.each<[string, Stretch[]]>([
    [
      'an ignition cycle under 30 s',
      [
        { for: 100, sends: gps, with: ignition(false) },
        { for: 25, sends: gps, with: ignition(true) },
        { for: 100, sends: gps, with: ignition(false) },
      ],
    ],
    ['ignition that flickers', Array.from({ length: 40 }, (_, n) => ({ for: 10, sends: gps, with: ignition(n % 2 === 1) }))],
    [
      'three metres of manoeuvring',
      [
        { for: 100, sends: wheels },
        { for: 2, kmh: 5, sends: wheels },
        { for: 400, sends: wheels },
      ],
    ],
    [
      'a receiver that tells a speed while it stands',
      [
        { for: 100, sends: gps },
        { for: 3, kmh: 4, sends: gps },
        { for: 400, sends: gps },
      ],
    ],
    [
      'one speed of 255, which means "not available"',
      [
        { for: 60, sends: wheels },
        { for: 30, kmh: 255, sends: wheels },
        { for: 60, sends: wheels },
      ],
    ],
  ])('%s', (_name, stretches) => {
    const { trips, story, days } = foldTrips(trace(stretches));
    expect(trips).toEqual([]);
    expect(story).toEqual([]);
    expect(days).toEqual([]);
  });

  test('positions that jitter around a parked vehicle', () => {
    const readings = trace([{ for: 3_600, every: 5, sends: place }]).map((reading, n) => ({
      ...reading,
      fix: { ...reading.fix!, lat: 48 + 0.0001 * Math.sin(n * 1.7), lon: 11 + 0.0001 * Math.cos(n * 2.9) },
    }));
    expect(foldTrips(readings).story).toEqual([]);
  });
});

describe('days', () => {
  test('share a trip over midnight, which counts on the day it starts', () => {
    const { trips, days } = foldTrips(trace([{ for: 1_200, kmh: 72, sends: gps }], Date.UTC(2026, 10, 22, 23, 50)));
    expect(trips).toHaveLength(1);
    expect(days.map(({ day, trips: n, distance }) => [day, n, Math.round(distance)])).toEqual([
      ['2026-11-22', 1, 12],
      ['2026-11-23', 0, 12],
    ]);
    const total = days.reduce((sum, day) => sum + day.distance, 0);
    expect(total).toBeCloseTo(trips[0]!.distance, 6);
  });
});

test('an open trip of before, with its ends as objects, starts and ends where it did', () => {
  const [start, end] = [
    { lat: 50, lon: 8 },
    { lat: 50.01, lon: 8.02 },
  ];
  const open = { id: 'trip', startHidden: false, endHidden: false, driver: null, odometerDevice: '', counts: null };
  const before = { ...open, start, end, numbers: Array<number>(25).fill(0) };
  const told = (trip: Parameters<typeof readTrip>[0]) => tripOutcome(readTrip(trip), 'van', 'open');
  expect(told(before)).toMatchObject({ start, end, distanceSource: 'gps' });
  expect(told(JSON.parse(JSON.stringify(readTrip(before))) as typeof before)).toMatchObject({ start, end });
  expect(told({ ...before, start: null, end: null })).toMatchObject({ start: null, end: null, distanceSource: 'none' });
});
