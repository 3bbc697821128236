import type { Millis } from '../../model/units.js';

/** Sub-buckets of each doubling: values are told to about 2 %. */
const PARTS = 32;
/** 1 µs … about 70 minutes. */
const DOUBLINGS = 32;

/** Counts latencies in buckets that grow with the value: bounded, whatever comes. */
export class LatencyHistogram {
  readonly #counts = new Float64Array(PARTS * DOUBLINGS);
  count = 0;
  max: Millis = 0;

  record(latency: Millis): void {
    const micros = Math.max(1, latency * 1_000);
    const bucket = Math.min(this.#counts.length - 1, Math.floor(Math.log2(micros) * PARTS));
    this.#counts[bucket]! += 1;
    this.count += 1;
    if (latency > this.max) this.max = latency;
  }

  /** @param quantile 0 … 1 @returns the upper edge of its bucket; 0 where nothing was recorded */
  at(quantile: number): Millis {
    let left = Math.ceil(this.count * quantile);
    for (let bucket = 0; bucket < this.#counts.length; bucket++) {
      left -= this.#counts[bucket]!;
      if (left <= 0 && this.count > 0) return Math.min(this.max, 2 ** ((bucket + 1) / PARTS) / 1_000);
    }
    return this.max;
  }

  reset(): void {
    this.#counts.fill(0);
    this.count = 0;
    this.max = 0;
  }
}
