import type { Instant, Millis } from '../../../src/model/units.js';
import type { Cancel, Clock } from '../../../src/ports/clock.js';

interface Task {
  at: Instant;
  n: number;
  run(): void;
}

/** The one thread of a simulated world: tasks in order of their time, and in order of their making at equal times. */
export class VirtualTime {
  now: Instant;
  private readonly heap: Task[] = [];
  private made = 0;

  constructor(start: Instant) {
    this.now = start;
  }

  after(delay: Millis, run: () => void): Cancel {
    const task = { at: this.now + Math.max(0, delay), n: this.made++, run };
    this.push(task);
    return () => {
      task.run = () => {};
    };
  }

  sleep(delay: Millis): Promise<void> {
    return new Promise(resolve => void this.after(delay, resolve));
  }

  /** Runs what falls due until `end`. After each task everything that follows from it without waiting has happened. */
  async runUntil(end: Instant): Promise<void> {
    for (let task = this.heap[0]; task !== undefined && task.at <= end; task = this.heap[0]) {
      this.pop();
      this.now = task.at;
      task.run();
      await quiet();
    }
    this.now = end;
  }

  private push(task: Task): void {
    const { heap } = this;
    let i = heap.push(task) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (before(heap[parent]!, task)) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = task;
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (before(last, heap[child]!)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = last;
  }
}

const before = (a: Task, b: Task): boolean => a.at < b.at || (a.at === b.at && a.n < b.n);

/** Promises that are settled are carried on before the next turn of the loop; ingest waits for one turn itself. */
const quiet = async (): Promise<void> => {
  await new Promise(resolve => setImmediate(resolve));
  await new Promise(resolve => setImmediate(resolve));
};

/** The clock of one machine: it may be wrong, and be set; its timers run by true time, and only while its process lives. */
export class MachineClock implements Clock {
  /** By how much it is wrong. */
  error: Millis = 0;

  constructor(
    private readonly time: VirtualTime,
    private readonly isAlive: () => boolean,
  ) {}

  now = (): Instant => this.time.now + this.error;

  after = (delay: Millis, run: () => void): Cancel => this.time.after(delay, () => this.isAlive() && run());

  every = (period: Millis, run: () => void): Cancel => {
    let stopped = false;
    const next = (): void => {
      if (stopped || !this.isAlive()) return;
      this.time.after(period, next);
      run();
    };
    this.time.after(period, next);
    return () => {
      stopped = true;
    };
  };
}
