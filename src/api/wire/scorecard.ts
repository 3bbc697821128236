import { z } from 'zod';
import { SCORE_PARTS } from '../../rollups/score.js';
import type { Coaching, Scorecard } from '../../rollups/scorecard.js';
import { rounded, roundedOrNull } from './iso.js';

const score = z.number().min(0).max(100).nullable();

/** A scorecard as REST shows it. */
export const scorecard = z
  .object({
    driver: z.string(),
    score: score.describe('Null where there is too little driving to judge by; `note` says so'),
    note: z.string().nullable(),
    distance_km: z.number(),
    driving_s: z.number(),
    idle_s: z.number(),
    trips: z.number().int(),
    counts: z.record(z.string(), z.number().int()),
    rates_per_100km: z.record(z.string(), z.number()),
    subscores: z.record(z.string(), score),
    trend: z.array(z.object({ day: z.string(), score })),
    rank: z.number().int().nullable().describe('1 = best'),
    percentile: score,
    coaching: z.array(z.object({ topic: z.enum(SCORE_PARTS), text: z.string(), trips: z.array(z.string()) })),
  })
  .meta({ id: 'Scorecard' });
export type ScorecardWire = z.infer<typeof scorecard>;

export const scorecardWire = (card: Scorecard, coaching: Coaching[]): ScorecardWire => ({
  driver: card.driver,
  score: roundedOrNull(card.score, 1),
  note: card.note,
  distance_km: rounded(card.distance, 2),
  driving_s: rounded(card.driving, 1),
  idle_s: rounded(card.idle, 1),
  trips: card.trips,
  counts: card.counts as Record<string, number>,
  rates_per_100km: mapped(card.ratesPer100Km as Record<string, number>, rate => rounded(rate, 2)),
  subscores: mapped(card.subscores, part => roundedOrNull(part, 1)),
  trend: card.trend.map(({ day, score: of }) => ({ day, score: roundedOrNull(of, 1) })),
  rank: card.rank,
  percentile: roundedOrNull(card.percentile, 1),
  coaching,
});

const mapped = <A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
