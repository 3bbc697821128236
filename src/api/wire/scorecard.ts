import { z } from 'zod';
import type { Coaching } from '../../rollups/coaching.js';
import type { LostPoints, Scorecard } from '../../rollups/scorecard.js';
import { FORMULA_VERSION, SCORE_PARTS } from '../../rollups/scoring.js';
import type { FleetScoring } from '../scores/fleet-scoring.js';
import type { TrendPoint } from '../scores/score-reader.js';
import { rounded, roundedOrNull } from './iso.js';
import { sayings } from './saying.js';

const score = z.number().min(0).max(100).nullable();
export const scorePart = z.enum(SCORE_PARTS);

/** What a score was made with: the same events and kilometres give the same score again. */
export const scoreVersion = z.object({
  formula: z.number().int(),
  scoring: z.number().int().describe('Of the weights (`GET /scoring`); 0 = the default'),
  rules: z.array(z.object({ id: z.string(), version: z.string() })).describe('Rules in force that look for what is scored'),
});

/** A scorecard as REST shows it. */
export const scorecard = z
  .object({
    driver: z.string(),
    score: score.describe('Null where there is too little driving to judge by; `note` says so'),
    band: z
      .object({ low: z.number().min(0).max(100), high: z.number().min(0).max(100) })
      .nullable()
      .describe('Where the score is but for chance and for what could not be measured, at 80 %'),
    note: z.string().nullable(),
    said: sayings.describe('The sentences of `note`, for other languages'),
    distance_km: z.number(),
    driving_s: z.number(),
    idle_s: z.number(),
    night_s: z.number().describe('Of the driving, between 23:00 and 05:00'),
    trips: z.number().int(),
    counts: z.record(z.string(), z.number().int()),
    rates_per_100km: z.record(z.string(), z.number()),
    subscores: z.record(z.string(), score),
    lost_points: z
      .array(z.object({ part: scorePart, points: z.number(), alerts: z.array(z.string()) }))
      .describe('What is missing from 100, and the alerts that cost it, the heaviest first (in lists five of a part at most)'),
    trend: z.array(z.object({ day: z.string().describe('First day of the day, week or month'), score })),
    rank: z.number().int().nullable().describe('1 = best'),
    percentile: score,
    ranked_among: z
      .object({ group: z.string().nullable(), drivers: z.number().int() })
      .describe('Scored drivers it is ranked among'),
    coaching: z.array(z.object({ topic: scorePart, text: z.string(), said: sayings, trips: z.array(z.string()) })),
    version: scoreVersion,
  })
  .meta({ id: 'Scorecard' });
export type ScorecardWire = z.infer<typeof scorecard>;

export interface CardDetails {
  lost: LostPoints[];
  trend: TrendPoint[];
  coaching: Coaching[];
  rankedAmong: { group: string | null; drivers: number };
  scoring: FleetScoring;
  rules: { id: string; version: string }[];
}

export const scorecardWire = (
  card: Scorecard,
  { lost, trend, coaching, rankedAmong, scoring, rules }: CardDetails,
): ScorecardWire => ({
  driver: card.driver,
  score: roundedOrNull(card.score, 1),
  band: card.band && { low: rounded(card.band.low, 1), high: rounded(card.band.high, 1) },
  note: card.note,
  said: card.said,
  distance_km: rounded(card.driven.distance, 2),
  driving_s: rounded(card.driven.driving, 1),
  idle_s: rounded(card.driven.idle, 1),
  night_s: rounded(card.driven.night, 1),
  trips: card.driven.trips,
  counts: card.counts as Record<string, number>,
  rates_per_100km: mapped(card.ratesPer100Km as Record<string, number>, rate => rounded(rate, 2)),
  subscores: Object.fromEntries(
    SCORE_PARTS.filter(part => scoring.scoring.parts[part].points > 0).map(part => [
      part,
      roundedOrNull(card.subscores[part], 1),
    ]),
  ),
  lost_points: lost.map(({ part, points, alerts }) => ({ part, points: rounded(points, 1), alerts })),
  trend: trend.map(({ day, score: of }) => ({ day, score: roundedOrNull(of, 1) })),
  rank: card.rank,
  percentile: roundedOrNull(card.percentile, 1),
  ranked_among: rankedAmong,
  coaching,
  version: { formula: FORMULA_VERSION, scoring: scoring.version, rules },
});

const mapped = <A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
