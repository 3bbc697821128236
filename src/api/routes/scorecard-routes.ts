import { DateTime } from 'luxon';
import { z } from 'zod';
import type { DriverId, TripId } from '../../model/ids.js';
import { type Coaching, coachingOf, coachingTopics } from '../../rollups/coaching.js';
import { scoreOf } from '../../rollups/score.js';
import { type Counted, lostPoints, nothingDriven, type Scorecard, tripsOf } from '../../rollups/scorecard.js';
import { defaultScoring, SCORED_KINDS, type ScorePart } from '../../rollups/scoring.js';
import type { ApiDeps } from '../api-deps.js';
import type { Caller } from '../caller.js';
import { dayRange } from '../http/day-range.js';
import { byId, group, pageOf, paging } from '../http/fields.js';
import { pageOfRanking } from '../http/page.js';
import { notFound } from '../http/problem.js';
import { type AnyRoute, defineRoute } from '../http/route.js';
import { inGroups, visibleVehicles } from '../scope.js';
import { type FleetScoring, scoringHistory, scoringNumbered, scoringOn } from '../scores/fleet-scoring.js';
import { type Period, periodOf, TRENDS } from '../scores/period.js';
import { driversWanted, scoreReader } from '../scores/score-reader.js';
import { scorecard, scorecardWire } from '../wire/scorecard.js';
import { ownDriver } from './trip-routes.js';

/** Trips that coaching looks through where no alert points to them. */
const COACHED_TRIPS = 200;
/** Events of one driver that lost points are explained by. */
const EXPLAINED_EVENTS = 2_000;
const ALERTS_PER_PART = 50;
/** The same of a page of drivers: the newest of them all. */
const EXPLAINED_EVENTS_OF_PAGE = 5_000;
const ALERTS_PER_PART_LISTED = 5;

const asked = z.object({
  ...dayRange.shape,
  trend: z.enum(TRENDS).default('day'),
  scoring: z.coerce.number().int().min(0).optional().describe('Version of the weights; that of the last day unless given'),
});

const ORDERS: Readonly<Record<string, (a: Scorecard, b: Scorecard) => number>> = {
  score: (a, b) => (b.score ?? -1) - (a.score ?? -1),
  // Who needs coaching first; those without a score stay last.
  '-score': (a, b) => (a.score ?? 101) - (b.score ?? 101),
  driver: (a, b) => (a.driver < b.driver ? -1 : 1),
  distance: (a, b) => b.driven.distance - a.driven.distance,
};

