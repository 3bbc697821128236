import type { AlertKind, Severity } from '../model/alert.js';
import type { Saying } from '../model/saying.js';
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
  /** The note for other languages. */
  said: readonly Saying[];
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

/** Used again for each part: a trend of a large fleet asks some hundred thousand times. */
const measure: Measure = { sum: 0, squares: 0, unit: 1, exposure: 0 };

const takeEvents = (part: ScorePart, events: readonly EventSum[], { severity }: Scoring): void => {
  const kind = KIND_OF_PART[part];
  let sum = 0;
  let squares = 0;
  for (const event of events) {
    if (event.kind !== kind) continue;
    const weight = severity[event.severity];
    sum += weight * event.count;
    squares += weight * weight * event.count;
  }
  measure.sum = sum;
  measure.squares = squares;
  measure.unit = 1;
};

const takeLoads = (events: readonly EventSum[]): void => {
  measure.sum = 0;
  measure.squares = 0;
  measure.unit = SHORTEST_SPEEDING;
  for (const event of events) {
    if (event.kind !== 'speeding') continue;
    measure.sum += event.load;
    measure.squares += event.loadSquares;
  }
};

/** A length of time, as if made of pieces of one length. */
const takeTime = (time: Seconds, piece: Seconds): void => {
  measure.sum = time;
  measure.squares = time * piece;
  measure.unit = piece;
};

/** Takes the part's measure into `measure`. @returns false where the part cannot be judged */
const takeMeasure = (part: ScorePart, driven: Driving, scoring: Scoring): boolean => {
  const { driving, events } = driven;
  if (part === 'idling') {
    const engine = driving + driven.idle;
    takeTime(Math.max(0, driven.idle - scoring.parts.idling.free * engine), STOP);
    measure.exposure = engine;
  } else if (part === 'night') {
    takeTime(driven.night, NIGHT_DRIVE);
    measure.exposure = driving;
  } else {
    const share = driven.measured[part] ?? 0;
    if (share < LEAST_MEASURED) return false;
    if (part === 'speeding') {
      takeLoads(events);
      measure.exposure = driving * share;
    } else {
      takeEvents(part, events, scoring);
      measure.exposure = part === 'fatigue' ? (driving * share) / 36_000 : (driven.distance * share) / 100;
    }
  }
  return measure.exposure > 0;
};

const subscoreOf = (x: number, half: number): number => 100 * 2 ** (-x / half);

const partsThatCount = ({ parts }: Scoring): ScorePart[] => SCORE_PARTS.filter(part => parts[part].points > 0);

/** The bare score, for trends: the same number as `scoreOf(…).score`, at a tenth of the cost. */
export const plainScore = (driven: Driving, scoring: Scoring): number | null => {
  if (driven.distance < scoring.minimum_km) return null;
  let total = 0;
  let sum = 0;
  for (const part of SCORE_PARTS) {
    const { points, half } = scoring.parts[part];
    if (points === 0) continue;
    if (!takeMeasure(part, driven, scoring)) continue;
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
    if (!enough || !takeMeasure(part, driven, scoring)) {
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
    ...noteOf(distance, enough, missing, scoring),
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

const noteOf = (
  distance: Km,
  enough: boolean,
  missing: readonly ScorePart[],
  { minimum_km }: Scoring,
): Pick<Score, 'note' | 'said'> => {
  if (!enough) {
    const note = `${distance.toFixed(1)} km is too little to judge by; a score needs ${minimum_km} km.`;
    return { note, said: [{ code: 'score_too_little', km: Math.round(distance * 10) / 10, least_km: minimum_km }] };
  }
  if (missing.length === 0) return { note: null, said: [] };
  const parts = missing.join(', ');
  return { note: `Not measured, so left out, and the band is wider: ${parts}.`, said: [{ code: 'score_left_out', parts }] };
};
