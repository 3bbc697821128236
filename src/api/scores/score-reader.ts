import { setImmediate as nextTurn } from 'node:timers/promises';
import { type DriverId, derivedId, type VehicleId } from '../../model/ids.js';
import type { RuleSettings } from '../../model/rule-settings.js';
import type { Driver } from '../../ports/database.js';
import type { Bucket, DrivingSums } from '../../ports/scores.js';
import { type Driving, plainScore } from '../../rollups/score.js';
import { drivingByDriver, type Measures, type Scorecard, type Shares, scorecardsOf } from '../../rollups/scorecard.js';
import { KIND_OF_PART, SCORE_PARTS } from '../../rollups/scoring.js';
import type { ApiDeps } from '../api-deps.js';
import type { Caller } from '../caller.js';
import { inGroups, seesRule, visibleVehicles } from '../scope.js';
import { type FleetScoring, scoringOn } from './fleet-scoring.js';
import { bucketsOf, type Period, type Trend } from './period.js';
import { bucketsOfDriver, drivenOf, eventsOf } from './unpack-sums.js';

export interface CardsAsked {
  formula: FleetScoring;
  /** Where it is given, each part of a trend is scored by what was in force at its end. */
  history?: readonly FleetScoring[];
  trend: Trend;
  wanted?: (driver: DriverId) => boolean;
}

/** Scores by day, week or month of some of the cards. */
export type Trends = (cards: readonly Scorecard[]) => Promise<Map<DriverId, TrendPoint[]>>;

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
    const known = new Map<VehicleId, Shares>();
    const interned = new Map<string, Shares>();
    const rules = registry.rules().filter(({ enabled }) => enabled);
    return vehicle => {
      let shares = known.get(vehicle);
      if (shares === undefined) {
        const told = SCORE_PARTS.filter(part => rules.some(rule => rule.kind === KIND_OF_PART[part] && judges(rule, vehicle)));
        const key = told.join(' ');
        shares = interned.get(key) ?? Object.fromEntries(told.map(part => [part, 1]));
        interned.set(key, shares);
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

  const sums = (caller: Caller, period: Period, buckets: readonly Bucket[], drivers?: readonly DriverId[]) =>
    database.drivingSums({ ...period, drivers, vehicles: visibleVehicles(caller, registry) }, buckets);

  const drivingOf = (found: DrivingSums) => drivingByDriver(drivenOf(found), eventsOf(found), measures());

  return {
    /** What drivers did in a period: all that are known, or these. */
    driving: async (caller: Caller, period: Period, drivers?: readonly DriverId[]): Promise<Map<DriverId, Driving>> =>
      drivingOf(await sums(caller, period, [], drivers)),

    /** Cards of the drivers that `wanted` lets through, ranked among each other, best first; and a way to the trends of some of them. */
    async cards(caller: Caller, period: Period, asked: CardsAsked): Promise<{ cards: Scorecard[]; trends: Trends }> {
      const { formula, history, trend, wanted } = asked;
      const buckets = bucketsOf(period, registry.settings().zone, trend);
      const found = await sums(caller, period, buckets);
      const byDriver = drivingOf(found);
      if (wanted !== undefined) for (const driver of byDriver.keys()) if (!wanted(driver)) byDriver.delete(driver);
      const scorings = buckets.map(({ last }) => (history === undefined ? formula : scoringOn(history, last)).scoring);
      return {
        cards: scorecardsOf(byDriver, formula.scoring),
        async trends(cards) {
          const points = new Map<DriverId, TrendPoint[]>();
          const bucketsFor = bucketsOfDriver(found, new Map(cards.map(card => [card.driver, card.driven.measured])));
          for (const { driver } of cards) {
            const own = bucketsFor(driver);
            points.set(
              driver,
              own.map(({ bucket, driven }) => ({ day: buckets[bucket]!.day, score: plainScore(driven, scorings[bucket]!) })),
            );
            if (points.size % TRENDS_PER_TURN === 0) await nextTurn();
          }
          return points;
        },
      };
    },

    /** What drivers did in a period; and, of some of them, in each of its weeks. */
    async weeks(caller: Caller, period: Period) {
      const buckets = bucketsOf(period, registry.settings().zone, 'week');
      const found = await sums(caller, period, buckets);
      const driving = drivingOf(found);
      return {
        driving,
        weeksOf(drivers: readonly DriverId[]): { day: string; drivings: Driving[] }[] {
          const weeks = buckets.map(({ day }) => ({ day, drivings: [] as Driving[] }));
          const bucketsFor = bucketsOfDriver(found, new Map(drivers.map(driver => [driver, driving.get(driver)!.measured])));
          for (const driver of drivers) for (const { bucket, driven } of bucketsFor(driver)) weeks[bucket]!.drivings.push(driven);
          return weeks;
        },
      };
    },

    /** Everybody's name and group. */
    async people(): Promise<Map<DriverId, Driver>> {
      const people = new Map<DriverId, Driver>();
      let cursor: string | undefined;
      do {
        const page = await database.drivers({ limit: PEOPLE_PER_PAGE, cursor });
        for (const one of page.items) people.set(one.id, one);
        cursor = page.next ?? undefined;
      } while (cursor !== undefined);
      return people;
    },

    /** The rules that a score rests on, each with a version that changes with whatever it judges by. */
    ruleVersions: (caller: Caller): { id: string; version: string }[] =>
      registry
        .rules()
        .filter(({ enabled, kind }) => enabled && SCORE_PARTS.some(part => KIND_OF_PART[part] === kind))
        .filter(rule => seesRule(caller, registry, rule))
        .map(({ id, kind, severity, params, applies_to, schedule, cooldown_s }) => ({
          id,
          version: derivedId(
            'rule',
            JSON.stringify([kind, severity, Object.entries(params).sort(), applies_to, schedule, cooldown_s]),
          ).slice(0, 8),
        })),
  };
};

/** Whom a list of scorecards shows: nobody is narrowed who sees everything and asks for everybody. */
export const driversWanted = (
  caller: Caller,
  group: string | undefined,
  people: ReadonlyMap<DriverId, Driver>,
): ((driver: DriverId) => boolean) | undefined => {
  if (group === undefined && caller.groups.length === 0) return undefined;
  return driver => {
    const of = people.get(driver)?.group ?? null;
    return inGroups(caller, of) && (group ?? of) === of;
  };
};
