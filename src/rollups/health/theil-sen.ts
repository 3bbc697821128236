export interface Point {
  x: number;
  y: number;
}

/** A straight line through the middle of the points. */
export interface RobustLine {
  slope: number;
  /** Of nine slopes in ten. */
  slopeLow: number;
  slopeHigh: number;
  /** A point of the line: the medians of both. */
  xMiddle: number;
  yMiddle: number;
  /** How far `yMiddle` may be off, nine times in ten. */
  error: number;
  /** Of single points about the line: 1.4826 MAD, which is the standard deviation where they are normal. */
  scatter: number;
  points: number;
}

/** Two-sided 90 %. */
const Z_90 = 1.645;
/** A median of normal values scatters so much more than their mean. */
const MEDIAN_FACTOR = 1.2533;

export const medianOf = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

/**
 * The line of Theil and Sen: the median of the slopes between all pairs. Up to 29 % of the points may be anything. The band of the slope is
 * that of Sen, from the variance of Kendall's S.
 * @param points any order; of different `x`
 * @returns undefined for fewer than three
 * @see P. K. Sen, J. Am. Stat. Assoc. 63 (1968) 1379
 */
export const theilSen = (points: readonly Point[]): RobustLine | undefined => {
  const n = points.length;
  const slopes: number[] = [];
  for (let i = 0; i < n; i++)
    for (let k = i + 1; k < n; k++) {
      const run = points[k]!.x - points[i]!.x;
      if (run !== 0) slopes.push((points[k]!.y - points[i]!.y) / run);
    }
  if (n < 3 || slopes.length === 0) return undefined;
  slopes.sort((a, b) => a - b);
  const slope = medianOf(slopes);
  const width = Z_90 * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  const low = Math.max(0, Math.floor((slopes.length - width) / 2));
  const high = Math.min(slopes.length - 1, Math.ceil((slopes.length + width) / 2));
  const xMiddle = medianOf(points.map(({ x }) => x));
  const yMiddle = medianOf(points.map(({ x, y }) => y - slope * (x - xMiddle)));
  const scatter = 1.4826 * medianOf(points.map(({ x, y }) => Math.abs(y - yMiddle - slope * (x - xMiddle))));
  return {
    slope,
    slopeLow: slopes[low]!,
    slopeHigh: slopes[high]!,
    xMiddle,
    yMiddle,
    error: (Z_90 * MEDIAN_FACTOR * scatter) / Math.sqrt(n),
    scatter,
    points: n,
  };
};

/** The value of the line at `x`. */
export const valueAt = (line: RobustLine, x: number): number => line.yMiddle + line.slope * (x - line.xMiddle);

/**
 * Where the line crosses `limit`, with the earliest and the latest place of its band; Infinity = never.
 * @param bias what all values may be off by together: the meter's own error
 */
export const crossingOf = (line: RobustLine, limit: number, bias = 0): { at: number; low: number; high: number } => {
  // Towards the limit is down where the line starts above it.
  const way = Math.sign(limit - line.yMiddle) || 1;
  const [steep, flat] = way < 0 ? [line.slopeLow, line.slopeHigh] : [line.slopeHigh, line.slopeLow];
  const reach = (slope: number, gap: number): number => {
    if (gap * way <= 0) return line.xMiddle;
    return slope * way > 0 ? line.xMiddle + gap / slope : Infinity;
  };
  const gap = limit - line.yMiddle;
  const error = (line.error + bias) * way;
  return { at: reach(line.slope, gap), low: reach(steep, gap - error), high: reach(flat, gap + error) };
};
