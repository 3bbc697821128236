// Proves: a stay begins with its first fix inside and ends when leaving is proven; the first known side counts from its proof; the lowest
// speed limit of the fences around a vehicle holds, at the times of the fence; a fence that was changed or is not for the group says nothing.
import { expect, test } from '@jest/globals';
import type { Geofence, GeofenceProperties } from '../../model/geofence.js';
import type { FenceStay } from '../../model/moment.js';
import type { Fix } from '../../model/reading.js';
import { buildFenceIndex } from './fence-index.js';
import { stayInFences } from './fence-stays.js';
import { newFenceMemory, trackFences } from './fence-tracker.js';
import { METRES_PER_DEGREE } from './geometry.js';

const circle = (id: string, changes: Partial<GeofenceProperties>): Geofence => ({
  type: 'Feature',
  id,
  geometry: { type: 'Point', coordinates: [8, 50] },
  properties: {
    name: id,
    on: ['dwell'],
    dwell_s: 60,
    radius_m: 100,
    width_m: null,
    schedule: null,
    speed_limit_kmh: null,
    groups: [],
    ...changes,
  },
});

const fixAt = (north: number): Fix => ({
  lat: 50 + north / METRES_PER_DEGREE,
  lon: 8,
  speed: 20,
  heading: 0,
  altitude: undefined,
  hdop: 1,
  sats: 9,
  accuracy: undefined,
});

const drive = (fences: readonly Geofence[], norths: readonly number[], group: string | null = null) => {
  const memory = newFenceMemory();
  const index = buildFenceIndex(fences);
  return norths.map((north, s) => {
    const stays: FenceStay[] = [];
    trackFences(memory, fixAt(north), s * 1_000, group, index, []);
    const limit = stayInFences(memory, s * 1_000, group, index, stays);
    return { limit, stays };
  });
};

const brief = ({ stays }: { stays: readonly FenceStay[] }) =>
  stays.map(({ geofence, since, leaving }) => `${geofence} since ${since / 1_000}${leaving ? ', leaving' : ''}`);

test('from the first fix inside to the one that proves that it has left', () => {
  const seen = drive([circle('f', {})], [-140, -120, -96, -60, 0, 60, 96, 104, 120]).map(brief);
  expect(seen).toEqual([[], [], [], ['f since 2'], ['f since 2'], ['f since 2'], ['f since 2'], ['f since 2, leaving'], []]);
});

test('known inside from the beginning: since that proof', () => {
  expect(drive([circle('f', {})], [0, 1, 2]).map(brief)).toEqual([['f since 0'], ['f since 0'], ['f since 0']]);
});

test('no dwell asked for: no stay, but its speed limit holds', () => {
  const [first] = drive([circle('f', { on: ['enter'], speed_limit_kmh: 30 })], [0]);
  expect(first).toEqual({ limit: 30, stays: [] });
});

test('the lowest limit holds, at the times of its fence, for its groups', () => {
  // 1 January 1970 was a Thursday.
  const thursdays = { zone: 'UTC', windows: [{ days: [4 as const], from: '00:00', to: '24:00' }] };
  const mondays = { zone: 'UTC', windows: [{ days: [1 as const], from: '00:00', to: '24:00' }] };
  const limits = [
    circle('a', { speed_limit_kmh: 50 }),
    circle('b', { speed_limit_kmh: 40, schedule: thursdays }),
    circle('c', { speed_limit_kmh: 20, schedule: mondays }),
    circle('d', { speed_limit_kmh: 10, groups: ['north'] }),
  ];
  expect(drive(limits, [0])[0]!.limit).toBe(40);
  expect(drive(limits, [0], 'north')[0]!.limit).toBe(10);
  expect(drive(limits, [-140])[0]!.limit).toBeUndefined();
});

test('a fence that is drawn anew is another one', () => {
  const memory = newFenceMemory();
  const stays: FenceStay[] = [];
  trackFences(memory, fixAt(0), 0, null, buildFenceIndex([circle('f', {})]), []);
  stayInFences(memory, 0, null, buildFenceIndex([circle('f', { radius_m: 90 })]), stays);
  expect(stays).toEqual([]);
});
