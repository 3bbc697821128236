/** Shorter than this is what a timer is late by on a machine that is at work. */
const STALL_MS = 20;
const EVERY_MS = 5;

/** When this process's own loop stood still: what it saw late may have been early. Times are of the wall clock, ms. */
export class StallWatch {
  readonly #stalls: { from: number; to: number }[] = [];
  readonly #timer: NodeJS.Timeout;
  #seen = performance.timeOrigin + performance.now();

  constructor() {
    this.#timer = setInterval(() => this.look(), EVERY_MS);
  }

  /** Notes a stall that has just ended; also called by whoever is about to ask, since timers come before sockets or behind them. */
  look(): void {
    const now = performance.timeOrigin + performance.now();
    if (now - this.#seen >= STALL_MS) this.#stalls.push({ from: this.#seen, to: now });
    this.#seen = now;
  }

  get longest(): number {
    return this.#stalls.reduce((most, { from, to }) => Math.max(most, to - from), 0);
  }

  /** How much of a stretch of time it stood still, ms. */
  within(from: number, to: number): number {
    return this.#stalls.reduce((sum, stall) => sum + Math.max(0, Math.min(stall.to, to) - Math.max(stall.from, from)), 0);
  }

  forget(): void {
    this.#stalls.length = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
