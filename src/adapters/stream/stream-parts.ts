import type { Clock } from '../../ports/clock.js';
import type { StreamIntake } from '../../ports/device-intake.js';
import type { StreamCount, StreamLimits } from './stream-limits.js';

/** What both ways of listening are given. */
export interface StreamParts {
  host: string;
  /** 0 picks a free one. */
  port: number;
  intake: StreamIntake;
  clock: Clock;
  count(what: StreamCount): void;
  limits: StreamLimits;
}
