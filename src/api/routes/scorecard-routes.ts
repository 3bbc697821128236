import { DateTime } from 'luxon';
import { z } from 'zod';
import type { AlertKind } from '../../model/alert.js';
import { days as daysToMillis } from '../../model/units.js';
import { MINIMUM_EXPOSURE, scoreOf } from '../../rollups/score.js';
import { coachingOf, type Scorecard, scorecardsOf } from '../../rollups/scorecard.js';
import type { ApiDeps } from '../api-deps.js';
import type { Caller } from '../caller.js';
import { byId, group, pageOf, paging, parseInstant } from '../http/fields.js';
import { pageOfRanking } from '../http/page.js';
import { invalid, notFound } from '../http/problem.js';
import { type AnyRoute, defineRoute } from '../http/route.js';
import { inGroups, visibleVehicles } from '../scope.js';
import { scorecard, scorecardWire } from '../wire/scorecard.js';
import { ownDriver } from './trip-routes.js';

/** Where nobody says since when: four weeks, in which driving style shows (see docs/scoring.md). */
const DEFAULT_DAYS = 28;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
/** Trips that coaching looks through for examples. */
const COACHED_TRIPS = 200;
const PEOPLE_PER_PAGE = 1_000;

/** A day, or a time that stands for its day in the fleet's zone. */
const day = z
  .union([z.string(), z.number()])
  .refine(given => parseInstant(given) !== undefined, 'is no day or time')
  .describe('YYYY-MM-DD, or a time that stands for its day in the zone of the fleet');

const dayRange = z.object({ from: day.optional(), to: day.optional() });

const ORDERS: Readonly<Record<string, (a: Scorecard, b: Scorecard) => number>> = {
  score: (a, b) => (b.score ?? -1) - (a.score ?? -1),
  // Who needs coaching first; those without a score stay last.
  '-score': (a, b) => (a.score ?? 101) - (b.score ?? 101),
  driver: (a, b) => (a.driver < b.driver ? -1 : 1),
  distance: (a, b) => b.distance - a.distance,
};

export const scorecardRoutes = ({ registry, database, clock }: Pick<ApiDeps, 'registry' | 'database' | 'clock'>): AnyRoute[] => {
  const daysOf = ({ from, to }: z.infer<typeof dayRange>): { from: string; to: string } => {
    const { zone } = registry.settings();
    const dayOf = (given: string | number): string =>
      typeof given === 'string' && DAY.test(given) ? given : DateTime.fromMillis(parseInstant(given)!, { zone }).toISODate()!;
    const range = {
      from: dayOf(from ?? clock.now() - daysToMillis(DEFAULT_DAYS)),
      to: dayOf(to ?? clock.now()),
    };
    if (range.from > range.to) throw invalid([{ field: 'query.from', message: 'must not be after `to`' }]);
    return range;
  };

  const measuredKinds = (): Set<AlertKind> =>
    new Set(
      registry
        .rules()
        .filter(rule => rule.enabled)
        .map(rule => rule.kind),
    );

  const cards = async (caller: Caller, range: { from: string; to: string }): Promise<Scorecard[]> =>
    scorecardsOf(await database.driverDays({ ...range, vehicles: visibleVehicles(caller, registry) }), measuredKinds());

  /** Ids of the drivers in a group: for whom a list is narrowed. */
  const driversIn = async (wanted: (of: string | null) => boolean): Promise<Set<string>> => {
    const ids = new Set<string>();
    let cursor: string | undefined;
    do {
      const page = await database.drivers({ limit: PEOPLE_PER_PAGE, cursor });
      for (const driver of page.items) if (wanted(driver.group)) ids.add(driver.id);
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    return ids;
  };

  const coachingFor = async (card: Scorecard, from: string, to: string) => {
    const { zone } = registry.settings();
    const page = await database.trips({
      driver: card.driver,
      from: DateTime.fromISO(from, { zone }).toMillis(),
      to: DateTime.fromISO(to, { zone }).plus({ days: 1 }).toMillis(),
      limit: COACHED_TRIPS,
      cursor: undefined,
    });
    return coachingOf(card, page.items);
  };

  return [
    defineRoute({
      method: 'get',
      path: '/scorecards',
      action: 'scorecards.read',
      tag: 'scorecards',
      summary: 'Scorecards of drivers, best first; a driver sees their own. `coaching` is on the single card',
      query: paging.extend({
        ...dayRange.shape,
        group: group.optional(),
        sort: z.enum(['score', '-score', 'driver', 'distance']).default('score'),
      }),
      answer: pageOf(scorecard),
      async run({ query, caller }) {
        let found = await cards(caller, daysOf(query));
        if (caller.role === 'driver') {
          const own = ownDriver(caller, undefined);
          found = found.filter(card => card.driver === own);
        } else if (query.group !== undefined || caller.groups.length > 0) {
          const ids = await driversIn(of => inGroups(caller, of) && (query.group ?? of) === of);
          found = found.filter(card => ids.has(card.driver));
        }
        const page = pageOfRanking(
          found.sort(ORDERS[query.sort]),
          { limit: query.limit, cursor: query.cursor },
          card => card.driver,
        );
        return { ...page, items: page.items.map(card => scorecardWire(card, [])) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/drivers/{id}/scorecard',
      action: 'scorecards.read',
      tag: 'scorecards',
      summary: `The scorecard of one driver, with what to talk about; no score below ${MINIMUM_EXPOSURE} km`,
      params: byId,
      query: dayRange,
      answer: scorecard,
      async run({ params, query, caller }) {
        if (caller.role === 'driver') ownDriver(caller, params.id);
        const { from, to } = daysOf(query);
        const driver = await database.driver(params.id);
        if (driver !== undefined && caller.role !== 'driver' && !inGroups(caller, driver.group))
          throw notFound('driver', params.id);
        const card = (await cards(caller, { from, to })).find(one => one.driver === params.id);
        if (card !== undefined) return scorecardWire(card, await coachingFor(card, from, to));
        if (driver === undefined) throw notFound('driver', params.id);
        return scorecardWire({ ...scoreOf([], measuredKinds()), driver: params.id, trend: [], rank: null, percentile: null }, []);
      },
    }),
  ];
};
