import type { AlertKind } from '../model/alert.js';
import type { DriverId, TripId } from '../model/ids.js';
import type { DriverDay } from '../model/trip.js';
import { SCORE_PARTS, type Score, type ScorePart, scoreOf } from './score.js';

/** A driver's score among those of the same fleet and time. */
export interface Scorecard extends Score {
  driver: DriverId;
  /** By day, oldest first; null on days with too little driving. */
  trend: { day: string; score: number | null }[];
  /** 1 = best; equal scores share a rank. Null without a score. */
  rank: number | null;
  /** Share of scored drivers that are not better, 0–100. Null without a score. */
  percentile: number | null;
}

export interface Coaching {
  topic: ScorePart;
  text: string;
  /** Trips to look at, those with the most first. */
  trips: TripId[];
}

/** Scorecards of all drivers in `days`, best first, those without a score last. Driving that nobody is known for is nobody's. */
export const scorecardsOf = (days: readonly DriverDay[], measured: ReadonlySet<AlertKind>): Scorecard[] => {
  const cards = [...groupedBy(days, day => day.driver)]
    .filter(([driver]) => driver !== '')
    .map(
      ([driver, own]): Scorecard => ({
        ...scoreOf(own, measured),
        driver,
        trend: [...groupedBy(own, day => day.day)]
          .map(([day, rows]) => ({ day, score: scoreOf(rows, measured).score }))
          .sort((a, b) => (a.day < b.day ? -1 : 1)),
        rank: null,
        percentile: null,
      }),
    )
    .sort((a, b) => (b.score ?? -1) - (a.score ?? -1) || (a.driver < b.driver ? -1 : 1));
  return ranked(cards);
};

const ranked = (bestFirst: Scorecard[]): Scorecard[] => {
  const scores = bestFirst.flatMap(({ score }) => (score === null ? [] : [score]));
  for (const card of bestFirst) {
    const { score } = card;
    if (score === null) continue;
    card.rank = scores.indexOf(score) + 1;
    card.percentile = (100 * scores.filter(other => other <= score).length) / scores.length;
  }
  return bestFirst;
};

const groupedBy = <T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
};

/** A part below this is worth a talk. */
const COACH_BELOW = 80;
const TOPICS_AT_MOST = 3;
const TRIPS_AT_MOST = 3;

const ADVICE: Readonly<Record<ScorePart, { kind: AlertKind; text: (rate: string) => string }>> = {
  braking: { kind: 'harsh_braking', text: rate => `Braked hard ${rate}: look further ahead and leave more distance.` },
  acceleration: {
    kind: 'harsh_acceleration',
    text: rate => `Accelerated hard ${rate}: press the pedal later and less; it saves fuel too.`,
  },
  cornering: { kind: 'harsh_cornering', text: rate => `Cornered hard ${rate}: brake before the bend, not in it.` },
  speeding: { kind: 'speeding', text: rate => `Above the limit ${rate}: it is the limit that the score knows, not the traffic.` },
  idling: {
    kind: 'excessive_idle',
    text: () => 'The engine ran standing for longer than traffic explains: switch it off while waiting.',
  },
};

/** What to talk about, the part that costs most first, with the trips that show it. */
export const coachingOf = (
  card: Pick<Score, 'subscores' | 'ratesPer100Km'>,
  trips: readonly { id: TripId; idle: number; counts: Partial<Record<AlertKind, number>> }[],
): Coaching[] =>
  SCORE_PARTS.filter(part => (card.subscores[part] ?? 100) < COACH_BELOW)
    .sort((a, b) => card.subscores[a]! - card.subscores[b]!)
    .slice(0, TOPICS_AT_MOST)
    .map(topic => {
      const { kind, text } = ADVICE[topic];
      const weightOf = (trip: (typeof trips)[number]) => (topic === 'idling' ? trip.idle : (trip.counts[kind] ?? 0));
      return {
        topic,
        text: text(`${(card.ratesPer100Km[kind] ?? 0).toFixed(1)} times per 100 km`),
        trips: trips
          .filter(trip => weightOf(trip) > 0)
          .sort((a, b) => weightOf(b) - weightOf(a))
          .slice(0, TRIPS_AT_MOST)
          .map(trip => trip.id),
      };
    });
