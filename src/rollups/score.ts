import type { AlertKind, Severity } from '../model/alert.js';
import type { Km, Seconds } from '../model/units.js';
import { type Estimate, type Interval, meanInterval, weightedSumInterval } from './score-interval.js';
import { KIND_OF_PART, SCORE_PARTS, type ScorePart, type Scoring } from './scoring.js';

/** Alerts of one kind and severity, added up. */
export interface EventSum {
  kind: AlertKind;
  severity: Severity;
  /** Repeats within a cool-down included; void and retracted ones not. */
  count: number;
  /** Speeding: Σ seconds above the limit, each weighted by the fourth power of its mean excess; and Σ of the squares. */
  load: number;
  loadSquares: number;
}

/** What is known of somebody's driving in a period: all that a score is made of. */
export interface Driving {
  distance: Km;
  driving: Seconds;
  idle: Seconds;
  /** Of the driving time, between 23:00 and 05:00 in the fleet's zone. */
  night: Seconds;
  trips: number;
  /** Share of the driving in which a part could be told, 0–1: a rule looked for it, on a vehicle that can tell. Absent = 0. */
  measured: Partial<Record<ScorePart, number>>;
  events: readonly EventSum[];
}

export interface Score {
  /** 0–100, 100 best; null where there is too little to judge by. */
  score: number | null;
  /** Where the score is but for chance and for what was not measured. */
  band: Interval | null;
  /** Why there is no score, or what it leaves out; null where it is complete. */
  note: string | null;
  /** Alerts by kind. */
  counts: Partial<Record<AlertKind, number>>;
  /** The same per 100 km; empty without distance. */
  ratesPer100Km: Partial<Record<AlertKind, number>>;
  /** Each 0–100; null where nothing measures it or exposure is too small. */
  subscores: Record<ScorePart, number | null>;
  /** Points of the score that each part cost, largest first; they add up to 100 less the score. */
  lost: { part: ScorePart; points: number }[];
}

/** Below this share of measured driving a part is not judged. */
const LEAST_MEASURED = 0.1;

/** A part's measure x, and what its interval is made of: x = sum / exposure. */
interface Measure {
  sum: number;
  squares: number;
  /** One event, where there was none. */
  unit: number;
  exposure: number;
}

/** Idling comes in stops of about a minute, night in drives of about ten. */
const STOP: Seconds = 60;
const NIGHT_DRIVE: Seconds = 600;
/** The shortest speeding that is told. */
const SHORTEST_SPEEDING: Seconds = 20;

const eventsOf = (part: ScorePart, events: readonly EventSum[], { severity }: Scoring): { sum: number; squares: number } => {
  const kind = KIND_OF_PART[part];
  let [sum, squares] = [0, 0];
  for (const event of events) {
    if (event.kind !== kind) continue;
    const weight = severity[event.severity];
    sum += weight * event.count;
    squares += weight * weight * event.count;
  }
  return { sum, squares };
};

const loadOf = (events: readonly EventSum[]): { sum: number; squares: number } => {
  let [sum, squares] = [0, 0];
  for (const { kind, load, loadSquares } of events) {
    if (kind !== 'speeding') continue;
    sum += load;
    squares += loadSquares;
  }
  return { sum, squares };
};

/** A length of time, as if made of pieces of one length. */
const inPieces = (time: Seconds, piece: Seconds) => ({ sum: time, squares: time * piece, unit: piece });

const measureOf = (part: ScorePart, driven: Driving, scoring: Scoring): Measure => {
  const { distance, driving, idle, night, events } = driven;
  const share = driven.measured[part] ?? 0;
  switch (part) {
    case 'speeding':
      return { ...loadOf(events), unit: SHORTEST_SPEEDING, exposure: driving * share };
    case 'idling': {
      const engine = driving + idle;
      return { ...inPieces(Math.max(0, idle - scoring.parts.idling.free * engine), STOP), exposure: engine };
    }
    case 'night':
      return { ...inPieces(night, NIGHT_DRIVE), exposure: driving };
    case 'fatigue':
      return { ...eventsOf(part, events, scoring), unit: 1, exposure: (driving * share) / 36_000 };
    default:
      return { ...eventsOf(part, events, scoring), unit: 1, exposure: (distance * share) / 100 };
  }
};

const subscoreOf = (x: number, half: number): number => 100 * 2 ** (-x / half);

