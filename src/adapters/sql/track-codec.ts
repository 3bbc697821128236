import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { type DrawnChunk, eachPoint, pointsIn } from '../../model/drawn-track/drawn-chunk.js';
import {
  ACCELERATION,
  HEADING,
  LAT,
  LON,
  RPM,
  type Scale,
  SPEED,
  THROTTLE,
  valueOfCode,
} from '../../model/drawn-track/pack-point.js';
import type { TrackChunk, TrackColumns } from '../../model/trip.js';
import { TrackFormatError } from './errors.js';
import { NumberReader, NumberWriter } from './number-bytes.js';

/** The order in which columns are stored. New ones go to the end: older rows then read as `null` there. */
const columnNames = [
  'ts',
  'lat',
  'lon',
  'speed_kmh',
  'heading',
  'engine_rpm',
  'throttle_position',
  'acceleration',
] as const satisfies readonly (keyof TrackColumns)[];

const version = 1;
/** Columns of at most this many decimals are stored as integers; others as they stand in memory. */
const mostDecimals = 7;
const powersOfTen = Array.from({ length: mostDecimals + 1 }, (_, n) => 10 ** n);
/** In place of the number of decimals. */
const asDoubles = 255;
/** A chunk inflates to at most this; its points are some thousands. */
const mostBytes = 64 * 1_024 * 1_024;

/** A track chunk's columns one after the other, NaN where a point has no value: one block of memory, handed from thread to thread. */
export type PackedTrack = Float64Array;

/** @throws {TrackFormatError} the columns differ in length */
export const packTrack = (columns: TrackColumns): PackedTrack => {
  const points = columns.ts.length;
  const packed = new Float64Array(points * columnNames.length);
  let at = 0;
  for (const name of columnNames) {
    const column = columns[name];
    if (column.length !== points)
      throw new TrackFormatError(`the column ${name} of a track has ${column.length} points where ts has ${points}`);
    for (let point = 0; point < points; point++) packed[at++] = column[point] ?? Number.NaN;
  }
  return packed;
};

const numberOf = (code: number, scale: Scale): number => valueOfCode(code, scale) ?? Number.NaN;

/** @param chunk as it was drawn; versions before wrote chunks in columns to disk */
export const packChunk = (chunk: DrawnChunk | TrackChunk): PackedTrack => {
  if ('columns' in chunk) return packTrack(chunk.columns);
  const points = pointsIn(chunk);
  const packed = new Float64Array(points * columnNames.length);
  let at = 0;
  eachPoint(chunk, codes => {
    packed[at] = chunk.startedAt + codes.elapsed;
    packed[points + at] = numberOf(codes.lat, LAT);
    packed[2 * points + at] = numberOf(codes.lon, LON);
    packed[3 * points + at] = numberOf(codes.speed, SPEED);
    packed[4 * points + at] = numberOf(codes.heading, HEADING);
    packed[5 * points + at] = numberOf(codes.rpm, RPM);
    packed[6 * points + at] = numberOf(codes.throttle, THROTTLE);
    packed[7 * points + at] = numberOf(codes.acceleration, ACCELERATION);
    at++;
  });
  return packed;
};

/** The points of a packed track that have a place, in order. */
export function* trackPoints(packed: PackedTrack): Iterable<{ ts: number; lat: number; lon: number }> {
  const points = packed.length / columnNames.length;
  const [ts, lat, lon] = [0, 1, 2].map(column => column * points) as [number, number, number];
  for (let point = 0; point < points; point++) {
    const here = { ts: packed[ts + point]!, lat: packed[lat + point]!, lon: packed[lon + point]! };
    if (!Number.isNaN(here.lat) && !Number.isNaN(here.lon)) yield here;
  }
}

export const unpackTrack = (packed: PackedTrack): TrackColumns => {
  const points = packed.length / columnNames.length;
  const columns: Record<string, (number | null)[]> = {};
  columnNames.forEach((name, index) => {
    columns[name] = Array.from(packed.subarray(index * points, (index + 1) * points), value =>
      Number.isNaN(value) ? null : value,
    );
  });
  return columns as unknown as TrackColumns;
};

