import { newServerCounters, type ServerCounters } from '../mqtt-counters.js';

const NAMES = Object.keys(newServerCounters()) as (keyof ServerCounters)[];

/**
 * Counters in memory that two threads see: the broker counts, the server looks, and what was counted outlives the thread. Each has one
 * writer, so nothing has to be locked; a double is read and written whole.
 */
export interface SharedCounters {
  readonly memory: SharedArrayBuffer;
  readonly counters: ServerCounters;
  /** Clients that are logged in. */
  connections: number;
}

export const sharedCounters = (
  memory = new SharedArrayBuffer((NAMES.length + 1) * Float64Array.BYTES_PER_ELEMENT),
): SharedCounters => {
  const slots = new Float64Array(memory);
  const counters = {} as ServerCounters;
  for (const [i, name] of NAMES.entries()) {
    Object.defineProperty(counters, name, {
      enumerable: true,
      get: () => slots[i],
      set: (count: number) => {
        slots[i] = count;
      },
    });
  }
  return {
    memory,
    counters,
    get connections() {
      return slots[NAMES.length]!;
    },
    set connections(count: number) {
      slots[NAMES.length] = count;
    },
  };
};
