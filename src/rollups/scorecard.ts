import type { AlertKind, Severity } from '../model/alert.js';
import type { AlertId, DriverId, TripId, VehicleId } from '../model/ids.js';
import type { Km, Seconds } from '../model/units.js';
import { type Driving, type EventSum, type Score, scoreOf } from './score.js';
import { KIND_OF_PART, SCORE_PARTS, type ScorePart, type Scoring } from './scoring.js';

/** What a driver did on one vehicle, added up over the period. */
export interface Driven {
  driver: DriverId;
  vehicle: VehicleId;
  distance: Km;
  driving: Seconds;
  idle: Seconds;
  night: Seconds;
  trips: number;
  /** In which forces along the way and across it could be measured. */
  along: Seconds;
  across: Seconds;
}

/** Shares of driving in which parts can be told, 0–1. */
export type Shares = Driving['measured'];
/** Those of a vehicle's driving: the same object where they are the same. */
export type Measures = (vehicle: VehicleId) => Shares;

/** A driver's score among those of the same group and time. */
export interface Scorecard extends Score {
  driver: DriverId;
  driven: Driving;
  /** 1 = best; equal scores share a rank. Null without a score. */
  rank: number | null;
  /** Share of scored drivers that are not better, 0–100. Null without a score. */
  percentile: number | null;
}

/** Adds up each driver's driving, over all their vehicles. Driving that nobody is known for is nobody's. */
export const drivingByDriver = (
  driven: Iterable<Driven>,
  events: Iterable<EventSum & { driver: DriverId }>,
  measures: Measures,
): Map<DriverId, Driving> => {
  const found = new Map<DriverId, Gathered>();
  for (const { driver, vehicle, distance, driving, idle, night, trips, along, across } of driven) {
    if (driver === '') continue;
    let own = found.get(driver);
    if (own === undefined) {
      own = { sum: { ...nothingDriven(), events: [] }, byShares: new Map() };
      found.set(driver, own);
    }
    const { sum, byShares } = own;
    const shares = measures(vehicle);
    let told = byShares.get(shares);
    if (told === undefined) {
      told = { whole: 0, along: 0, across: 0 };
      byShares.set(shares, told);
    }
    told.whole += distance;
    told.along += driving > 0 ? distance * Math.min(1, along / driving) : distance;
    told.across += driving > 0 ? distance * Math.min(1, across / driving) : distance;
    sum.distance += distance;
    sum.driving += driving;
    sum.idle += idle;
    sum.night += night;
    sum.trips += trips;
  }
  for (const event of events) found.get(event.driver)?.sum.events.push(event);
  const byDriver = new Map<DriverId, Driving>();
  for (const [driver, { sum, byShares }] of found) byDriver.set(driver, { ...sum, measured: sharesOf(byShares, sum.distance) });
  return byDriver;
};

interface Gathered {
  sum: Driving & { events: EventSum[] };
  /** Kilometres by what rules look for on them. */
  byShares: Map<Shares, Told>;
}

/** Kilometres: all of them, and those on which a force could be measured. */
interface Told {
  whole: Km;
  along: Km;
  across: Km;
}

const FORCE_OF: Partial<Record<ScorePart, 'along' | 'across'>> = { braking: 'along', acceleration: 'along', cornering: 'across' };

/** What could be told of all their driving, by distance. */
const sharesOf = (byShares: ReadonlyMap<Shares, Told>, total: Km): Shares => {
  const measured: Shares = {};
  if (total === 0) return measured;
  for (const [shares, told] of byShares)
    for (const part of SCORE_PARTS)
      measured[part] = (measured[part] ?? 0) + ((shares[part] ?? 0) * told[FORCE_OF[part] ?? 'whole']) / total;
  return measured;
};

export const nothingDriven = (): Driving => ({ distance: 0, driving: 0, idle: 0, night: 0, trips: 0, measured: {}, events: [] });

/** Scorecards of all drivers, best first, those without a score last. */
export const scorecardsOf = (byDriver: ReadonlyMap<DriverId, Driving>, scoring: Scoring): Scorecard[] =>
  ranked(
    [...byDriver]
      .map(([driver, driven]): Scorecard => ({ ...scoreOf(driven, scoring), driver, driven, rank: null, percentile: null }))
      .sort((a, b) => (b.score ?? -1) - (a.score ?? -1) || (a.driver < b.driver ? -1 : 1)),
  );

const ranked = (bestFirst: Scorecard[]): Scorecard[] => {
  const scored = bestFirst.filter(({ score }) => score !== null).length;
  for (let i = 0; i < scored; i++) {
    const card = bestFirst[i]!;
    const before = bestFirst[i - 1];
    card.rank = before !== undefined && before.score === card.score ? before.rank : i + 1;
  }
  // From the worst on: how many are not better.
  let notBetter = 0;
  for (let i = scored - 1; i >= 0; i--) {
    const card = bestFirst[i]!;
    if (bestFirst[i + 1]?.score !== card.score || i === scored - 1) notBetter = scored - (card.rank! - 1);
    card.percentile = (100 * notBetter) / scored;
  }
  return bestFirst;
};

/** An alert that counts. */
export interface Counted {
  id: AlertId;
  trip: TripId | null;
  kind: AlertKind;
  severity: Severity;
  count: number;
  load: number;
}

/** What an event adds to its part's measure. */
const weightOf = ({ kind, severity, count, load }: Counted, scoring: Scoring): number =>
  kind === 'speeding' ? count * load : count * scoring.severity[severity];

export interface LostPoints {
  part: ScorePart;
  points: number;
  /** What cost them, the heaviest first. */
  alerts: AlertId[];
}

/** Each point that is missing from 100, with the events to look at. @param most alerts of each part */
export const lostPoints = (
  { lost }: Pick<Score, 'lost'>,
  events: readonly Counted[],
  scoring: Scoring,
  most: number,
): LostPoints[] =>
  lost
    .filter(({ points }) => points > 0)
    .map(({ part, points }) => ({
      part,
      points,
      alerts: events
        .filter(({ kind }) => kind === KIND_OF_PART[part])
        .map(event => ({ id: event.id, weight: weightOf(event, scoring) }))
        .sort((a, b) => b.weight - a.weight || (a.id < b.id ? -1 : 1))
        .slice(0, most)
        .map(({ id }) => id),
    }));

/** Trips by the weight of a part's events on them, the heaviest first. */
export const tripsOf = (part: ScorePart, events: readonly Counted[], scoring: Scoring): TripId[] => {
  const weights = new Map<TripId, number>();
  for (const event of events) {
    if (event.kind !== KIND_OF_PART[part] || event.trip === null) continue;
    weights.set(event.trip, (weights.get(event.trip) ?? 0) + weightOf(event, scoring));
  }
  return [...weights].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([trip]) => trip);
};
