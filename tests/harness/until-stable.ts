import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

/**
 * Asks until the answer has not changed for `forMs`, and gives it: for what settles by itself, such as late data, which is taken at the
 * next tick and written to SQL within a second after it.
 * @throws {Error} where it still changes after `timeoutMs`
 */
export const untilStable = async <T>(
  what: string,
  probe: () => Promise<T>,
  { forMs = 3_000, timeoutMs = 30_000 }: { forMs?: number; timeoutMs?: number } = {},
): Promise<T> => {
  const deadline = Date.now() + timeoutMs;
  let answer = await probe();
  let since = Date.now();
  while (Date.now() - since < forMs) {
    if (Date.now() > deadline) throw new Error(`${what} still changed after ${timeoutMs} ms`);
    await wait(200);
    const next = await probe();
    if (isDeepStrictEqual(next, answer)) continue;
    answer = next;
    since = Date.now();
  }
  return answer;
};
