import type { HealthPart } from '../../../model/health.js';
import type { Instant, Kmh } from '../../../model/units.js';
import { HEALTH_AT_START } from './health-numbers.js';

/** What is remembered for a vehicle's health: plain data; null on vehicles that tell nothing of it. */
export interface HealthMemory {
  /** That is gathered. */
  day: string;
  /** What the day has gathered, and what is known beside it; see health-numbers.ts. */
  numbers: number[];
  demand: DemandMemory | null;
  /** Highest load under full pedal by band of 1,000 rpm, and how many demands it rests on: pairs. */
  best: number[];
  /** Days of the battery: day, resting, cranking, ambient; fours, oldest first. See health-history.ts. */
  battery: readonly number[];
  /** Of each part: its newest measured days, one bit each, set where it was bad; null before the first. */
  bad: Partial<Record<HealthPart, number>> | null;
  incomplete: readonly string[] | null;
}

/** A pedal that is pressed down. */
export interface DemandMemory {
  since: Instant;
  rpm: number;
  speed: Kmh;
  told: boolean;
  /** Among the demands of its band. */
  counted: boolean;
}

/** Shared: a list that gets something is made anew. */
const NOTHING: number[] = [];

export const newHealthMemory = (day: string): HealthMemory => ({
  day,
  numbers: HEALTH_AT_START.slice(),
  demand: null,
  best: NOTHING,
  battery: NOTHING,
  bad: null,
  incomplete: null,
});
