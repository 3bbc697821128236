import type { Replay } from '../api/wire-types';

/** The columns of a track that have a value per moment. */
export type Measured = 'speed_kmh' | 'engine_rpm' | 'acceleration' | 'throttle_position';

/** Where the vehicle was at one moment of its trip, and what was measured. */
export interface Moment extends Record<Measured, number | null> {
  lat: number | null;
  lon: number | null;
  heading: number;
}

/** A trip's track, made for being asked "and at this moment?". Times are ms since the epoch. */
export interface Track {
  ts: readonly number[];
  from: number;
  to: number;
  /** Pieces without gaps; [lon, lat]. */
  lines: readonly (readonly [number, number])[][];
  columns: Readonly<Record<Measured, readonly (number | null)[]>>;
  at(time: number): Moment;
}

/** Over a longer silence nothing is drawn between two points: nobody knows what was there. */
const BRIDGED_MS = 30_000;
/** A value that is older says nothing of this moment. */
const STALE_MS = 15_000;

export const trackOf = ({ trip, track }: Replay): Track => {
  const ts = track.ts.map(Date.parse);
  const from = ts[0] ?? Date.parse(trip.started_at);
  const placed = ts.map((_, n) => n).filter(n => track.lat[n] != null && track.lon[n] != null);
  const placedTimes = placed.map(n => ts[n]!);
  const known = Object.fromEntries(
    (['speed_kmh', 'engine_rpm', 'acceleration', 'throttle_position', 'heading'] as const).map(name => {
      const at = ts.map((_, n) => n).filter(n => track[name][n] != null);
      return [name, { at, times: at.map(n => ts[n]!) }];
    }),
  );
  const columns = {
    speed_kmh: track.speed_kmh,
    engine_rpm: track.engine_rpm,
    acceleration: track.acceleration,
    throttle_position: track.throttle_position,
  };

  const newest = (name: Measured | 'heading', time: number, staleMs = STALE_MS): number | null => {
    const { at, times } = known[name]!;
    const n = lastAtOrBefore(times, time);
    return n < 0 || time - times[n]! > staleMs ? null : (track[name][at[n]!] ?? null);
  };

  return {
    ts,
    from,
    to: ts.at(-1) ?? from,
    lines: linesOf(placed, ts, track),
    columns,
    at(time) {
      const measured = {
        heading: newest('heading', time, Number.POSITIVE_INFINITY) ?? 0,
        speed_kmh: newest('speed_kmh', time),
        engine_rpm: newest('engine_rpm', time),
        acceleration: newest('acceleration', time),
        throttle_position: newest('throttle_position', time),
      };
      const n = lastAtOrBefore(placedTimes, time);
      const here = placed[Math.max(n, 0)];
      if (here === undefined) return { lat: null, lon: null, ...measured };
      const [lat, lon] = [track.lat[here]!, track.lon[here]!];
      const next = n < 0 ? undefined : placed[n + 1];
      if (next === undefined || ts[next]! - ts[here]! > BRIDGED_MS) return { lat, lon, ...measured };
      const part = (time - ts[here]!) / (ts[next]! - ts[here]! || 1);
      return { lat: lat + (track.lat[next]! - lat) * part, lon: lon + (track.lon[next]! - lon) * part, ...measured };
    },
  };
};

const linesOf = (placed: readonly number[], ts: readonly number[], { lat, lon }: Replay['track']): [number, number][][] => {
  const lines: [number, number][][] = [];
  let before = Number.NEGATIVE_INFINITY;
  for (const n of placed) {
    if (ts[n]! - before > BRIDGED_MS) lines.push([]);
    lines.at(-1)!.push([lon[n]!, lat[n]!]);
    before = ts[n]!;
  }
  return lines;
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
