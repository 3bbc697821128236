// Proves: trips, distance, idling and fuel agree with reference answers that somebody else's script computed for drives of real vehicles.
import { beforeAll, describe, expect, test } from '@jest/globals';
import { distanceOf, errorOf, fuelOf, idleAgrees, idleOf, median } from '../../accuracy/compare-trips.js';
import { type Expected, HELD_SIGNAL, STATIONARY } from '../../accuracy/recorded-drives.js';
import type { Reading } from '../../src/model/reading.js';
import { signalIn } from '../../src/model/signal-columns.js';
import type { TripOutcome } from '../../src/model/trip.js';
import { answersOf, type DriveEvent, readDrive, realDataFolder, recordedTrips } from '../harness/real-data.js';
import { foldTrips, readingsOf } from './fold-trips.js';

interface Drive {
  source: string;
  name: string;
  vehicle: string;
  readings: Reading[];
  trips: TripOutcome[];
  expected: Expected;
}

const folder = realDataFolder('trips against recorded drives');
const drives: Drive[] = [];

beforeAll(async () => {
  if (folder === undefined) return;
  for (const recorded of await recordedTrips(folder)) {
    const expected = await answersOf<Expected>(folder, recorded, 'expected');
    if (expected === undefined || recorded.source === 'goal-delivery') continue;
    const events: DriveEvent[] = [];
    for await (const event of readDrive(folder, recorded)) events.push(event);
    const readings = readingsOf(events);
    // The reference computes fuel with figures of petrol, whatever the engine burns.
    const { trips } = foldTrips(readings, { fuelType: 'petrol' });
    drives.push({ source: recorded.source, name: recorded.trip, vehicle: recorded.vehicle, readings, trips, expected });
  }
}, 60_000);

const moving = (): Drive[] => drives.filter(({ source }) => source !== STATIONARY);

describe('recorded drives', () => {
  test('a receiver that stands makes no trip', () => {
    for (const { source, name, trips } of drives) if (source === STATIONARY) expect({ name, trips }).toEqual({ name, trips: [] });
  });

  test('every drive is one trip', () => {
    for (const { name, trips } of moving()) expect({ name, trips: trips.length }).toEqual({ name, trips: 1 });
  });

  test('distance is within 0.5 % at the median, within 3 % on each drive with a good signal, within 6 % on those without', () => {
    if (folder === undefined) return;
    const errors = moving().flatMap(drive => {
      const compared = distanceOf(drive);
      return compared === undefined ? [] : [{ name: drive.name, source: drive.source, off: Math.abs(errorOf(compared)) }];
    });
    expect(median(errors.map(({ off }) => off))).toBeLessThan(0.005);
    expect(errors.filter(({ source, off }) => off > (source === HELD_SIGNAL ? 0.06 : 0.03))).toEqual([]);
  });

  test('idling is within 5 % or 5 s', () => {
    for (const drive of moving()) {
      const idle = idleOf(drive);
      if (idle === undefined) continue;
      expect({ name: drive.name, idle, agrees: idleAgrees(idle) }).toEqual({ name: drive.name, idle, agrees: true });
    }
  });

  test('fuel is within 0.5 %', () => {
    for (const drive of moving()) {
      const fuel = fuelOf(drive);
      if (fuel !== undefined)
        expect({ name: drive.name, agrees: Math.abs(errorOf(fuel)) < 0.005 }).toEqual({ name: drive.name, agrees: true });
    }
  });

  test('trips start with their recording on 95 %, and do not end before the last motion in it', () => {
    if (folder === undefined) return;
    const early = moving().filter(({ trips, expected }) => Math.abs(trips[0]!.startedAt - expected.first_ts) <= 10_000);
    expect(early.length / moving().length).toBeGreaterThanOrEqual(0.95);
    for (const { name, readings, trips } of moving()) {
      const last = readings.findLast(
        ({ fix, signals }) =>
          (signalIn(signals, 'vehicle_speed') ?? fix?.speed ?? 0) >= 5 || (signalIn(signals, 'engine_rpm') ?? 0) > 400,
      );
      expect({ name, drivenAfter: last!.at > trips.at(-1)!.endedAt + 10_000 }).toEqual({ name, drivenAfter: false });
    }
  });

  test('drives of one vehicle stay apart when they are folded one after the other', () => {
    for (const vehicle of new Set(moving().map(drive => drive.vehicle))) {
      const own = moving()
        // The same drive once more, one line per reply.
        .filter(drive => drive.vehicle === vehicle && !drive.name.endsWith('_perpid'))
        .toSorted((a, b) => a.expected.first_ts - b.expected.first_ts);
      const { trips } = foldTrips(own.flatMap(({ readings }) => readings));
      expect({ vehicle, trips: trips.length }).toEqual({ vehicle, trips: own.length });
      const alone = own.flatMap(drive => drive.trips);
      const moved = trips.filter(
        (trip, n) => Math.abs(trip.startedAt - alone[n]!.startedAt) > 10_000 || trip.endedAt !== alone[n]!.endedAt,
      );
      expect({ vehicle, moved }).toEqual({ vehicle, moved: [] });
    }
  });
});
