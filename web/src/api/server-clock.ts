/** `Date` of an answer has whole seconds, and the answer took a while: less than this says nothing. */
const UNCERTAIN_MS = 2_000;
let ahead_ms = 0;

/** Learns from an answer's `Date` how far the server's clock is ahead of ours: ages are told by the server's. */
export const learnServerClock = (date: string | null): void => {
  const difference = date === null ? Number.NaN : Date.parse(date) + 500 - Date.now();
  if (!Number.isNaN(difference)) ahead_ms = Math.abs(difference) < UNCERTAIN_MS ? 0 : difference;
};

export const serverNow = (): number => Date.now() + ahead_ms;
