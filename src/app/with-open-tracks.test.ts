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
  const found = await withOpenTracks(database, rollUp, () => open).track('t-1');
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
