import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AlertKind, Severity } from '../../model/alert.js';
import { type DriverId, derivedId, type VehicleId } from '../../model/ids.js';
import type { RuleSettings } from '../../model/rule-settings.js';
import { type BucketSums, DRIVEN_WIDTH, EVENT_WIDTH } from '../../ports/scores.js';
import { type Driving, type EventSum, plainScore } from '../../rollups/score.js';
import { drivingByDriver, type Measures, nothingDriven, type Scorecard, scorecardsOf } from '../../rollups/scorecard.js';
import { KIND_OF_PART, SCORE_PARTS, type ScorePart } from '../../rollups/scoring.js';
import type { ApiDeps } from '../api-deps.js';
import type { Caller } from '../caller.js';
import { inGroups, visibleVehicles } from '../scope.js';
import { type FleetScoring, scoringOn } from './fleet-scoring.js';
import { bucketsOf, type Period, type Trend } from './period.js';

export interface TrendPoint {
  day: string;
  score: number | null;
}

const PEOPLE_PER_PAGE = 1_000;
/** Trends computed in one turn of the event loop: viewers wait no longer than for these. */
const TRENDS_PER_TURN = 50;

/** Reads scores: sums come from SQL, what is made of them here is little. */
export const scoreReader = ({ registry, database }: Pick<ApiDeps, 'registry' | 'database'>) => {
  /** Which parts the rules in force look for, by vehicle. */
  const measures = (): Measures => {
    const known = new Map<VehicleId, Partial<Record<ScorePart, number>>>();
    const rules = registry.rules().filter(({ enabled }) => enabled);
    return vehicle => {
      let shares = known.get(vehicle);
      if (shares === undefined) {
        shares = Object.fromEntries(
          SCORE_PARTS.filter(part => rules.some(rule => rule.kind === KIND_OF_PART[part] && judges(rule, vehicle))).map(part => [
            part,
            1,
          ]),
        );
        known.set(vehicle, shares);
      }
      return shares;
    };
  };

  const judges = ({ applies_to: { vehicles = [], groups = [], classes = [] } }: RuleSettings, id: VehicleId): boolean => {
    const vehicle = registry.vehicle(id);
    if (vehicles.length > 0 && !vehicles.includes(id)) return false;
    if (groups.length > 0 && (vehicle?.group == null || !groups.includes(vehicle.group))) return false;
    return classes.length === 0 || classes.includes(vehicle?.class ?? 'car');
  };

  const driving = async (caller: Caller, period: Period, drivers?: readonly DriverId[]): Promise<Map<DriverId, Driving>> => {
    const sums = await database.drivingSums({ ...period, drivers, vehicles: visibleVehicles(caller, registry) });
    return drivingByDriver(sums.driven, sums.events, measures());
  };

  return {
    driving,

    /** Cards of the drivers that `wanted` lets through, ranked among each other, best first. */
    async cards(
      caller: Caller,
      period: Period,
      { scoring }: FleetScoring,
      wanted?: (driver: DriverId) => boolean,
    ): Promise<Scorecard[]> {
      const byDriver = await driving(caller, period);
      if (wanted !== undefined) for (const driver of byDriver.keys()) if (!wanted(driver)) byDriver.delete(driver);
      return scorecardsOf(byDriver, scoring);
    },

    /** Scores by day, week or month of the cards' drivers, each by the formula that was in force at its end. */
    async trends(
      caller: Caller,
      period: Period,
      cards: readonly Scorecard[],
      trend: Trend,
      formula: readonly FleetScoring[] | FleetScoring,
    ): Promise<Map<DriverId, TrendPoint[]>> {
      const found = new Map<DriverId, TrendPoint[]>();
      if (cards.length === 0) return found;
      const buckets = bucketsOf(period, registry.settings().zone, trend);
      const scorings = buckets.map(({ last }) => ('version' in formula ? formula : scoringOn(formula, last)).scoring);
      const drivers = cards.map(({ driver }) => driver);
      const sums = await database.bucketSums({ ...period, drivers, vehicles: visibleVehicles(caller, registry) }, buckets);
      const byDriver = bucketsByDriver(sums, cards);
      let turn = 0;
      for (const { driver } of cards) {
        const own = byDriver.get(driver) ?? new Map<number, Driving>();
        const points = [...own].sort(([a], [b]) => a - b);
        found.set(
          driver,
          points.map(([bucket, driven]) => ({ day: buckets[bucket]!.day, score: plainScore(driven, scorings[bucket]!) })),
        );
        if (++turn % TRENDS_PER_TURN === 0) await nextTurn();
      }
      return found;
    },

    /** Ids of the drivers in groups, and everybody's group. */
    async groupsOfDrivers(): Promise<Map<DriverId, string | null>> {
      const groups = new Map<DriverId, string | null>();
      let cursor: string | undefined;
      do {
        const page = await database.drivers({ limit: PEOPLE_PER_PAGE, cursor });
        for (const { id, group } of page.items) groups.set(id, group);
        cursor = page.next ?? undefined;
      } while (cursor !== undefined);
      return groups;
    },

    /** The rules that a score rests on, each with a version that changes with whatever it judges by. */
    ruleVersions: (): { id: string; version: string }[] =>
      registry
        .rules()
        .filter(({ enabled, kind }) => enabled && SCORE_PARTS.some(part => KIND_OF_PART[part] === kind))
        .map(({ id, kind, severity, params, applies_to, schedule, cooldown_s }) => ({
          id,
          version: derivedId(
            'rule',
            JSON.stringify([kind, severity, Object.entries(params).sort(), applies_to, schedule, cooldown_s]),
          ).slice(0, 8),
        })),
  };
};