/** @returns undefined where the part cannot be judged */
const judged = (part: ScorePart, driven: Driving, scoring: Scoring): Measure | undefined => {
  const timed = part === 'idling' || part === 'night';
  if (!timed && (driven.measured[part] ?? 0) < LEAST_MEASURED) return undefined;
  const measure = measureOf(part, driven, scoring);
  return measure.exposure > 0 ? measure : undefined;
};

const partsThatCount = ({ parts }: Scoring): ScorePart[] => SCORE_PARTS.filter(part => parts[part].points > 0);

/** The bare score, for trends: the same number as `scoreOf(…).score`, at a tenth of the cost. */
export const plainScore = (driven: Driving, scoring: Scoring): number | null => {
  if (driven.distance < scoring.minimum_km) return null;
  let [total, sum] = [0, 0];
  for (const part of SCORE_PARTS) {
    const { points, half } = scoring.parts[part];
    if (points === 0) continue;
    const measure = judged(part, driven, scoring);
    if (measure === undefined) continue;
    total += points;
    sum += points * subscoreOf(measure.sum / measure.exposure, half);
  }
  return total === 0 ? null : sum / total;
};

/**
 * Scores any driving: a driver's month, one day, one vehicle's.
 *
 * Each part has a measure x: weighted events per 100 km, or a share of time. Its subscore is 100 · 2^(−x / half), so the penalty
 * saturates: the tenth event costs less than the first, and no part takes more than its points. The score is the mean of the subscores
 * of what was measured, by points. What was not measured is neither perfect nor bad: it is left out, and widens the band.
 *
 * Sources and own choices: docs/scoring.md.
 */
export const scoreOf = (driven: Driving, scoring: Scoring): Score => {
  const { distance } = driven;
  const enough = distance >= scoring.minimum_km;
  const subscores = Object.fromEntries(SCORE_PARTS.map(part => [part, null])) as Score['subscores'];
  const estimates: Estimate[] = [];
  const missing: ScorePart[] = [];
  for (const part of partsThatCount(scoring)) {
    const measure = enough ? judged(part, driven, scoring) : undefined;
    if (measure === undefined) {
      missing.push(part);
      continue;
    }
    const { points, half } = scoring.parts[part];
    const { sum, squares, unit, exposure } = measure;
    const interval = weightedSumInterval(sum, squares, unit);
    const value = subscoreOf(sum / exposure, half);
    subscores[part] = value;
    const [low, high] = [subscoreOf(interval.high / exposure, half), subscoreOf(interval.low / exposure, half)];
    estimates.push({ weight: points, value, low, high });
  }
  const measured = estimates.reduce((total, { weight }) => total + weight, 0);
  const score = measured === 0 ? null : estimates.reduce((total, { weight, value }) => total + weight * value, 0) / measured;
  const counts = countsOf(driven.events);
  return {
    score,
    band: score === null ? null : bandOf(score, estimates, missing, scoring),
    note: noteOf(distance, enough, missing, scoring),
    counts,
    ratesPer100Km: ratesOf(counts, distance),
    subscores,
    lost: partsThatCount(scoring)
      .flatMap(part => {
        const subscore = subscores[part];
        return subscore === null ? [] : [{ part, points: (scoring.parts[part].points * (100 - subscore)) / measured }];
      })
      .sort((a, b) => b.points - a.points),
  };
};

/** A part that was not measured may be anything: its estimate is the score of the others, its interval everything. */
const bandOf = (score: number, estimates: Estimate[], missing: readonly ScorePart[], { parts }: Scoring): Interval => {
  const unknown = missing.map(part => ({ weight: parts[part].points, value: score, low: 0, high: 100 }));
  const { low, high } = meanInterval([...estimates, ...unknown]);
  return { low: Math.max(0, low), high: Math.min(100, high) };
};

const countsOf = (events: readonly EventSum[]): Score['counts'] => {
  const counts: Score['counts'] = {};
  for (const { kind, count } of events) if (count > 0) counts[kind] = (counts[kind] ?? 0) + count;
  return counts;
};

const ratesOf = (counts: Score['counts'], distance: Km): Score['ratesPer100Km'] =>
  distance === 0 ? {} : Object.fromEntries(Object.entries(counts).map(([kind, count]) => [kind, (count * 100) / distance]));

const noteOf = (distance: Km, enough: boolean, missing: readonly ScorePart[], { minimum_km }: Scoring): string | null => {
  if (!enough) return `${distance.toFixed(1)} km is too little to judge by; a score needs ${minimum_km} km.`;
  return missing.length === 0 ? null : `Not measured, so left out, and the band is wider: ${missing.join(', ')}.`;
};
