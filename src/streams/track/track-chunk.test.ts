// Proves: the track of a trip is whole, in chunks of a size, and ends with the trip.
import { describe, expect, test } from '@jest/globals';
import { foldTrips } from '../../../tests/golden/fold-trips.js';
import { START, trace } from '../../../tests/golden/hand-made-trace.js';
import { type DrawnChunk, trackChunkOf } from '../../model/drawn-track/drawn-chunk.js';
import { emptyReading, type Fix, type Reading } from '../../model/reading.js';
import { addPoint, newChunk, readPacked } from './track-chunk.js';

describe('the track', () => {
  test('is cut at 300 points, or at 10 minutes', () => {
    const { chunks, trips } = foldTrips(trace([{ for: 1_000, kmh: 50, sends: ['gps'] }]));
    expect(chunks.map(({ no, trip, columns }) => [no, trip, columns.ts.length])).toEqual(
      [300, 300, 300, 100].map((points, no) => [no, trips[0]!.id, points]),
    );
    const sparse = foldTrips(trace([{ for: 1_200, every: 30, kmh: 50, sends: ['gps'] }])).chunks;
    expect(sparse.map(({ columns }) => columns.ts.length)).toEqual([20, 20]);
  });

  test('joins replies that come one by one into one point', () => {
    const readings = trace([{ for: 60, kmh: 50, sends: ['gps'] }]).flatMap((reading): Reading[] => [
      reading,
      { ...reading, at: reading.at + 200, fix: undefined, signals: { engine_rpm: 1_800 } },
      { ...reading, at: reading.at + 400, fix: undefined, signals: { throttle_position: 20 } },
    ]);
    const [{ columns } = { columns: undefined }] = foldTrips(readings).chunks;
    expect(columns!.ts).toHaveLength(60);
    expect(columns!.speed_kmh[30]).toBe(50);
    expect(columns!.engine_rpm[30]).toBe(1_800);
    expect(columns!.throttle_position[30]).toBe(20);
    expect(columns!.acceleration).toHaveLength(60);
  });

  test('ends with the trip, not with the parked vehicle behind it', () => {
    const { chunks } = foldTrips(
      trace([
        { for: 100, kmh: 50, sends: ['gps'] },
        { for: 900, sends: ['gps'] },
      ]),
    );
    expect(chunks.at(-1)!.columns.ts.at(-1)).toBe(START + 99_000);
  });

  test('does not grow for ever while nothing proves that the vehicle drives', () => {
    const chunk = newChunk('', 'v', 0);
    const lat = (i: number) => 52 + i / 1e6;
    for (let i = 0; i < 5_000; i++) {
      const fix: Fix = { ...NO_FIX, lat: lat(i), lon: 4 };
      addPoint(chunk, { ...emptyReading(START + i, 0, 'd', 0, i), fix }, true, 80, undefined, true);
    }
    expect(trackChunkOf(chunk).columns.ts.length).toBe(601);
  });

  test('goes on where a version before left off, in the middle of a chunk', () => {
    // Of an engine that turns faster each second: eight points packed as that version did, and two open ones behind the codes it knew.
    const before = {
      ...newChunk('t', 'v', 1),
      startedAt: START,
      closed: CLOSED_BEFORE,
      closedCount: 8,
      points: POINTS_BEFORE,
    };
    const chunk = JSON.parse(JSON.stringify(before)) as DrawnChunk;
    expect(trackChunkOf(chunk).columns.engine_rpm).toEqual(turns(0, 10));
    readPacked(chunk);
    for (let i = 10; i < 40; i++) {
      const reading = { ...emptyReading(START + i * 1_000, 0, 'd', 0, 0), signals: { engine_rpm: 800 + 25 * i } };
      addPoint(chunk, reading, false, undefined, undefined, true);
      readPacked(chunk);
    }
    const { ts, engine_rpm } = trackChunkOf(chunk).columns;
    expect(engine_rpm).toEqual(turns(0, 40));
    expect(ts).toEqual(Array.from({ length: 40 }, (_, i) => START + i * 1_000));
  });
});

const NO_FIX: Omit<Fix, 'lat' | 'lon'> = {
  ...{ speed: undefined, heading: undefined, altitude: undefined },
  ...{ hdop: undefined, sats: undefined, accuracy: undefined },
};
const turns = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => 800 + 25 * (from + i));
const CLOSED_BEFORE = '-#$3^JbLB^JbLB^&###W/31<3UCG$,&5)G/+<###';
const POINTS_BEFORE = [469762048000, 0, 3901, 536870912000, 0, 4001, 603979776000, 0, 4101];
