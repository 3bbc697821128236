import { dayNumber, dayOfNumber, type HealthForecast, rounded } from './part-health.js';
import { crossingOf, type Point, type RobustLine, theilSen, valueAt } from './theil-sen.js';

/** A trend over fewer days, or over a shorter time, is weather. */
export const LEAST_DAYS = 8;
export const LEAST_SPAN = 10;
/** Beyond this nobody can tell. */
const HORIZON = 180;
/** What counts for a trend: an older part may have been exchanged since. */
export const TREND_DAYS = 75;
/** Of the trend, shorter looks at its end: a part that begins to fail was well before. */
const SHORTER = [45, 28, 18];

/** What is forecast. */
export interface Quantity {
  name: string;
  unit: string;
  digits: number;
  /** What all its values may be off by together. */
  bias: number;
}

export interface Trended {
  line: RobustLine | undefined;
  forecast: HealthForecast | null;
  /** Why there is no forecast; '' where there is one. */
  why: string;
}

/**
 * The line of all points, or of their end where that has turned another way: where its band does not hold the longer line's slope.
 */
const courseOf = (points: readonly Point[], now: number): RobustLine => {
  let line = theilSen(points)!;
  for (const length of SHORTER) {
    const end = points.filter(({ x }) => x > now - length);
    if (end.length < LEAST_DAYS || end.at(-1)!.x - end[0]!.x < LEAST_SPAN) break;
    const shorter = theilSen(end)!;
    if (line.slope < shorter.slopeLow || line.slope > shorter.slopeHigh) line = shorter;
  }
  return line;
};

/**
 * When a daily value will pass a limit. Told only where the trend is real: the band of its slope must not hold a standstill.
 * @param falls the limit lies below: a rise is no danger, however steep
 * @param today the newest day of anything
 */
export const forecastOf = (
  points: readonly { day: string; value: number }[],
  limit: number,
  falls: boolean,
  today: string,
  what: Quantity,
): Trended => {
  const now = dayNumber(today);
  const recent: Point[] = points
    .map(({ day, value }) => ({ x: dayNumber(day), y: value }))
    .filter(({ x }) => x > now - TREND_DAYS);
  const span = recent.length > 1 ? recent.at(-1)!.x - recent[0]!.x : 0;
  if (recent.length < LEAST_DAYS || span < LEAST_SPAN) {
    const why = `a trend needs ${LEAST_DAYS} measured days over ${LEAST_SPAN} days, there are ${recent.length} over ${span}`;
    return { line: undefined, forecast: null, why };
  }
  const line = courseOf(recent, now);
  const way = falls ? -1 : 1;
  const steady = falls ? line.slopeHigh >= 0 : line.slopeLow <= 0;
  if (steady) return { line, forecast: null, why: 'no trend that stands out of the scatter' };
  const level = valueAt(line, now);
  const perWeek = rounded(Math.abs(line.slope) * 7, what.digits);
  const course = `${what.name} ${falls ? 'falls' : 'rises'} by ${perWeek} ${what.unit} a week`;
  if ((level - limit) * way >= 0) {
    const text = `${course} and is beyond ${limit} ${what.unit} already`;
    return { line, forecast: { at: today, low: today, high: today, text }, why: '' };
  }
  const { at, low, high } = crossingOf(line, limit, what.bias);
  if (at - now > HORIZON)
    return { line, forecast: null, why: `at its present course the limit is more than ${HORIZON} days away` };
  const dayOf = (x: number): string => dayOfNumber(Math.max(now, x));
  const latest = Number.isFinite(high) && high - now <= 3 * HORIZON ? dayOf(high) : null;
  const forecast = { at: dayOf(at), low: dayOf(low), high: latest, text: '' };
  const band = latest === null ? `${forecast.low} at the earliest` : `${forecast.low} to ${latest}`;
  forecast.text = `${course}: ${falls ? 'below' : 'above'} ${limit} ${what.unit} around ${forecast.at} (${band})`;
  return { line, forecast, why: '' };
};

/** A forecast, or why there is none, as a sentence. */
export const outlookOf = (forecast: HealthForecast | null, why: string): string =>
  forecast ? `${forecast.text[0]!.toUpperCase()}${forecast.text.slice(1)}.` : `No forecast: ${why}.`;