export const scorecardRoutes = ({ registry, database, clock }: Pick<ApiDeps, 'registry' | 'database' | 'clock'>): AnyRoute[] => {
  const reader = scoreReader({ registry, database });

  /** The formula that is asked for, or the one in force at the end of the period; and what trends go by. */
  const formulaOf = async (period: Period, version: number | undefined) => {
    const history = await scoringHistory({ database });
    const scoring = version === undefined ? scoringOn(history, period.to) : scoringNumbered(history, version);
    return { scoring, history: version === undefined ? history : undefined };
  };

  const scoredIn = (cards: readonly Scorecard[]): number => cards.filter(({ score }) => score !== null).length;

  /** Trips that show what no alert points to: idling, and driving at night. */
  const tripsByTime = async (driver: DriverId, { since, until }: Period, topics: readonly ScorePart[]) => {
    if (!topics.includes('idling') && !topics.includes('night')) return { idling: [], night: [] };
    const page = await database.trips({ driver, from: since, to: until - 1, limit: COACHED_TRIPS, cursor: undefined });
    const { zone } = registry.settings();
    const atNight = (at: number) => {
      const { hour } = DateTime.fromMillis(at, { zone });
      return hour >= 23 || hour < 5;
    };
    const idsOf = (trips: typeof page.items): TripId[] => trips.map(({ id }) => id);
    return {
      idling: idsOf(page.items.filter(({ idle }) => idle > 0).sort((a, b) => b.idle - a.idle)),
      night: idsOf(page.items.filter(trip => atNight(trip.startedAt)).sort((a, b) => b.moving - a.moving)),
    };
  };

  const coachingFor = async (
    card: Scorecard,
    period: Period,
    events: readonly Counted[],
    { scoring }: FleetScoring,
  ): Promise<Coaching[]> => {
    const topics = coachingTopics(card);
    const byTime = await tripsByTime(card.driver, period, topics);
    return topics.map(topic =>
      coachingOf(topic, card, topic === 'idling' || topic === 'night' ? byTime[topic] : tripsOf(topic, events, scoring)),
    );
  };

  return [
    defineRoute({
      method: 'get',
      path: '/scorecards',
      action: 'scorecards.read',
      tag: 'scorecards',
      summary:
        'Scorecards of drivers, best first; a driver sees their own. The single card names more alerts, and also the trips that show idling and night',
      query: paging.extend({
        ...asked.shape,
        group: group.optional(),
        sort: z.enum(['score', '-score', 'driver', 'distance']).default('score'),
      }),
      answer: pageOf(scorecard),
      async run({ query, caller }) {
        const period = periodOf(query, registry.settings().zone, clock.now());
        const { scoring, history } = await formulaOf(period, query.scoring);
        const own = caller.role === 'driver' ? ownDriver(caller, undefined) : undefined;
        const group = own === undefined ? query.group : await groupOf(own);
        const wanted = await wantedBy(own === undefined ? caller : { ...caller, groups: [] }, group);
        const { cards: ranked, trends } = await reader.cards(caller, period, {
          ...{ formula: scoring, history, trend: query.trend, wanted },
        });
        const shown = own === undefined ? ranked : ranked.filter(({ driver }) => driver === own);
        const page = pageOfRanking(
          [...shown].sort(ORDERS[query.sort]),
          { limit: query.limit, cursor: query.cursor },
          card => card.driver,
        );
        const [points, eventsOf] = await Promise.all([trends(page.items), eventsByDriver(caller, page.items, period)]);
        const rules = reader.ruleVersions(caller);
        const rankedAmong = { group: group ?? null, drivers: scoredIn(ranked) };
        return {
          ...page,
          items: page.items.map(card => {
            const events = eventsOf.get(card.driver) ?? [];
            return scorecardWire(card, {
              lost: lostPoints(card, events, scoring.scoring, ALERTS_PER_PART_LISTED),
              trend: points.get(card.driver) ?? [],
              coaching: coachingTopics(card).map(topic => coachingOf(topic, card, tripsOf(topic, events, scoring.scoring))),
              ...{ rankedAmong, scoring, rules },
            });
          }),
        };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/drivers/{id}/scorecard',
      action: 'scorecards.read',
      tag: 'scorecards',
      summary: `The scorecard of one driver within their group, with what cost each point and what to talk about; no score below ${defaultScoring.minimum_km} km unless set otherwise`,
      params: byId,
      query: asked,
      answer: scorecard,
      async run({ params, query, caller }) {
        if (caller.role === 'driver') ownDriver(caller, params.id);
        const period = periodOf(query, registry.settings().zone, clock.now());
        const driver = await database.driver(params.id);
        if (driver !== undefined && caller.role !== 'driver' && !inGroups(caller, driver.group))
          throw notFound('driver', params.id);
        const { scoring, history } = await formulaOf(period, query.scoring);
        const group = driver?.group ?? undefined;
        const wanted = await wantedBy(caller.role === 'driver' ? { ...caller, groups: [] } : caller, group);
        const { cards: ranked, trends } = await reader.cards(caller, period, {
          ...{ formula: scoring, history, trend: query.trend, wanted },
        });
        const known = ranked.find(one => one.driver === params.id);
        if (known === undefined && driver === undefined) throw notFound('driver', params.id);
        const card: Scorecard = known ?? {
          ...{ ...scoreOf(nothingDriven(), scoring.scoring), driver: params.id, driven: nothingDriven() },
          ...{ rank: null, percentile: null },
        };
        const [events, points] = await Promise.all([
          database.countedEvents({
            ...{ ...period, drivers: [card.driver], vehicles: visibleVehicles(caller, registry) },
            ...{ kinds: SCORED_KINDS, limit: EXPLAINED_EVENTS },
          }),
          trends([card]),
        ]);
        return scorecardWire(card, {
          lost: lostPoints(card, events, scoring.scoring, ALERTS_PER_PART),
          trend: points.get(card.driver) ?? [],
          coaching: await coachingFor(card, period, events, scoring),
          rankedAmong: { group: group ?? null, drivers: scoredIn(ranked) },
          ...{ scoring, rules: reader.ruleVersions(caller) },
        });
      },
    }),
  ];

  async function eventsByDriver(caller: Caller, cards: readonly Scorecard[], period: Period) {
    const byDriver = new Map<DriverId, Counted[]>();
    if (cards.length === 0) return byDriver;
    const events = await database.countedEvents({
      ...{ ...period, drivers: cards.map(({ driver }) => driver), vehicles: visibleVehicles(caller, registry) },
      ...{ kinds: SCORED_KINDS, limit: EXPLAINED_EVENTS_OF_PAGE },
    });
    for (const event of events) {
      const own = byDriver.get(event.driver);
      if (own === undefined) byDriver.set(event.driver, [event]);
      else own.push(event);
    }
    return byDriver;
  }

  async function groupOf(driver: DriverId): Promise<string | undefined> {
    return (await database.driver(driver))?.group ?? undefined;
  }

  async function wantedBy(caller: Caller, group: string | undefined) {
    if (group === undefined && caller.groups.length === 0) return undefined;
    return driversWanted(caller, group, await reader.people());
  }
};
