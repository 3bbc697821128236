// Loaded into a server by NODE_OPTIONS=--import: its clock is ahead by as many milliseconds as stand in the file named by MOVED_CLOCK_FILE, which
// may change while it runs. Intervals of ten minutes and more and timeouts of a second and more go by that clock, shorter ones by the real one.
import { readFileSync } from 'node:fs';

const file = process.env.MOVED_CLOCK_FILE ?? '';
const LONG_MS = 600_000;
const LOOK_EVERY_MS = 50;
const LONG_TIMEOUT_MS = 1_000;
const [realNow, realInterval, realTimeout] = [Date.now, setInterval, setTimeout];

let readAt = 0;
let ahead = 0;
Date.now = () => {
  const now = realNow();
  if (now - readAt >= LOOK_EVERY_MS) {
    readAt = now;
    ahead = Number(readFileSync(file, 'utf8'));
  }
  return now + ahead;
};

/** @param {() => void} task @param {number} period_ms @returns {NodeJS.Timeout} */
const byMovedClock = (task, period_ms) => {
  let last = Date.now();
  return realInterval(() => {
    if (Date.now() - last < period_ms) return;
    last = Date.now();
    task();
  }, LOOK_EVERY_MS);
};
// @ts-expect-error: the product passes a function and a period, and nothing else
globalThis.setInterval = (task, period_ms, ...more) =>
  period_ms >= LONG_MS ? byMovedClock(task, period_ms) : realInterval(task, period_ms, ...more);

/** @param {(...more: unknown[]) => void} task @param {number} delay_ms @param {unknown[]} more @returns {NodeJS.Timeout} */
const onceByMovedClock = (task, delay_ms, more) => {
  const due = Date.now() + delay_ms;
  const timer = realInterval(() => {
    if (Date.now() < due) return;
    clearInterval(timer);
    task(...more);
  }, LOOK_EVERY_MS);
  return timer;
};
// @ts-expect-error: as above; promisified timeouts are another function
globalThis.setTimeout = (task, delay_ms, ...more) =>
  delay_ms >= LONG_TIMEOUT_MS ? onceByMovedClock(task, delay_ms, more) : realTimeout(task, delay_ms, ...more);
Object.assign(globalThis.setTimeout, { __promisify__: realTimeout.__promisify__ });
