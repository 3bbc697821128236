// Proves: who asks for a track gets all of it in order: what SQL has, what is on its way there, and what still grows, each point once.
import { expect, test } from '@jest/globals';
import type { TrackChunk } from '../model/trip.js';
import type { Database, RollUpRow } from '../ports/database.js';
import { withOpenTracks } from './with-open-tracks.js';

const chunk = (no: number, ts: number[], trip = 't-1'): TrackChunk => {
  const none = ts.map(() => null);
  const columns = {
    ts,
    lat: none,
    lon: none,
    speed_kmh: none,
    heading: none,
    engine_rpm: none,
    throttle_position: none,
    acceleration: none,
  };
  return { trip, vehicle: 'v-1', no, columns };
};

const timesOf = async (given: { stored?: TrackChunk[]; waiting?: TrackChunk[]; open?: TrackChunk }): Promise<number[]> => {
  const { stored = [], waiting = [], open } = given;
  const database = { track: async () => stored, trip: async () => ({ vehicle: 'v-1' }) } as unknown as Database;
  const rows = new Map(waiting.map(row => [`${row.trip}:${row.no}`, { table: 'track', key: '', row } as RollUpRow]));
  const rollUp = { waiting: (_table: 'track', key: string) => rows.get(key) };
  const found = await withOpenTracks(
    database,
    rollUp,
    async () => open,
    () => [],
  ).track('t-1');
  return found.flatMap(({ columns }) => columns.ts);
};

test('stored, waiting and open chunks follow each other', async () => {
  const parts = { stored: [chunk(0, [1, 2])], waiting: [chunk(1, [3]), chunk(2, [4])], open: chunk(3, [5, 6]) };
  expect(await timesOf(parts)).toEqual([1, 2, 3, 4, 5, 6]);
});

test('of two versions of a chunk the one nearer to now counts', async () => {
  expect(await timesOf({ stored: [chunk(0, [1])], waiting: [chunk(0, [1, 2])] })).toEqual([1, 2]);
  expect(await timesOf({ stored: [chunk(0, [1])], open: chunk(0, [1, 2, 3]) })).toEqual([1, 2, 3]);
});

test('the open chunk of another trip, or an empty one, is none of it', async () => {
  expect(await timesOf({ stored: [chunk(0, [1])], open: chunk(4, [9], 't-2') })).toEqual([1]);
  expect(await timesOf({ stored: [chunk(0, [1])], open: chunk(1, []) })).toEqual([1]);
});

// Proves: a trip that goes on is found by a place that it went through since its last chunk was stored, once, and by nobody who asks for others.
test('trips that go on are found by where they were just now', async () => {
  const way = { ...chunk(1, [0, 1_000, 2_000]) };
  way.columns = { ...way.columns, lat: [50, 50.01, 50.02], lon: [8, 8, 8] };
  const trip = { id: 't-1', vehicle: 'v-1', driver: 'd-1', startedAt: 5 };
  const stored = { id: 't-0', vehicle: 'v-0', driver: null, startedAt: 3 };
  const database = {
    trips: async () => ({ items: [stored], next: null }),
    trip: async () => trip,
  } as unknown as Database;
  const found = async (query: object, lat = 50.02) => {
    const states = () => [{ vehicle: 'v-1', trip: 't-1', lat, lon: 8 }];
    const within = { west: 7.9, south: 50.004, east: 8.1, north: 50.006 };
    const page = await withOpenTracks(database, { waiting: () => undefined }, async () => way, states).trips({
      limit: 10,
      cursor: undefined,
      within,
      ...query,
    });
    return page.items.map(({ id }) => id);
  };
  expect(await found({})).toEqual(['t-1', 't-0']);
  expect(await found({ driver: 'd-2' })).toEqual(['t-0']);
  expect(await found({ vehicle: 'v-2' })).toEqual(['t-0']);
  expect(await found({ vehicles: ['v-0'] })).toEqual(['t-0']);
  expect(await found({ from: 6 })).toEqual(['t-0']);
  expect(await found({ within: undefined })).toEqual(['t-0']);
  expect(await found({ within: { west: 7.9, south: 50.3, east: 8.1, north: 50.4 } })).toEqual(['t-0']);
  expect(await found({}, 60)).toEqual(['t-0']);
});
