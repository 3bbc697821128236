/** One measured number. */
export interface Figure {
  /** Stable over time, so that runs can be compared: `journal.append.batches_of_100`. */
  name: string;
  value: number;
  /** `events/s`, `ms`, `us/event`, `B/event`, … */
  unit: string;
  /** What a reader has to know to judge it: sizes, counts, what was left out. */
  note?: string;
}

/** What every `*.bench.ts` exports. It runs in a process of its own and may use all of it. */
export interface Bench {
  run(): Promise<Figure[]>;
}
