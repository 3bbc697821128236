import { closeSync, openSync, readSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
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
  { count, close } = descriptorCount(),
): Cancel => {
  let scarce = false;
  let looking = false;
  const cancel = clock.every(LOOK_EVERY, () => {
    if (looking) return;
    looking = true;
    void count().then(now => {
      looking = false;
      if (!now) return;
      const share = (now.open ?? now.limit) / now.limit;
      if (scarce ? share >= OVER : share < SHARE) return;
      scarce = !scarce;
      tell(scarce, now);
    });
  });
  return () => {
    cancel();
    close();
  };
};

/**
 * Counts what this process has open. The file that tells the limit stays open from the start: once descriptors have run out there is none left
 * to open it with, and the limit may have been changed meanwhile.
 */
const descriptorCount = (): { count(): Promise<Descriptors | undefined>; close(): void } => {
  let file: number | undefined;
  try {
    file = openSync('/proc/self/limits', 'r');
  } catch {
    return { count: async () => undefined, close: () => {} };
  }
  const buffer = Buffer.alloc(4_096);
  return {
    count: async () => {
      if (file === undefined) return undefined;
      const read = readSync(file, buffer, 0, buffer.length, 0);
      const limit = Number(/^Max open files\s+(\d+)/m.exec(buffer.toString('latin1', 0, read))?.[1]);
      if (!(limit > 0)) return undefined;
      try {
        return { open: (await readdir('/proc/self/fd')).length, limit };
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        return code === 'EMFILE' || code === 'ENFILE' ? { open: undefined, limit } : undefined;
      }
    },
    close: () => {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
};
