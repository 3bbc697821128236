import { Histogram, type Registry } from 'prom-client';
import type { Millis } from '../model/units.js';

/** From the event to its viewers: `received`, and then `sent`, which is `recorded` + `evaluated` + `told`. */
const ALERT_STAGES = ['received', 'recorded', 'evaluated', 'told', 'sent'] as const;
export type AlertStage = (typeof ALERT_STAGES)[number];

/** Alerts that quantiles are taken of. */
const KEPT = 1_024;

/** Latencies of alerts by stage: since the start as a histogram, and of the newest as quantiles. */
export class AlertLatency {
  private readonly histogram: Histogram<'stage'>;
  private readonly newest = new Map<AlertStage, { values: Float64Array; count: number }>(
    ALERT_STAGES.map(stage => [stage, { values: new Float64Array(KEPT), count: 0 }]),
  );

  constructor(registry: Registry) {
    this.histogram = new Histogram({
      name: 'telltale_alert_latency_seconds',
      help:
        'Of alerts, by stage: received (event to arrival), recorded (arrival to disk), evaluated (disk to found by the fold), ' +
        'told (found to written to viewers), sent (arrival to written to viewers)',
      labelNames: ['stage'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
      registers: [registry],
    });
  }

  /** Clocks that disagree give no latency below 0. */
  observe(stage: AlertStage, latency: Millis): void {
    const known = this.newest.get(stage)!;
    known.values[known.count++ % KEPT] = Math.max(0, latency);
    this.histogram.observe({ stage }, Math.max(0, latency) / 1_000);
  }

  /** Of the newest 1,024 at most. */
  summary(): { stage: AlertStage; count: number; p50_ms: number | null; p99_ms: number | null }[] {
    return ALERT_STAGES.map(stage => {
      const { values, count } = this.newest.get(stage)!;
      const sorted = values.slice(0, Math.min(count, KEPT)).sort();
      const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
      return { stage, count, p50_ms: at(0.5), p99_ms: at(0.99) };
    });
  }
}
