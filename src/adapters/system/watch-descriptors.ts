import { readdir, readFile } from 'node:fs/promises';
import { type Millis, seconds } from '../../model/units.js';
import type { Cancel, Clock } from '../../ports/clock.js';

/** How many file descriptors are open, and how many may be; `open` is undefined where there was none left to count them with. */
export interface Descriptors {
  open: number | undefined;
  limit: number;
}

const LOOK_EVERY: Millis = seconds(5);
/** Told from this share on, and told to be over a tenth below it. */
const SHARE = 0.9;
const OVER = 0.8;

/**
 * Tells when file descriptors run out, and when there are enough again. Nothing else does: a connection that cannot be accepted is closed by the loop of
 * Node itself, without a word. Linux only; elsewhere it is silent.
 */
export const watchDescriptors = (
  clock: Clock,
  tell: (scarce: boolean, now: Descriptors) => void,
  count: (limitBefore: number) => Promise<Descriptors | undefined> = countDescriptors,
): Cancel => {
  let scarce = false;
  let limit = 0;
  let looking = false;
  return clock.every(LOOK_EVERY, () => {
    if (looking) return;
    looking = true;
    void count(limit).then(now => {
      looking = false;
      if (!now) return;
      limit = now.limit;
      const share = (now.open ?? now.limit) / now.limit;
      if (scarce ? share >= OVER : share < SHARE) return;
      scarce = !scarce;
      tell(scarce, now);
    });
  });
};

const countDescriptors = async (limitBefore: number): Promise<Descriptors | undefined> => {
  try {
    const limits = await readFile('/proc/self/limits', 'utf8');
    const limit = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1]);
    return limit > 0 ? { open: (await readdir('/proc/self/fd')).length, limit } : undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return limitBefore > 0 && (code === 'EMFILE' || code === 'ENFILE') ? { open: undefined, limit: limitBefore } : undefined;
  }
};
