import type { Instant, Millis } from '../model/units.js';

/** Time comes in here and nowhere else. */
export interface Clock {
  now(): Instant;
  /** Runs `task` once after `after`, until cancelled. */
  after(after: Millis, task: () => void): Cancel;
  /** Runs `task` every `period`, until cancelled. */
  every(period: Millis, task: () => void): Cancel;
}

export type Cancel = () => void;

/** Chance comes in here and nowhere else. */
export interface Random {
  /** Uniform in [0, 1). For jitter, never for secrets. */
  fraction(): number;
  /** `size` unguessable bytes. */
  secret(size: number): Uint8Array;
}
