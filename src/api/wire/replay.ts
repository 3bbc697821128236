import { z } from 'zod';
import { emptyColumns } from '../../model/drawn-track/drawn-chunk.js';
import { placesToKeep } from '../../model/places-to-keep.js';
import type { TrackChunk, TrackColumns } from '../../model/trip.js';
import { isoTime } from '../http/fields.js';
import { alert } from './alert.js';
import { iso, rounded } from './iso.js';
import { trip } from './trip.js';

const column = z.array(z.number().nullable());

/** A trip's track as columns of equal length. */
export const track = z
  .object({
    ts: z.array(isoTime),
    lat: column,
    lon: column,
    speed_kmh: column,
    heading: column,
    engine_rpm: column,
    throttle_position: column,
    acceleration: column,
  })
  .meta({ id: 'Track' });

export const stop = z
  .object({ from: isoTime, to: isoTime, duration_s: z.number(), lat: z.number().nullable(), lon: z.number().nullable() })
  .meta({ id: 'Stop' });

export const replay = z.object({ trip, track, alerts: z.array(alert), stops: z.array(stop) }).meta({ id: 'Replay' });

/** Chunks put end to end: columns of equal length. */
export const joinedTrack = (chunks: readonly TrackChunk[]): TrackColumns => {
  const joined = emptyColumns();
  for (const { columns } of chunks) {
    for (const name of Object.keys(joined) as (keyof TrackColumns)[]) {
      // Not spread into push: a column may be longer than a call may have arguments.
      for (const value of columns[name]) (joined[name] as (number | null)[]).push(value);
    }
  }
  return joined;
};

/** At most so many points of a track, none of its peaks among those that go. */
export const fewerPoints = (columns: TrackColumns, most: number | undefined): TrackColumns => {
  if (most === undefined || columns.ts.length <= most) return columns;
  const names = Object.keys(columns) as (keyof TrackColumns)[];
  const places = placesToKeep(
    names.map(name => columns[name]),
    most,
  );
  return Object.fromEntries(names.map(name => [name, places.map(place => columns[name][place])])) as unknown as TrackColumns;
};

export const trackWire = (columns: TrackColumns): z.infer<typeof track> => ({ ...columns, ts: columns.ts.map(iso) });

/** Slower than this is standing; GPS speed of a parked receiver wanders up to about 2 km/h. */
const STANDING_BELOW_KMH = 3;
/** A shorter halt is traffic. */
const SHORTEST_STOP_MS = 60_000;

/** Where the vehicle stood within the trip for a minute or longer. Points without a speed continue what was. */
export const stopsOf = ({ ts, lat, lon, speed_kmh }: TrackColumns): z.infer<typeof stop>[] => {
  const stops: z.infer<typeof stop>[] = [];
  let first: number | undefined;
  const close = (end: number): void => {
    if (first !== undefined && ts[end]! - ts[first]! >= SHORTEST_STOP_MS) {
      const at = lat.findIndex((value, n) => n >= first! && n <= end && value !== null);
      stops.push({
        from: iso(ts[first]!),
        to: iso(ts[end]!),
        duration_s: rounded((ts[end]! - ts[first]!) / 1_000, 1),
        lat: lat[at] ?? null,
        lon: lon[at] ?? null,
      });
    }
    first = undefined;
  };
  for (let n = 0; n < ts.length; n++) {
    const speed = speed_kmh[n];
    if (speed === null || speed === undefined) continue;
    if (speed < STANDING_BELOW_KMH) first ??= n;
    else close(n);
  }
  close(ts.length - 1);
  return stops;
};
