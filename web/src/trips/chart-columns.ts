import type { Measured, Track } from './track';

/** A value holds for so long; after that nobody knows, and the curve has a gap. */
const HOLDS_MS = 15_000;

export interface ChartColumns {
  times: number[];
  columns: Record<Measured, (number | null)[]>;
}

const MEASURED: readonly Measured[] = ['speed_kmh', 'engine_rpm', 'acceleration', 'throttle_position'];

/**
 * A track as curves: a point that lacks a value that is sent now and then takes the one before, for a while; over a silence there is a
 * point without any, so that no line is drawn across.
 */
export const chartColumns = ({ ts, columns }: Pick<Track, 'ts' | 'columns'>): ChartColumns => {
  const out: ChartColumns = {
    times: [],
    columns: { speed_kmh: [], engine_rpm: [], acceleration: [], throttle_position: [] },
  };
  const last = new Map<Measured, { at: number; value: number }>();
  ts.forEach((at, n) => {
    const before = out.times.at(-1);
    if (before !== undefined && at - before > HOLDS_MS) {
      out.times.push(before + 1);
      for (const name of MEASURED) out.columns[name].push(null);
      last.clear();
    }
    out.times.push(at);
    for (const name of MEASURED) {
      const value = columns[name][n] ?? null;
      if (value !== null) last.set(name, { at, value });
      const held = last.get(name);
      out.columns[name].push(held !== undefined && at - held.at <= HOLDS_MS ? held.value : null);
    }
  });
  return out;
};
