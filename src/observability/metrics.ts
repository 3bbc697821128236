import { Gauge, Registry as PromRegistry } from 'prom-client';
import type { Counters } from '../model/counters.js';
import { AlertLatency } from './alert-latency.js';

/** What is measured besides counters. */
export interface Gauges {
  /** Called when somebody asks: the value then. */
  [name: string]: { help: string; value(): number };
}

/** Everything at `/metrics`, in Prometheus text. */
export class Metrics {
  private readonly registry = new PromRegistry();
  readonly alertLatency: AlertLatency;

  constructor(
    private readonly counters: Counters,
    gauges: Gauges,
    /** Counts of a part that keeps its own, by their full names; asked for at each look. */
    private readonly further: () => Readonly<Record<string, number>> = () => ({}),
  ) {
    for (const [name, { help, value }] of Object.entries(gauges)) {
      const registers = [this.registry];
      new Gauge({
        name: `telltale_${name}`,
        help,
        registers,
        collect() {
          this.set(value());
        },
      });
    }
    this.alertLatency = new AlertLatency(this.registry);
  }

  async text(): Promise<string> {
    const lines: string[] = [];
    for (const [name, value] of Object.entries({ ...this.counters.all(), ...this.further() })) {
      lines.push(`# TYPE telltale_${name} counter`, `telltale_${name} ${value}`);
    }
    return `${await this.registry.metrics()}\n${lines.join('\n')}\n`;
  }
}
