import { serverNow } from '../api/server-clock';
import { createStore, type Store, useStore } from './store';

/** One for each pace: sixty ages in a list are one timer and one drawing. */
const clocks = new Map<number, Store<number>>();

const clockOf = (everyMs: number): Store<number> => {
  let clock = clocks.get(everyMs);
  if (clock === undefined) {
    clock = ticking(everyMs);
    clocks.set(everyMs, clock);
  }
  return clock;
};

/** It runs while somebody listens. */
const ticking = (everyMs: number): Store<number> => {
  const inner = createStore(serverNow());
  let listening = 0;
  let timer: number | undefined;
  return {
    ...inner,
    subscribe(listener) {
      const stop = inner.subscribe(listener);
      if (listening++ === 0) {
        // Whoever comes after a pause is not told the time of then.
        inner.set(serverNow());
        timer = window.setInterval(() => inner.set(serverNow()), everyMs);
      }
      return () => {
        stop();
        if (--listening === 0) window.clearInterval(timer);
      };
    },
  };
};

/** The time of the server, told anew every so often: for everything that says how long ago. @param everyMs one of a few paces */
export const useNow = (everyMs: number): number => useStore(clockOf(everyMs));
