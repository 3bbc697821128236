import { getPriority, setPriority } from 'node:os';
import { isMainThread } from 'node:worker_threads';

/**
 * Lets the calling worker thread stand back by some steps of niceness where others want the processor. On Linux niceness is each thread's own
 * (setpriority(2) with 0 means the thread that calls); elsewhere it would be that of the whole process, so nothing is done.
 * @returns whether it was done: also not in the main thread, nor where it is not allowed
 */
export const standBack = (steps: number): boolean => {
  if (process.platform !== 'linux' || isMainThread) return false;
  try {
    setPriority(0, Math.min(19, getPriority(0) + steps));
    return true;
  } catch {
    return false;
  }
};
