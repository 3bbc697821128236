import type { Saying } from '../../model/saying.js';
import { dayNumber, dayOfNumber, type HealthForecast, rounded } from './part-health.js';
import { crossingOf, type Point, type RobustLine, theilSen, valueAt } from './theil-sen.js';

/** A trend over fewer days, or over a shorter time, is weather. */
const LEAST_DAYS = 8;
const LEAST_SPAN = 10;
/** Beyond this nobody can tell. */
const HORIZON = 180;
/** What counts for a trend: an older part may have been exchanged since. */
const TREND_DAYS = 75;
/** Of the trend, shorter looks at its end: a part that begins to fail was well before. */
const SHORTER = [45, 28, 18];

/** What is forecast. */
/** What a trend is of, in words. */
const NAMES = {
  resting: 'the voltage at rest',
  cranking: 'the voltage while cranking',
  charging: 'the charging voltage',
  steady_coolant: 'the coolant at steady driving',
  trim_1: 'the fuel trim of bank 1',
  trim_2: 'the fuel trim of bank 2',
} as const;

export interface Quantity {
  name: keyof typeof NAMES;
  unit: string;
  digits: number;
  /** What all its values may be off by together. */
  bias: number;
}

export interface Trended {
  line: RobustLine | undefined;
  forecast: HealthForecast | null;
  /** Why there is no forecast; null where there is one. */
  why: { text: string; said: Saying } | null;
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
    const text = `a trend needs ${LEAST_DAYS} measured days over ${LEAST_SPAN} days, there are ${recent.length} over ${span}`;
    const counts = { least_days: LEAST_DAYS, least_span: LEAST_SPAN, days: recent.length, span };
    return { line: undefined, forecast: null, why: { text, said: { code: 'few_days', ...counts } } };
  }
  const line = courseOf(recent, now);
  const way = falls ? -1 : 1;
  const steady = falls ? line.slopeHigh >= 0 : line.slopeLow <= 0;
  if (steady)
    return { line, forecast: null, why: { text: 'no trend that stands out of the scatter', said: { code: 'no_trend' } } };
  const level = valueAt(line, now);
  const perWeek = rounded(Math.abs(line.slope) * 7, what.digits);
  const course = `${NAMES[what.name]} ${falls ? 'falls' : 'rises'} by ${perWeek} ${what.unit} a week`;
  const seen = { what: what.name, falls, per_week: perWeek, unit: what.unit, limit };
  if ((level - limit) * way >= 0) {
    const text = `${course} and is beyond ${limit} ${what.unit} already`;
    const said: Saying = { code: 'beyond_limit', ...seen };
    return { line, forecast: { at: today, low: today, high: today, text, said }, why: null };
  }
  const { at, low, high } = crossingOf(line, limit, what.bias);
  if (at - now > HORIZON) {
    const text = `at its present course the limit is more than ${HORIZON} days away`;
    return { line, forecast: null, why: { text, said: { code: 'far_away', days: HORIZON } } };
  }
  const dayOf = (x: number): string => dayOfNumber(Math.max(now, x));
  const latest = Number.isFinite(high) && high - now <= 3 * HORIZON ? dayOf(high) : null;
  const expected = { at: dayOf(at), low: dayOf(low), high: latest };
  const band = latest === null ? `${expected.low} at the earliest` : `${expected.low} to ${latest}`;
  const text = `${course}: ${falls ? 'below' : 'above'} ${limit} ${what.unit} around ${expected.at} (${band})`;
  return { line, forecast: { ...expected, text, said: { code: 'forecast', ...seen, ...expected } }, why: null };
};

/** A forecast, or why there is none, as a sentence. */
export const outlookOf = ({ forecast, why }: Pick<Trended, 'forecast' | 'why'>): { text: string; said: Saying[] } => {
  if (forecast) return { text: `${forecast.text[0]!.toUpperCase()}${forecast.text.slice(1)}.`, said: [forecast.said] };
  return why ? { text: `No forecast: ${why.text}.`, said: [why.said] } : { text: '', said: [] };
};
