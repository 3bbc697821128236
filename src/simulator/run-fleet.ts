import { setTimeout as sleep } from 'node:timers/promises';
import type { Instant } from '../model/units.js';
import type { DrivenMoment } from './drive-events.js';

export interface RunOptions {
  moments: Iterable<DrivenMoment>;
  /** When, by the wall clock, a moment of virtual time is due. What is overdue (a history) is handed over as fast as it is taken. */
  due(at: Instant): Instant;
  /** Takes one moment; a promise it returns is waited for. */
  take(moment: DrivenMoment): void | Promise<void>;
  /** Called once, when nothing is overdue any more. */
  onLive?: () => void;
  signal: AbortSignal;
}

/** Shorter waits are not worth a timer: moments that are nearly due are handed over together. */
const GRAIN = 5;
/** What is overdue gives way to sockets and timers after so many moments. */
const BREATH = 200;

/** Hands moments over when they are due, until they end or the signal says so. */
export const runFleet = async ({ moments, due, take, onLive, signal }: RunOptions): Promise<void> => {
  let live = false;
  let overdue = 0;
  for (const moment of moments) {
    if (signal.aborted) return;
    const wait = due(moment.at) - Date.now();
    if (wait > GRAIN) {
      if (!live) onLive?.();
      live = true;
      await sleep(wait, undefined, { signal }).catch(() => undefined);
    } else if (++overdue % BREATH === 0) {
      await sleep(0);
    }
    if (signal.aborted) return;
    await take(moment);
  }
};
