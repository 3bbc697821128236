import type { AlertKind } from '../model/alert.js';
import type { DriverId } from '../model/ids.js';
import type { Km, Seconds } from '../model/units.js';
import { type Change, changeOf } from './coaching.js';
import { type Driving, plainScore } from './score.js';
import { nothingDriven, type Scorecard, scorecardsOf } from './scorecard.js';
import { SCORE_PARTS, SCORED_KINDS, type Scoring } from './scoring.js';

/** What is counted of a fleet, apart from what is scored. */
const COUNTED: readonly AlertKind[] = ['possible_crash', 'after_hours_use', 'over_rev'];
const SHOWN_BEST_AND_WORST = 5;

export interface Exposure {
  drivers: number;
  distance: Km;
  driving: Seconds;
  idle: Seconds;
  night: Seconds;
  trips: number;
}

/** How often a kind of event was, per 100 km, beside the period before. */
export interface EventRate extends Change {
  kind: AlertKind;
}

export interface FleetDriver extends Scorecard {
  /** Points above the fleet's mean. */
  againstFleet: number | null;
  /** Of the score, since the period before; null where one of the two has none. */
  change: number | null;
}

/** A fleet's driving in a period, for whoever insures or runs it. */
export interface FleetReport {
  exposure: Exposure;
  before: Exposure;
  /** Mean of the drivers' scores by distance, its change, and how they spread. */
  score: { mean: number | null; before: number | null; quartiles: [number, number, number] | null };
  rates: EventRate[];
  drivers: FleetDriver[];
  best: DriverId[];
  worst: DriverId[];
  groups: { group: string | null; drivers: number; distance: Km; score: number | null; eventsPer100Km: number }[];
}

/** Adds drivings up, as if one had done them all. Shares are weighed by distance. */
export const pooled = (drivings: Iterable<Driving>): Driving => {
  const sum = { ...nothingDriven(), events: [] as Driving['events'][number][] };
  for (const one of drivings) {
    const total = sum.distance + one.distance;
    for (const part of SCORE_PARTS) {
      const share = (sum.measured[part] ?? 0) * sum.distance + (one.measured[part] ?? 0) * one.distance;
      sum.measured[part] = total === 0 ? 0 : share / total;
    }
    sum.distance = total;
    sum.driving += one.driving;
    sum.idle += one.idle;
    sum.night += one.night;
    sum.trips += one.trips;
    for (const event of one.events) sum.events.push(event);
  }
  return sum;
};

export const fleetReport = (
  now: ReadonlyMap<DriverId, Driving>,
  before: ReadonlyMap<DriverId, Driving>,
  groupOf: (driver: DriverId) => string | null,
  scoring: Scoring,
): FleetReport => {
  const cards = scorecardsOf(now, scoring);
  const scoresBefore = new Map([...before].map(([driver, driven]) => [driver, plainScore(driven, scoring)]));
  const mean = meanByDistance(cards.map(({ score, driven }) => [score, driven.distance]));
  const drivers = cards.map((card): FleetDriver => {
    const past = scoresBefore.get(card.driver) ?? null;
    return {
      ...card,
      againstFleet: card.score === null || mean === null ? null : card.score - mean,
      change: card.score === null || past === null ? null : card.score - past,
    };
  });
  const scored = drivers.filter(({ score }) => score !== null);
  const shown = Math.min(SHOWN_BEST_AND_WORST, scored.length >> 1);
  return {
    exposure: exposureOf(now),
    before: exposureOf(before),
    score: {
      mean,
      before: meanByDistance([...before].map(([driver, driven]) => [scoresBefore.get(driver)!, driven.distance])),
      quartiles: quartilesOf(scored.map(({ score }) => score!)),
    },
    rates: ratesOf(pooled(now.values()), pooled(before.values()), scoring),
    drivers,
    best: scored.slice(0, shown).map(({ driver }) => driver),
    worst: scored
      .slice(scored.length - shown)
      .reverse()
      .map(({ driver }) => driver),
    groups: groupsOf(cards, groupOf),
  };
};

const exposureOf = (drivings: ReadonlyMap<DriverId, Driving>): Exposure => {
  const { distance, driving, idle, night, trips } = pooled(drivings.values());
  return { drivers: drivings.size, distance, driving, idle, night, trips };
};

const meanByDistance = (scores: readonly (readonly [number | null, Km])[]): number | null => {
  let [sum, weight] = [0, 0];
  for (const [score, distance] of scores) {
    if (score === null) continue;
    sum += score * distance;
    weight += distance;
  }
  return weight === 0 ? null : sum / weight;
};

const quartilesOf = (scores: readonly number[]): [number, number, number] | null => {
  if (scores.length === 0) return null;
  const ascending = [...scores].sort((a, b) => a - b);
  const at = (share: number): number => {
    const place = share * (ascending.length - 1);
    const [below, above] = [ascending[Math.floor(place)]!, ascending[Math.ceil(place)]!];
    return below + (above - below) * (place - Math.floor(place));
  };
  return [at(0.25), at(0.5), at(0.75)];
};

const ratesOf = (now: Driving, before: Driving, { minimum_km }: Scoring): EventRate[] => {
  return [...SCORED_KINDS, ...COUNTED].map(kind => ({
    kind,
    ...changeOf(
      { count: countOf(before, kind), exposure: before.distance / 100 },
      { count: countOf(now, kind), exposure: now.distance / 100 },
      minimum_km / 100,
    ),
  }));
};

const countOf = ({ events }: Driving, kind: AlertKind): number =>
  events.reduce((sum, event) => (event.kind === kind ? sum + event.count : sum), 0);

const groupsOf = (cards: readonly Scorecard[], groupOf: (driver: DriverId) => string | null): FleetReport['groups'] => {
  const groups = new Map<string | null, Scorecard[]>();
  for (const card of cards) {
    const group = groupOf(card.driver);
    const known = groups.get(group);
    if (known === undefined) groups.set(group, [card]);
    else known.push(card);
  }
  return [...groups]
    .map(([group, of]) => {
      const all = pooled(of.map(({ driven }) => driven));
      const events = all.events.reduce((sum, { kind, count }) => (SCORED_KINDS.includes(kind) ? sum + count : sum), 0);
      return {
        ...{ group, drivers: of.length, distance: all.distance },
        score: meanByDistance(of.map(({ score, driven }) => [score, driven.distance])),
        eventsPer100Km: all.distance === 0 ? 0 : (events * 100) / all.distance,
      };
    })
    .sort((a, b) => (b.score ?? -1) - (a.score ?? -1) || ((a.group ?? '') < (b.group ?? '') ? -1 : 1));
};
