/** One line on stderr that is rewritten on a terminal; elsewhere it is written now and then. */
export class ProgressLine {
  readonly #terminal = process.stderr.isTTY === true;
  #written = Number.NEGATIVE_INFINITY;
  #open = false;

  /** @param every how often at most, on a terminal and elsewhere, in ms */
  constructor(private readonly every: { terminal: number; elsewhere: number } = { terminal: 200, elsewhere: 10_000 }) {}

  /** @param text made only when it is written */
  show(text: () => string): void {
    const now = performance.now();
    if (now - this.#written < (this.#terminal ? this.every.terminal : this.every.elsewhere)) return;
    this.#written = now;
    // A line longer than the terminal would not be overwritten.
    if (this.#terminal) process.stderr.write(`\r\x1b[2K${text().slice(0, (process.stderr.columns ?? 80) - 1)}`);
    else process.stderr.write(`${text()}\n`);
    this.#open = this.#terminal;
  }

  /** Writes a line that stays, above the one that changes. */
  say(text: string): void {
    process.stderr.write(`${this.#open ? '\r\x1b[2K' : ''}${text}\n`);
    this.#open = false;
  }

  /** Leaves the last state standing. */
  end(): void {
    if (this.#open) process.stderr.write('\n');
    this.#open = false;
  }
}
