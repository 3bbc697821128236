import type { HealthPart } from '../../../model/health.js';
import type { Instant, Kmh, Millis } from '../../../model/units.js';
import { type HealthTally, newHealthTally } from './health-tally.js';

/** What is remembered for a vehicle's health: plain data; null on vehicles that tell nothing of it. */
export interface HealthMemory {
  /** Of the tally. */
  day: string;
  tally: HealthTally;
  /** Highest supply seen, mV: above 18 V it is a 24 V system. */
  highest_mV: number;
  /** The engine ran, or the vehicle moved. */
  activeAt: Instant;
  voltsAt: Instant;
  /** The lowest supply of the newest dip. */
  dip_mV: number;
  dipAt: Instant;
  /** The engine has been on since; 0 = it is not. */
  onSince: Instant;
  /** It was on last. */
  ranAt: Instant;
  /** Of this run of the engine. */
  moved_ms: Millis;
  warm: boolean;
  /** It began cold, then. 0 = it did not. */
  coldSince: Instant;
  coldTold: boolean;
  idleRpm: number;
  idleAt: Instant;
  demand: DemandMemory | null;
  /** Highest load under full pedal by band of 1,000 rpm, and how many demands it rests on: pairs. */
  best: number[];
  highestRpm: number;
  /** Days of the battery: day, resting, cranking, ambient; fours, oldest first. See health-history.ts. */
  battery: readonly number[];
  /** Of each part: its newest measured days, one bit each, set where it was bad; null before the first. */
  bad: Partial<Record<HealthPart, number>> | null;
  incomplete: string[] | null;
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
  tally: newHealthTally(),
  highest_mV: 0,
  activeAt: 0,
  voltsAt: 0,
  dip_mV: 0,
  dipAt: 0,
  onSince: 0,
  ranAt: 0,
  moved_ms: 0,
  warm: false,
  coldSince: 0,
  coldTold: false,
  idleRpm: 0,
  idleAt: 0,
  demand: null,
  best: NOTHING,
  highestRpm: 0,
  battery: NOTHING,
  bad: null,
  incomplete: null,
});
