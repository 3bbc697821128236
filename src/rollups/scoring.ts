import { z } from 'zod';
import type { AlertKind } from '../model/alert.js';

/** Counts up whenever the same events and kilometres would give another score. Docs: docs/scoring.md. */
export const FORMULA_VERSION = 2;

export const SCORE_PARTS = ['braking', 'acceleration', 'cornering', 'speeding', 'idling', 'night', 'fatigue'] as const;
export type ScorePart = (typeof SCORE_PARTS)[number];

/** The alerts that a part counts; night is measured by time alone. */
export const KIND_OF_PART: Readonly<Record<ScorePart, AlertKind | null>> = {
  braking: 'harsh_braking',
  acceleration: 'harsh_acceleration',
  cornering: 'harsh_cornering',
  speeding: 'speeding',
  idling: 'excessive_idle',
  night: null,
  fatigue: 'continuous_driving',
};

/** Every kind of alert that a score counts. */
export const SCORED_KINDS: readonly AlertKind[] = SCORE_PARTS.flatMap(part => KIND_OF_PART[part] ?? []);

const points = (normal: number) =>
  z.number().min(0).max(1_000).default(normal).describe('what the part may cost, relative to the other parts; 0 leaves it out');
const half = (normal: number, what: string) =>
  z.number().positive().max(1_000).default(normal).describe(`${what} at which the part has lost half its points`);

const eventPart = (weight: number, rate: number, per: string) =>
  z.strictObject({ points: points(weight), half: half(rate, `weighted events per ${per}`) }).prefault({});
const share = (weight: number, rate: number, what: string) =>
  z.strictObject({ points: points(weight), half: half(rate, what) }).prefault({});

/** How a fleet scores: what a manager may change. Everything left out is what docs/scoring.md says. */
export const scoring = z
  .strictObject({
    minimum_km: z.number().min(1).max(10_000).default(10).describe('km in the period below which there is no score'),
    severity: z
      .strictObject({
        info: z.number().min(0).max(100).default(0.5),
        warning: z.number().min(0).max(100).default(1),
        critical: z.number().min(0).max(100).default(3),
      })
      .prefault({})
      .describe('what one event counts, by its severity'),
    parts: z
      .strictObject({
        braking: eventPart(30, 4, '100 km'),
        acceleration: eventPart(15, 4, '100 km'),
        cornering: eventPart(15, 4, '100 km'),
        speeding: share(30, 0.05, 'share of the driving time above the limit, weighted by excess,'),
        idling: z
          .strictObject({
            points: points(10),
            half: half(0.2, 'share of engine time spent standing, above `free`,'),
            free: z.number().min(0).max(1).default(0.1).describe('share of engine time that traffic explains'),
          })
          .prefault({}),
        night: share(0, 0.5, 'share of the driving time between 23:00 and 05:00'),
        fatigue: eventPart(0, 1, '10 h of driving'),
      })
      .prefault({}),
  })
  .refine(({ parts }) => Object.values(parts).some(part => part.points > 0), 'at least one part needs points')
  .meta({ id: 'Scoring' });
export type Scoring = z.infer<typeof scoring>;

export const defaultScoring: Scoring = scoring.parse({});