/**
 * Compresses without loss: every number comes back bit by bit.
 * @returns u8 version; deflated: columns, points, and each column: u8 decimals or 255, u8 "has gaps", a bitmap of its gaps, then
 *          differences of scaled integers as zigzag varints, or doubles
 */
export const encodeTrack = (packed: PackedTrack): Buffer => {
  const points = packed.length / columnNames.length;
  const writer = new NumberWriter(packed.length * 2 + 64);
  writer.varint(columnNames.length);
  writer.varint(points);
  for (let index = 0; index < columnNames.length; index++)
    encodeColumn(writer, packed.subarray(index * points, (index + 1) * points));
  return Buffer.concat([Buffer.of(version), deflateRawSync(writer.bytes())]);
};

/** @throws {TrackFormatError} */
export const decodeTrack = (stored: Uint8Array): PackedTrack => {
  if (stored[0] !== version) throw new TrackFormatError(`a stored track is of version ${stored[0]}, known is ${version}`);
  const reader = new NumberReader(inflateRawSync(stored.subarray(1), { maxOutputLength: mostBytes }));
  const columns = reader.varint();
  const points = reader.varint();
  if (columns > columnNames.length) throw new TrackFormatError(`a stored track has ${columns} columns`);
  const packed = new Float64Array(points * columnNames.length).fill(Number.NaN);
  for (let index = 0; index < columns; index++) decodeColumn(reader, packed.subarray(index * points, (index + 1) * points));
  return packed;
};

const encodeColumn = (writer: NumberWriter, column: Float64Array): void => {
  const decimals = decimalsOf(column);
  const gaps = hasGaps(column);
  writer.byte(decimals);
  writer.byte(gaps ? 1 : 0);
  if (gaps)
    for (let from = 0; from < column.length; from += 8) {
      let bits = 0;
      for (let bit = 0; bit < 8; bit++) if (Number.isNaN(column[from + bit])) bits |= 1 << bit;
      writer.byte(bits);
    }
  if (decimals === asDoubles) {
    for (let i = 0; i < column.length; i++) if (!Number.isNaN(column[i])) writer.double(column[i]!);
    return;
  }
  const scale = powersOfTen[decimals]!;
  let last = 0;
  for (let i = 0; i < column.length; i++) {
    if (Number.isNaN(column[i])) continue;
    const scaled = Math.round(column[i]! * scale);
    writer.signedVarint(scaled - last);
    last = scaled;
  }
};

const hasGaps = (column: Float64Array): boolean => {
  for (let i = 0; i < column.length; i++) if (Number.isNaN(column[i])) return true;
  return false;
};

const decodeColumn = (reader: NumberReader, column: Float64Array): void => {
  const decimals = reader.byte();
  const gaps = reader.byte() === 1 ? reader.take(Math.ceil(column.length / 8)) : undefined;
  const scale = powersOfTen[decimals] ?? 1;
  let last = 0;
  for (let point = 0; point < column.length; point++) {
    if (gaps && (gaps[point >> 3]! >> (point & 7)) & 1) continue;
    if (decimals === asDoubles) {
      column[point] = reader.double();
      continue;
    }
    last += reader.signedVarint();
    column[point] = last / scale;
  }
};

/** The fewest decimals that give back every value exactly. −0 has none: an integer would lose its sign. */
const decimalsOf = (column: Float64Array): number => {
  let decimals = 0;
  for (let i = 0; i < column.length; i++) {
    while (!isExact(column[i]!, decimals)) if (++decimals > mostDecimals) return asDoubles;
  }
  // Those that came before the longest one.
  for (let i = 0; i < column.length; i++) if (!isExact(column[i]!, decimals)) return asDoubles;
  return decimals;
};

/** A gap is whatever it is taken for. */
const isExact = (value: number, decimals: number): boolean => {
  if (Number.isNaN(value)) return true;
  const scale = powersOfTen[decimals]!;
  const scaled = Math.round(value * scale);
  // Half of the safe range, so that a difference of two is safe as well.
  return Math.abs(scaled) <= Number.MAX_SAFE_INTEGER / 4 && scaled / scale === value && !Object.is(scaled, -0);
};
