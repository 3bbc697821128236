// Loaded into a server by NODE_OPTIONS=--import: its clock is ahead by as many milliseconds as stand in the file named by MOVED_CLOCK_FILE, which
// may change while it runs. Intervals of ten minutes and more go by that clock; shorter ones and timeouts by the real one.
import { readFileSync } from 'node:fs';

const file = process.env.MOVED_CLOCK_FILE ?? '';
const LONG_MS = 600_000;
const LOOK_EVERY_MS = 50;
const [realNow, realInterval] = [Date.now, setInterval];

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
