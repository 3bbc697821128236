import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anyPoint } from '../../../tests/harness/any-point.js';
import { trackChunkOf } from '../../model/drawn-track/drawn-chunk.js';
import { BLOCK, packBlock } from '../../model/drawn-track/pack-block.js';
import { type PointCodes, writePoint } from '../../model/drawn-track/pack-point.js';
import type { TrackColumns } from '../../model/trip.js';
import { TrackFormatError } from './errors.js';
import { decodeTrack, encodeTrack, packChunk, packTrack, unpackTrack } from './track-codec.js';

const roundTrip = (columns: TrackColumns): TrackColumns => unpackTrack(decodeTrack(encodeTrack(packTrack(columns))));

const decimal = (decimals: number): fc.Arbitrary<number> =>
  fc.integer({ min: -180_000, max: 180_000 }).map(value => value / 10 ** decimals);
const value = fc.option(fc.oneof(decimal(0), decimal(1), decimal(6), fc.double({ noNaN: true })), { freq: 4 });
const point = fc.record({
  ts: fc.integer({ min: 0, max: 8.64e15 }),
  lat: value,
  lon: value,
  speed_kmh: value,
  heading: value,
  engine_rpm: value,
  throttle_position: value,
  acceleration: value,
});
type Point = typeof point extends fc.Arbitrary<infer P> ? P : never;

const columnsOf = (points: readonly Point[]): TrackColumns => ({
  ts: points.map(p => p.ts),
  lat: points.map(p => p.lat),
  lon: points.map(p => p.lon),
  speed_kmh: points.map(p => p.speed_kmh),
  heading: points.map(p => p.heading),
  engine_rpm: points.map(p => p.engine_rpm),
  throttle_position: points.map(p => p.throttle_position),
  acceleration: points.map(p => p.acceleration),
});

const numbersOf = (points: readonly PointCodes[]): number[] => {
  const numbers: number[] = [];
  for (const each of points) writePoint(numbers, numbers.length, each);
  return numbers;
};

describe('track codec', () => {
  // Proves: nothing is lost or invented: any numbers, -0 and infinities among them, and any gaps come back as they were.
  test('gives back every point exactly', () => {
    fc.assert(
      fc.property(fc.array(point, { maxLength: 60 }), points => {
        const columns = columnsOf(points);
        expect(roundTrip(columns)).toStrictEqual(columns);
      }),
      { numRuns: 300 },
    );
  });

  // Proves: a chunk goes to SQL the short way as it would by its columns, whatever is told of its points, closed or open.
  test('packs a chunk as it was drawn', () => {
    const points = fc.array(anyPoint, { minLength: BLOCK, maxLength: 2 * BLOCK });
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 4e12 }), (all, startedAt) => {
        const known = [0, 0, 0];
        const closed = packBlock('', known, numbersOf(all.slice(0, BLOCK)), 0);
        const open = [...known, ...numbersOf(all.slice(BLOCK))];
        const chunk = { trip: 't', vehicle: 'v', no: 0, startedAt, closed, closedCount: BLOCK, points: open };
        expect(packChunk(chunk)).toEqual(packTrack(trackChunkOf(chunk).columns));
        const first = { ...chunk, closed: '', closedCount: 0, points: numbersOf(all) };
        expect(packChunk(first)).toEqual(packTrack(trackChunkOf(first).columns));
      }),
      { numRuns: 200 },
    );
  });

  // Proves: a chunk as vehicles make it (1 Hz, six decimals, gaps) takes a small part of the 64 bytes a point of plain doubles.
  test('is small for what vehicles send', () => {
    const columns = columnsOf(
      Array.from({ length: 600 }, (_, second) => ({
        ts: 1_795_000_000_000 + second * 1_000,
        lat: Math.round((50.1 + Math.sin(second / 90) / 100) * 1e6) / 1e6,
        lon: Math.round((8.6 + Math.cos(second / 90) / 100) * 1e6) / 1e6,
        speed_kmh: Math.round(50 + 20 * Math.sin(second / 30)),
        heading: second % 360,
        engine_rpm: second % 5 === 0 ? 1_500 + (second % 7) * 100 : null,
        throttle_position: null,
        acceleration: second === 0 ? null : Math.round(Math.cos(second / 30) * 100) / 100,
      })),
    );
    expect(roundTrip(columns)).toStrictEqual(columns);
    expect(encodeTrack(packTrack(columns)).length).toBeLessThan(600 * 8);
  });

  // Proves: what cannot be read is refused with a name, not decoded into nonsense.
  test('refuses unequal columns and unknown versions', () => {
    const columns = columnsOf([]);
    expect(() => packTrack({ ...columns, lat: [1] })).toThrow(TrackFormatError);
    const stored = encodeTrack(packTrack(columns));
    stored[0] = 9;
    expect(() => decodeTrack(stored)).toThrow('a stored track is of version 9, known is 1');
  });
});
