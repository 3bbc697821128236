import type { ScoringVersion } from '../../ports/scores.js';
import { defaultScoring, type Scoring, scoring as scoringSchema } from '../../rollups/scoring.js';
import type { ApiDeps } from '../api-deps.js';
import { notFound } from '../http/problem.js';

/** A version of the fleet's formula. 0 is what holds where nobody set anything. */
export interface FleetScoring extends Omit<ScoringVersion, 'document' | 'at' | 'by'> {
  at: number | null;
  by: string | null;
  scoring: Scoring;
}

const UNSET: FleetScoring = { version: 0, valid_from: '0001-01-01', note: '', at: null, by: null, scoring: defaultScoring };

/** Every version there is, newest first; the last is the default. */
export const scoringHistory = async ({ database }: Pick<ApiDeps, 'database'>): Promise<FleetScoring[]> => [
  ...(await database.scorings()).map(({ document, ...version }) => ({ ...version, scoring: scoringSchema.parse(document) })),
  UNSET,
];

/** The version in force on a day: of those that begin by then, the one that was set last. */
export const scoringOn = (history: readonly FleetScoring[], day: string): FleetScoring =>
  history.find(({ valid_from }) => valid_from <= day) ?? UNSET;

/** @throws {ApiProblem} 404 there is none of this number */
export const scoringNumbered = (history: readonly FleetScoring[], version: number): FleetScoring => {
  const found = history.find(one => one.version === version);
  if (found === undefined) throw notFound('version of the scoring', String(version));
  return found;
};
