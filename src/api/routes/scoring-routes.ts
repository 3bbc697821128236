import { z } from 'zod';
import { faultOf } from '../../model/errors.js';
import { scorecardsOf } from '../../rollups/scorecard.js';
import { FORMULA_VERSION, scoring as scoringDocument } from '../../rollups/scoring.js';
import type { ApiDeps } from '../api-deps.js';
import type { Caller } from '../caller.js';
import { dayRange, isDay } from '../http/day-range.js';
import { group, isoTime } from '../http/fields.js';
import { conflict, forbidden } from '../http/problem.js';
import { type AnyRoute, defineRoute } from '../http/route.js';
import { governs } from '../scope.js';
import { type FleetScoring, scoringHistory, scoringOn } from '../scores/fleet-scoring.js';
import { periodOf } from '../scores/period.js';
import { driversWanted, scoreReader } from '../scores/score-reader.js';
import { isoOrNull, rounded, roundedOrNull } from '../wire/iso.js';

const day = z
  .string()
  .refine(isDay, { message: 'must be a day, YYYY-MM-DD', params: { said: { code: 'wrong_form', form: 'day' } } });

const version = z.object({
  version: z.number().int(),
  valid_from: z.string().describe('First day that it holds for'),
  note: z.string(),
  at: isoTime.nullable(),
  by: z.string().nullable(),
  scoring: scoringDocument,
});

const answer = z
  .object({
    formula: z.number().int().describe('Version of the formula itself, see docs/scoring.md'),
    ...version.shape,
    history: z.array(version).describe('Every version, newest first; the last is the default'),
  })
  .meta({ id: 'FleetScoring' });

const moved = z
  .object({
    items: z.array(
      z.object({
        driver: z.string(),
        before: z.number().nullable(),
        after: z.number().nullable(),
        change: z.number().nullable(),
        rank_before: z.number().int().nullable(),
        rank_after: z.number().int().nullable(),
      }),
    ),
    mean_before: z.number().nullable(),
    mean_after: z.number().nullable(),
  })
  .meta({ id: 'ScoringPreview' });

const versionWire = ({ version: number, valid_from, note, at, by, scoring }: FleetScoring): z.infer<typeof version> => ({
  ...{ version: number, valid_from, note, at: isoOrNull(at), by, scoring },
});

export const scoringRoutes = ({ registry, database, clock }: Pick<ApiDeps, 'registry' | 'database' | 'clock'>): AnyRoute[] => {
  const reader = scoreReader({ registry, database });
  const today = (): string => periodOf({}, registry.settings().zone, clock.now()).to;

  const inForce = async (): Promise<z.infer<typeof answer>> => {
    const history = await scoringHistory({ database });
    return { formula: FORMULA_VERSION, ...versionWire(scoringOn(history, today())), history: history.map(versionWire) };
  };

  const governFleet = (caller: Caller): void => {
    if (!governs(caller, []))
      throw forbidden('Scoring is the whole fleet’s: it takes somebody who sees all groups.', { code: 'beyond_groups' });
  };

  return [
    defineRoute({
      method: 'get',
      path: '/scoring',
      action: 'fleet.manage',
      tag: 'scorecards',
      summary: 'How drivers are scored today, and every version before',
      answer,
      run: inForce,
    }),
    defineRoute({
      method: 'put',
      path: '/scoring',
      action: 'fleet.manage',
      tag: 'scorecards',
      summary: 'Score by other weights from a day on; what is left out is the default. Periods that end before it keep theirs',
      body: z.object({
        scoring: scoringDocument,
        valid_from: day.optional().describe('Today unless given'),
        note: z.string().trim().max(2_000).default(''),
      }),
      answer,
      async run({ body, caller }) {
        governFleet(caller);
        const [newest] = await scoringHistory({ database });
        const { scoring: document, note, valid_from = today() } = body;
        try {
          await database.addScoring({
            ...{ version: newest!.version + 1, valid_from, document, note },
            ...{ at: clock.now(), by: caller.name },
          });
        } catch (error) {
          // Two at once: the second has not seen what the first one set.
          if (faultOf(error) === 'input')
            throw conflict('Somebody else has just changed the scoring: look at it again.', { code: 'scoring_changed' });
          throw error;
        }
        return inForce();
      },
    }),
    defineRoute({
      method: 'post',
      path: '/scoring/preview',
      action: 'fleet.manage',
      tag: 'scorecards',
      summary: 'Who would move by how much with other weights; nothing is changed. Those who move most come first',
      body: z.object({ scoring: scoringDocument, ...dayRange.shape, group: group.optional() }),
      answer: moved,
      audit: false,
      async run({ body, caller }) {
        const period = periodOf(body, registry.settings().zone, clock.now());
        const current = scoringOn(await scoringHistory({ database }), period.to).scoring;
        const narrowed = body.group !== undefined || caller.groups.length > 0;
        const wanted = narrowed ? driversWanted(caller, body.group, await reader.people()) : undefined;
        const driving = await reader.driving(caller, period);
        if (wanted !== undefined) for (const driver of driving.keys()) if (!wanted(driver)) driving.delete(driver);
        const before = scorecardsOf(driving, current);
        const after = new Map(scorecardsOf(driving, body.scoring).map(card => [card.driver, card]));
        const items = before.map(card => {
          const next = after.get(card.driver)!;
          const change = card.score === null || next.score === null ? null : next.score - card.score;
          return {
            ...{ driver: card.driver, before: roundedOrNull(card.score, 1), after: roundedOrNull(next.score, 1) },
            ...{ change: roundedOrNull(change, 1), rank_before: card.rank, rank_after: next.rank },
          };
        });
        items.sort((a, b) => Math.abs(b.change ?? 0) - Math.abs(a.change ?? 0) || (a.driver < b.driver ? -1 : 1));
        return {
          items,
          mean_before: meanOf(before.map(({ score }) => score)),
          mean_after: meanOf([...after.values()].map(({ score }) => score)),
        };
      },
    }),
  ];
};

const meanOf = (scores: readonly (number | null)[]): number | null => {
  const known = scores.filter(score => score !== null);
  return known.length === 0 ? null : rounded(known.reduce((sum, score) => sum + score, 0) / known.length, 1);
};
