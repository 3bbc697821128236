import { z } from 'zod';
import type { TrackColumns } from '../../model/trip.js';
import type { Instant } from '../../model/units.js';
import { isoTime } from '../http/fields.js';
import { iso } from './iso.js';

const column = z.array(z.number().nullable());

/** Where a vehicle was lately, as columns of equal length, oldest first. */
export const trail = z
  .object({ vehicle: z.string(), from: isoTime, ts: z.array(isoTime), lat: column, lon: column, speed_kmh: column })
  .meta({ id: 'Trail' });

/** A line on a map needs no more: at 1 Hz an hour would be 3,600 points. */
const POINTS_AT_MOST = 1_000;

/** @param tracks of the vehicle's trips, oldest first @param from points before it are left out */
export const trailWire = (vehicle: string, tracks: readonly TrackColumns[], from: Instant): z.infer<typeof trail> => {
  const wire: z.infer<typeof trail> = { vehicle, from: iso(from), ts: [], lat: [], lon: [], speed_kmh: [] };
  const placed: [track: TrackColumns, n: number][] = [];
  for (const track of tracks) {
    track.ts.forEach((at, n) => {
      if (at >= from && track.lat[n] != null && track.lon[n] != null) placed.push([track, n]);
    });
  }
  const step = Math.max(1, Math.ceil(placed.length / POINTS_AT_MOST));
  placed.forEach(([track, n], index) => {
    // Each so many, and always the newest.
    if (index % step !== 0 && index !== placed.length - 1) return;
    wire.ts.push(iso(track.ts[n]!));
    wire.lat.push(track.lat[n]!);
    wire.lon.push(track.lon[n]!);
    wire.speed_kmh.push(track.speed_kmh[n] ?? null);
  });
  return wire;
};
