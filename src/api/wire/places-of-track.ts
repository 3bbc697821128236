import type { TrackColumns } from '../../model/trip.js';

/** A point of a track that has a position. */
export interface Placed {
  at: number;
  lat: number;
  lon: number;
  speed: number | null;
  heading: number | null;
}

export const placesOf = ({ ts, lat, lon, speed_kmh, heading }: TrackColumns): Placed[] => {
  const points: Placed[] = [];
  for (let n = 0; n < ts.length; n++) {
    const [atLat, atLon] = [lat[n], lon[n]];
    if (atLat == null || atLon == null) continue;
    points.push({ at: ts[n]!, lat: atLat, lon: atLon, speed: speed_kmh[n] ?? null, heading: heading[n] ?? null });
  }
  return points;
};
