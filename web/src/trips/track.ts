import type { Replay } from '../api/wire-types';

/** Where the vehicle was at one moment of its trip. */
export interface Moment {
  lat: number | null;
  lon: number | null;
  heading: number;
  speed_kmh: number | null;
  engine_rpm: number | null;
}

/** A trip's track, made for being asked "and at this moment?". Times are ms since the epoch. */
export interface Track {
  ts: readonly number[];
  from: number;
  to: number;
  line: [number, number][];
  maxSpeed: number;
  speeds: readonly (number | null)[];
  at(time: number): Moment;
}

/** Over a longer silence nothing is drawn between two points: nobody knows what was there. */
const BRIDGED_MS = 30_000;

export const trackOf = ({ trip, track }: Replay): Track => {
  const ts = track.ts.map(Date.parse);
  const from = ts[0] ?? Date.parse(trip.started_at);
  const placed = track.lat.map((lat, n) => lat !== null && track.lon[n] != null);
  /** The last index at or before `time` that passes. */
  const before = (time: number, passes: (n: number) => boolean): number => {
    let n = lastAtOrBefore(ts, time);
    while (n >= 0 && !passes(n)) n--;
    return n;
  };
  return {
    ts,
    from,
    to: ts.at(-1) ?? from,
    line: track.lat.flatMap((lat, n) => (placed[n] ? [[track.lon[n]!, lat!] as [number, number]] : [])),
    maxSpeed: track.speed_kmh.reduce<number>((most, speed) => Math.max(most, speed ?? 0), 0),
    speeds: track.speed_kmh,
    at(time) {
      const here = before(time, n => placed[n]!);
      const next = placed.indexOf(true, here + 1);
      const newest = (column: readonly (number | null)[]): number | null => {
        const n = before(time, i => column[i] != null);
        return n < 0 ? null : column[n]!;
      };
      const moment = {
        heading: newest(track.heading) ?? 0,
        speed_kmh: newest(track.speed_kmh),
        engine_rpm: newest(track.engine_rpm),
      };
      const start = here < 0 ? next : here;
      if (start < 0) return { lat: null, lon: null, ...moment };
      const [lat, lon] = [track.lat[start]!, track.lon[start]!];
      if (here < 0 || next < 0 || ts[next]! - ts[here]! > BRIDGED_MS) return { lat, lon, ...moment };
      const part = (time - ts[here]!) / (ts[next]! - ts[here]! || 1);
      return { lat: lat + (track.lat[next]! - lat) * part, lon: lon + (track.lon[next]! - lon) * part, ...moment };
    },
  };
};

/** @param sorted ascending @returns -1 where all are later */
const lastAtOrBefore = (sorted: readonly number[], value: number): number => {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
};
