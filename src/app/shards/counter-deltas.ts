import { Counters } from '../../model/counters.js';

/** Counts since they were last taken, on their way to those of the whole process. */
export class CounterDeltas extends Counters {
  private since = new Map<string, number>();

  override add(name: string, n = 1): void {
    this.since.set(name, (this.since.get(name) ?? 0) + n);
  }

  take(): [name: string, n: number][] {
    const taken = [...this.since];
    this.since.clear();
    return taken;
  }
}
