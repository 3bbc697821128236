import type { TrackChunk, TrackColumns } from '../trip.js';
import type { Instant } from '../units.js';
import { eachPacked, KNOWN_NUMBERS } from './pack-block.js';
import {
  ACCELERATION,
  HEADING,
  LAT,
  LON,
  NUMBERS_PER_POINT,
  type PointCodes,
  RPM,
  readPoint,
  SPEED,
  THROTTLE,
  valueOfCode,
} from './pack-point.js';

/**
 * A chunk of a track as it is drawn: packed, for a vehicle on its way carries one all the time. When it is full it is handed on as it is; columns are made of
 * it where it is read, which is not on the thread that folds.
 */
export interface DrawnChunk extends Pick<TrackChunk, 'trip' | 'vehicle' | 'no'> {
  /** Event time of its first point; 0 before it. */
  startedAt: Instant;
  /** Its older points, as text (pack-block.ts): `recent` behind `closed`. How many they are. Versions before had nothing recent. */
  closed: string;
  recent?: string;
  closedCount: number;
  /** The newest ones, by `NUMBERS_PER_POINT` each (pack-point.ts); behind what packing knows of those before, where there is any. */
  points: number[];
}

/** Where the open points begin. Versions before knew one number less of those that were packed. */
export const firstPlace = ({ closedCount, points }: Pick<DrawnChunk, 'closedCount' | 'points'>): number =>
  closedCount === 0 ? 0 : points.length % NUMBERS_PER_POINT === 0 ? KNOWN_NUMBERS - 1 : KNOWN_NUMBERS;

export const pointsIn = (chunk: DrawnChunk): number =>
  chunk.closedCount + (chunk.points.length - firstPlace(chunk)) / NUMBERS_PER_POINT;

export const packedOf = ({ closed, recent = '' }: Pick<DrawnChunk, 'closed' | 'recent'>): string => closed + recent;

/** Calls `visit` with each point of a chunk, oldest first. @param visit is given the same object each time */
export const eachPoint = (chunk: DrawnChunk, visit: (point: PointCodes) => void): void => {
  eachPacked(packedOf(chunk), visit);
  const point: PointCodes = { elapsed: 0, speed: 0, acceleration: 0, lat: 0, heading: 0, throttle: 0, lon: 0, rpm: 0 };
  for (let place = firstPlace(chunk); place < chunk.points.length; place += NUMBERS_PER_POINT)
    visit(readPoint(chunk.points, place, point));
};

/** The chunk in columns. @param chunk versions before wrote chunks in columns to disk: they are what they are */
export const trackChunkOf = (chunk: DrawnChunk | TrackChunk): TrackChunk => {
  if ('columns' in chunk) return chunk;
  const { trip, vehicle, no, startedAt } = chunk;
  const columns = emptyColumns();
  eachPoint(chunk, codes => {
    columns.ts.push(startedAt + codes.elapsed);
    columns.lat.push(valueOfCode(codes.lat, LAT));
    columns.lon.push(valueOfCode(codes.lon, LON));
    columns.speed_kmh.push(valueOfCode(codes.speed, SPEED));
    columns.heading.push(valueOfCode(codes.heading, HEADING));
    columns.engine_rpm.push(valueOfCode(codes.rpm, RPM));
    columns.throttle_position.push(valueOfCode(codes.throttle, THROTTLE));
    columns.acceleration.push(valueOfCode(codes.acceleration, ACCELERATION));
  });
  return { trip, vehicle, no, columns };
};

/** Columns of no point. */
export const emptyColumns = (): TrackColumns => ({
  ts: [],
  lat: [],
  lon: [],
  speed_kmh: [],
  heading: [],
  engine_rpm: [],
  throttle_position: [],
  acceleration: [],
});