export type ScoreReader = ReturnType<typeof scoreReader>;

/** Whom a list of scorecards shows: nobody is narrowed who sees everything and asks for everybody. */
export const driversWanted = (
  caller: Caller,
  group: string | undefined,
  groups: ReadonlyMap<DriverId, string | null>,
): ((driver: DriverId) => boolean) | undefined => {
  if (group === undefined && caller.groups.length === 0) return undefined;
  return driver => {
    const of = groups.get(driver) ?? null;
    return inGroups(caller, of) && (group ?? of) === of;
  };
};

/** What each driver did in each bucket. What could be told of the whole period is taken for each part of it. */
const bucketsByDriver = (
  { drivers, driven, events, kinds, severities }: BucketSums,
  cards: readonly Scorecard[],
): Map<DriverId, Map<number, Driving & { events: EventSum[] }>> => {
  const measured = new Map(cards.map(card => [card.driver, card.driven.measured]));
  const byDriver = new Map<DriverId, Map<number, Driving & { events: EventSum[] }>>();
  for (let i = 0; i < driven.length; i += DRIVEN_WIDTH) {
    const driver = drivers[driven[i]!]!;
    let own = byDriver.get(driver);
    if (own === undefined) {
      own = new Map();
      byDriver.set(driver, own);
    }
    own.set(driven[i + 1]!, {
      ...nothingDriven(),
      events: [],
      distance: driven[i + 2]!,
      driving: driven[i + 3]!,
      idle: driven[i + 4]!,
      night: driven[i + 5]!,
      measured: measured.get(driver) ?? {},
    });
  }
  for (let i = 0; i < events.length; i += EVENT_WIDTH) {
    byDriver
      .get(drivers[events[i]!]!)
      ?.get(events[i + 1]!)
      ?.events.push({
        kind: kinds[events[i + 2]!] as AlertKind,
        severity: severities[events[i + 3]!] as Severity,
        count: events[i + 4]!,
        load: events[i + 5]!,
        loadSquares: events[i + 6]!,
      });
  }
  return byDriver;
};
