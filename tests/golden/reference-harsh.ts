import type { Reading } from '../../src/model/reading.js';
import { signalIn } from '../../src/model/signal-columns.js';

/** A stretch of time, epoch ms, with the hardest value in it, m/s². */
export interface Stretch {
  start: number;
  end: number;
  peak: number;
}

export type SpeedSample = readonly [at: number, kmh: number];

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Infinity;

const spacing = (samples: readonly SpeedSample[]): number => median(samples.slice(1).map(([at], i) => at - samples[i]![0]));

/** Longest time across which the reference draws a line, and the median spacing up to which it uses a speed at all. */
const LONGEST_LINE = 3_000;

/** The speed that the reference looks at: of the OBD where its median spacing is 3 s or less, else of the GPS likewise, else none. */
export const speedOf = (readings: readonly Reading[]): readonly SpeedSample[] => {
  const of = (speed: (reading: Reading) => number | undefined): SpeedSample[] =>
    readings.flatMap(reading => (speed(reading) === undefined ? [] : [[reading.at, speed(reading)!] as const]));
  const obd = of(reading => signalIn(reading.signals, 'vehicle_speed'));
  if (obd.length > 1 && spacing(obd) <= LONGEST_LINE) return obd;
  const gps = of(reading => reading.fix?.speed);
  return gps.length > 1 && spacing(gps) <= LONGEST_LINE ? gps : [];
};

/**
 * Harsh stretches by the definition of the reference answers: the speed on a grid of whole seconds, the difference of neighbours, unbroken
 * runs at or past the threshold. No smoothing: so a held value that jumps is an event to it.
 * @param threshold m/s²; negative for braking
 */
export const referenceStretches = (readings: readonly Reading[], threshold: number): Stretch[] =>
  stretchesOf(speedOf(readings), threshold);

/** The same of samples that are given. @param grid how far its seconds lie behind whole ones, ms */
export const stretchesOf = (samples: readonly SpeedSample[], threshold: number, grid = 0): Stretch[] => {
  const stretches: Stretch[] = [];
  let open: Stretch | undefined;
  let before: number | undefined;
  let i = 0;
  for (
    let at = Math.ceil(((samples[0]?.[0] ?? 0) - grid) / 1_000) * 1_000 + grid;
    samples.length > 1 && at <= samples.at(-1)![0];
    at += 1_000
  ) {
    while (i < samples.length - 2 && samples[i + 1]![0] < at) i++;
    const [t0, v0] = samples[i]!;
    const [t1, v1] = samples[i + 1]!;
    const known = t0 <= at && at <= t1 && t1 - t0 <= LONGEST_LINE;
    const speed = known ? v0 + ((at - t0) / (t1 - t0 || 1)) * (v1 - v0) : undefined;
    const a = speed === undefined || before === undefined ? undefined : (speed - before) / 3.6;
    before = speed;
    if (a === undefined || (threshold < 0 ? a > threshold : a < threshold)) {
      open = undefined;
      continue;
    }
    if (open === undefined) {
      open = { start: at - 1_000, end: at, peak: a };
      stretches.push(open);
    }
    open.end = at;
    if (Math.abs(a) > Math.abs(open.peak)) open.peak = a;
  }
  return stretches;
};
