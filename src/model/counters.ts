/** Counts by name, since the start of the process. Names are Prometheus names without the prefix: `events_folded_total`. */
export class Counters {
  private readonly counts = new Map<string, { n: number }>();

  add(name: string, n = 1): void {
    const count = this.counts.get(name);
    if (count === undefined) this.counts.set(name, { n });
    else count.n += n;
  }

  get(name: string): number {
    return this.counts.get(name)?.n ?? 0;
  }

  all(): Record<string, number> {
    const counts = [...this.counts].sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(counts.map(([name, { n }]) => [name, n]));
  }
}
