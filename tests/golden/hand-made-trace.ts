import { emptyReading, type Reading } from '../../src/model/reading.js';

export const START = Date.UTC(2026, 10, 22, 12);
/** Metres of a degree of latitude: traces by hand go straight north, which keeps their lengths plain. */
const METRES_PER_DEGREE = 111_195.08;

/** What a stretch of a trace sends at each of its readings, and how it moves meanwhile. */
export interface Stretch {
  /** Seconds it lasts, and between two readings of it. */
  for: number;
  every?: number;
  /** Speed over ground; 0. */
  kmh?: number;
  /** What is sent: `gps` position and speed, `place` position alone, `wheels` vehicle_speed; nothing. */
  sends?: readonly ('gps' | 'place' | 'wheels')[];
  with?: Partial<Reading>;
  /** Nothing is sent at all; the vehicle moves on. */
  silent?: boolean;
}

/** Readings of a vehicle that drives straight north, one stretch after the other; the first at `START`. */
export const trace = (stretches: readonly Stretch[], from = START): Reading[] => {
  const readings: Reading[] = [];
  let at = from;
  let metres = 0;
  for (const { for: seconds, every = 1, kmh = 0, sends = [], with: more = {}, silent = false } of stretches) {
    const end = at + seconds * 1_000;
    for (; at < end; at += every * 1_000) {
      if (!silent) {
        const fix = {
          lat: 48 + metres / METRES_PER_DEGREE,
          lon: 11,
          speed: sends.includes('gps') ? kmh : undefined,
          heading: 0,
          altitude: undefined,
          hdop: 1,
          sats: 9,
          accuracy: undefined,
        };
        readings.push({
          ...emptyReading(at, at, 'd', readings.length, 0),
          fix: sends.includes('gps') || sends.includes('place') ? fix : undefined,
          ...more,
          signals: { ...(sends.includes('wheels') ? { vehicle_speed: Math.round(kmh) } : {}), ...more.signals },
        });
      }
      metres += (kmh / 3.6) * every;
    }
  }
  return readings;
};
