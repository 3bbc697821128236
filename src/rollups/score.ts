import type { AlertKind, Severity } from '../model/alert.js';
import type { DriverDay } from '../model/trip.js';
import type { Km, Seconds } from '../model/units.js';

export const SCORE_PARTS = ['braking', 'acceleration', 'cornering', 'speeding', 'idling'] as const;
export type ScorePart = (typeof SCORE_PARTS)[number];

/** Below this a score says more about chance than about driving. */
export const MINIMUM_EXPOSURE: Km = 10;

/** An event counts by how hard it was. Critical starts at 1.5 times the threshold. */
const SEVERITY_WEIGHT: Readonly<Record<Severity, number>> = { info: 0.5, warning: 1, critical: 3 };

interface Part {
  /** Points of the score. The five add up to 100. */
  weight: number;
  /** What its alerts are; idling is measured by time instead. */
  kind: AlertKind;
  /** The measure at which the part falls to 50: weighted events per 100 km, or the share of engine time above the allowance. */
  half: number;
}

const PARTS: Readonly<Record<ScorePart, Part>> = {
  braking: { weight: 30, kind: 'harsh_braking', half: 4 },
  acceleration: { weight: 15, kind: 'harsh_acceleration', half: 4 },
  cornering: { weight: 15, kind: 'harsh_cornering', half: 4 },
  speeding: { weight: 30, kind: 'speeding', half: 3 },
  idling: { weight: 10, kind: 'excessive_idle', half: 0.2 },
};

/** Standing with the engine on is part of traffic: this share of engine time costs nothing. */
const IDLE_ALLOWANCE = 0.1;

export interface Score {
  /** 0–100, 100 best; null where there is too little to judge by. */
  score: number | null;
  /** Why there is no score, or what it leaves out; null where it is complete. */
  note: string | null;
  distance: Km;
  driving: Seconds;
  idle: Seconds;
  trips: number;
  /** Alerts by kind. */
  counts: Partial<Record<AlertKind, number>>;
  /** The same per 100 km; empty without distance. */
  ratesPer100Km: Partial<Record<AlertKind, number>>;
  /** Each 0–100; null where nothing measures it or exposure is too small. */
  subscores: Record<ScorePart, number | null>;
}

/**
 * Scores any set of driver days: one driver's month, one day, one vehicle's.
 *
 * Each part loses by a measure x: weighted events per 100 km, or for idling the share of engine time above 10 %. Its subscore is
 * 100 · 2^(−x / half), so the penalty saturates: the tenth event costs less than the first, and no part takes more than its weight.
 * The score is the weighted mean of the parts that are measured, that is: 100 minus each part's penalty.
 *
 * Sources and own choices: docs/scoring.md.
 * @param measured kinds that a rule in force looks for; a part that nothing looks for is left out rather than taken for perfect
 */
export const scoreOf = (days: readonly DriverDay[], measured: ReadonlySet<AlertKind>): Score => {
  const total = sumOf(days);
  const enough = total.distance >= MINIMUM_EXPOSURE;
  const subscores = Object.fromEntries(
    SCORE_PARTS.map(part => [part, enough && isMeasured(part, measured) ? subscoreOf(part, total) : null]),
  ) as Record<ScorePart, number | null>;
  const parts = SCORE_PARTS.filter(part => subscores[part] !== null);
  const weight = parts.reduce((sum, part) => sum + PARTS[part].weight, 0);
  const score = parts.length === 0 ? null : parts.reduce((sum, part) => sum + PARTS[part].weight * subscores[part]!, 0) / weight;
  return {
    score,
    note: noteOf(total.distance, enough, parts),
    distance: total.distance,
    driving: total.driving,
    idle: total.idle,
    trips: total.trips,
    counts: total.counts,
    ratesPer100Km: ratesOf(total),
    subscores,
  };
};

interface Total {
  distance: Km;
  driving: Seconds;
  idle: Seconds;
  trips: number;
  counts: Partial<Record<AlertKind, number>>;
  /** Counts with each event weighted by its severity. */
  weighted: Partial<Record<AlertKind, number>>;
}

const sumOf = (days: readonly DriverDay[]): Total => {
  const total: Total = { distance: 0, driving: 0, idle: 0, trips: 0, counts: {}, weighted: {} };
  for (const day of days) {
    total.distance += day.distance;
    total.driving += day.driving;
    total.idle += day.idle;
    total.trips += day.trips;
    for (const [kind, bySeverity] of Object.entries(day.counts) as [AlertKind, Partial<Record<Severity, number>>][]) {
      for (const [severity, count] of Object.entries(bySeverity) as [Severity, number][]) {
        total.counts[kind] = (total.counts[kind] ?? 0) + count;
        total.weighted[kind] = (total.weighted[kind] ?? 0) + count * SEVERITY_WEIGHT[severity];
      }
    }
  }
  return total;
};

/** Idling is measured by time, which needs no rule. */
const isMeasured = (part: ScorePart, measured: ReadonlySet<AlertKind>): boolean =>
  part === 'idling' || measured.has(PARTS[part].kind);

const subscoreOf = (part: ScorePart, total: Total): number => 100 * 2 ** (-measureOf(part, total) / PARTS[part].half);

const measureOf = (part: ScorePart, { distance, driving, idle, weighted }: Total): number => {
  if (part !== 'idling') return per100Km(weighted[PARTS[part].kind] ?? 0, distance);
  const engineTime = driving + idle;
  return engineTime === 0 ? 0 : Math.max(0, idle / engineTime - IDLE_ALLOWANCE);
};

const ratesOf = ({ counts, distance }: Total): Partial<Record<AlertKind, number>> =>
  distance === 0
    ? {}
    : Object.fromEntries(
        (Object.entries(counts) as [AlertKind, number][]).map(([kind, count]) => [kind, per100Km(count, distance)]),
      );

const per100Km = (count: number, distance: Km): number => (count * 100) / distance;

const noteOf = (distance: Km, enough: boolean, parts: readonly ScorePart[]): string | null => {
  if (!enough) return `${distance.toFixed(1)} km is too little to judge by; a score needs ${MINIMUM_EXPOSURE} km.`;
  const missing = SCORE_PARTS.filter(part => !parts.includes(part));
  return missing.length === 0 ? null : `Not measured, so left out: ${missing.join(', ')}.`;
};
