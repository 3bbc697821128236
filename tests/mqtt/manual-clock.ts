import type { Instant, Millis } from '../../src/model/units.js';
import type { Cancel, Clock } from '../../src/ports/clock.js';

/** Time that moves when the test says so. */
export class ManualClock implements Clock {
  #now: Instant = Date.UTC(2026, 0, 1);
  #tasks = new Set<{ at: Instant; run: () => void; period: Millis | undefined }>();

  now = (): Instant => this.#now;

  after = (after: Millis, run: () => void): Cancel => this.#add({ at: this.#now + after, run, period: undefined });

  every = (period: Millis, run: () => void): Cancel => this.#add({ at: this.#now + period, run, period });

  /** Moves on, running what falls due on the way in its order. */
  advance(by: Millis): void {
    const until = this.#now + by;
    for (;;) {
      const due = [...this.#tasks].filter(task => task.at <= until).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#now = due.at;
      if (due.period === undefined) this.#tasks.delete(due);
      else due.at += due.period;
      due.run();
    }
    this.#now = until;
  }

  #add(task: { at: Instant; run: () => void; period: Millis | undefined }): Cancel {
    this.#tasks.add(task);
    return () => this.#tasks.delete(task);
  }
}
