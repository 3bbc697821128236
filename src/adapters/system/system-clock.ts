import type { Clock } from '../../ports/clock.js';

/** The machine's own time. Timers do not keep the process alive: what has to go on holds a socket or a file. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delay, task) => {
    const timer = setTimeout(task, delay);
    timer.unref();
    return () => clearTimeout(timer);
  },
  every: (period, task) => {
    const timer = setInterval(task, period);
    timer.unref();
    return () => clearInterval(timer);
  },
};
