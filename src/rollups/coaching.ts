import type { TripId } from '../model/ids.js';
import type { Saying } from '../model/saying.js';
import type { Driving, Score } from './score.js';
import { type Interval, weightedSumInterval } from './score-interval.js';
import { KIND_OF_PART, SCORE_PARTS, type ScorePart } from './scoring.js';

export interface Coaching {
  topic: ScorePart;
  text: string;
  /** The sentence of `text`, for other languages. */
  said: readonly Saying[];
  /** Trips to look at, those with the most first. */
  trips: TripId[];
}

/** A part below this is worth a talk. */
const COACH_BELOW = 80;
const TOPICS_AT_MOST = 3;
const TRIPS_AT_MOST = 3;

/** What to talk about: up to three parts below 80, the costliest first. */
export const coachingTopics = ({ subscores, lost }: Pick<Score, 'subscores' | 'lost'>): ScorePart[] =>
  lost
    .map(({ part }) => part)
    .filter(part => (subscores[part] ?? 100) < COACH_BELOW)
    .slice(0, TOPICS_AT_MOST);

/** @param trips that show it, the heaviest first */
export const coachingOf = (topic: ScorePart, score: Score & { driven: Driving }, trips: readonly TripId[]): Coaching => {
  const amount = amountOf(topic, score);
  return {
    topic,
    text: ADVICE[topic](amount),
    said: [{ code: 'advice', topic, amount }],
    trips: trips.slice(0, TRIPS_AT_MOST),
  };
};

/** How much of it there was: times per 100 km, of idling and night percent of the time. */
const amountOf = (topic: ScorePart, { ratesPer100Km, driven: { idle, night, driving } }: Score & { driven: Driving }): number => {
  if (topic === 'idling') return percent(idle, idle + driving);
  if (topic === 'night') return percent(night, driving);
  return Math.round((ratesPer100Km[KIND_OF_PART[topic]!] ?? 0) * 10) / 10;
};

const percent = (part: number, whole: number): number => (whole === 0 ? 0 : Math.round((100 * part) / whole));
const times = (rate: number): string => `${rate.toFixed(1)} times per 100 km`;

const ADVICE: Readonly<Record<ScorePart, (amount: number) => string>> = {
  braking: rate => `Braked hard ${times(rate)}: look further ahead and leave more distance.`,
  acceleration: rate => `Accelerated hard ${times(rate)}: press the pedal later and less; it saves fuel too.`,
  cornering: rate => `Cornered hard ${times(rate)}: brake before the bend, not in it.`,
  speeding: rate => `Above the limit ${times(rate)}: it is the limit that the score knows, not the traffic.`,
  idling: share => `The engine ran standing for ${share} % of its time, more than traffic explains: switch it off while waiting.`,
  night: share => `${share} % of the driving was between 23:00 and 05:00: plan it into the day where that is possible.`,
  fatigue: rate => `Drove without a break ${times(rate)}: plan 15 minutes of rest into long drives.`,
};

export type Verdict = 'improved' | 'worse' | 'no_clear_change' | 'not_enough_driving';

/** How often something was before a talk and since. */
export interface Change {
  verdict: Verdict;
  before: RateEstimate;
  since: RateEstimate;
  /** Since over before, at 90 %; null where nothing can be said. */
  ratio: Interval | null;
}

export interface RateEstimate extends Interval {
  count: number;
  exposure: number;
  /** Per unit of exposure. */
  rate: number;
}

/** Each side needs as much driving as a score does. */
export const changeOf = (
  before: { count: number; exposure: number },
  since: { count: number; exposure: number },
  least: number,
): Change => {
  const estimates = { before: rateOf(before), since: rateOf(since) };
  if (before.exposure < least || since.exposure < least) return { verdict: 'not_enough_driving', ratio: null, ...estimates };
  const ratio = rateRatio(before, since);
  const verdict = ratio.high < 1 ? 'improved' : ratio.low > 1 ? 'worse' : 'no_clear_change';
  return { verdict, ratio, ...estimates };
};

const rateOf = ({ count, exposure }: { count: number; exposure: number }): RateEstimate => {
  const { low, high } = weightedSumInterval(count, count, 1);
  if (exposure === 0) return { count, exposure, rate: 0, low: 0, high: 0 };
  return { count, exposure, rate: count / exposure, low: low / exposure, high: high / exposure };
};

/** Φ⁻¹(0.95) */
const Z = 1.6448536269514722;

/**
 * 90 % interval of the ratio of two Poisson rates, by the logarithm with half an event added on each side (Rothman, Greenland and Lash;
 * the half keeps it finite where nothing happened).
 */
const rateRatio = (before: { count: number; exposure: number }, since: { count: number; exposure: number }): Interval => {
  const [a, b] = [since.count + 0.5, before.count + 0.5];
  const ratio = a / since.exposure / (b / before.exposure);
  const spread = Math.exp(Z * Math.sqrt(1 / a + 1 / b));
  return { low: ratio / spread, high: ratio * spread };
};

export const isTopic = (text: string | null): text is ScorePart => (SCORE_PARTS as readonly string[]).includes(text ?? '');
