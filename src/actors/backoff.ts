import type { Instant, Millis } from '../model/units.js';
import type { Random } from '../ports/clock.js';
import type { RestartPolicy } from './define-actor.js';

/** Remembers recent restarts of one actor and says how long to wait, or that it is enough. */
export class Backoff {
  private restarts: Instant[] = [];

  constructor(
    private readonly policy: RestartPolicy,
    private readonly random: Pick<Random, 'fraction'>,
  ) {}

  /** @returns how long to wait before the next start: doubled at each restart within the window; undefined = too many, escalate */
  next(now: Instant): Millis | undefined {
    const { minBackoff, maxBackoff, jitter, maxRestarts, within } = this.policy;
    this.restarts = this.restarts.filter(at => now - at < within);
    if (this.restarts.length >= maxRestarts) return undefined;
    const wait = Math.min(maxBackoff, minBackoff * 2 ** this.restarts.length);
    this.restarts.push(now);
    return wait * (1 + jitter * this.random.fraction());
  }
}
