import { setTimeout as wait } from 'node:timers/promises';

/**
 * Asks again and again until the answer is neither undefined, null nor false.
 * @param what completes the sentence "waited for …" in the error
 * @param probe may throw: it then counts as "not yet", and its last error becomes the cause
 * @throws {Error} after `timeoutMs`
 */
export const waitFor = async <T>(
  what: string,
  probe: () => T | Promise<T>,
  { timeoutMs = 10_000, everyMs = 25 }: { timeoutMs?: number; everyMs?: number } = {},
): Promise<Exclude<T, undefined | null | false>> => {
  const deadline = Date.now() + timeoutMs;
  let cause: unknown;
  for (;;) {
    try {
      const answer = await probe();
      if (answer !== undefined && answer !== null && answer !== false) return answer as Exclude<T, undefined | null | false>;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (Date.now() >= deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`, { cause });
    await wait(everyMs);
  }
};
