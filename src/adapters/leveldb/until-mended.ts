import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Millis } from '../../model/units.js';

/** What keeps a part of the data directory from being written. */
export interface DiskTrouble {
  directory: string;
  reason: string;
  free_bytes: number;
  /** It goes on when so much is free. */
  needed_bytes: number;
}

/** Told when a directory takes nothing more, and with undefined when it does again. */
export type DiskWatch = (directory: string, trouble: DiskTrouble | undefined) => void;

const MIB = 1024 * 1024;
/** A new log, a manifest, and something to go on with. */
const SPARE_BYTES = 8 * MIB;
const LOOK_EVERY: Millis = 250;

/** Opening a LevelDB again turns its logs into tables: where there is no room for that, it would be closed for good, and not even be read. */
const lackOfRoom = async (directory: string): Promise<{ free: number; needed: number } | undefined> => {
  const { bavail, bsize } = await statfs(directory);
  const free = bavail * bsize;
  let needed = SPARE_BYTES;
  for (const name of await readdir(directory)) {
    if (!name.endsWith('.log')) continue;
    needed += await stat(join(directory, name)).then(
      ({ size }) => size,
      () => 0,
    );
  }
  return free < needed ? { free, needed } : undefined;
};

/**
 * A LevelDB that failed to write is not to be written to again before it was opened afresh: its log is torn where the write failed, and what is
 * appended behind the tear is acknowledged, and gone after the next start. Waits until there is room, and opens it.
 * @param reopen closes it, where it is open, and opens it; tried again until it succeeds
 * @param isClosing asked at each try; the answer is then that nobody knows
 * @throws what `failed` was, where it is being closed
 */
export const untilMended = async <T>(
  { directory, failed, watch }: { directory: string; failed: unknown; watch: DiskWatch },
  isClosing: () => boolean,
  reopen: () => Promise<T>,
): Promise<T> => {
  let told = '';
  for (let reason = reasonOf(failed); ; await wait(LOOK_EVERY)) {
    if (isClosing()) throw failed;
    const lack = await lackOfRoom(directory).catch(() => undefined);
    if (lack === undefined) {
      try {
        const opened = await reopen();
        if (told) watch(directory, undefined);
        return opened;
      } catch (error) {
        reason = reasonOf(error);
      }
    }
    if (told === reason) continue;
    told = reason;
    watch(directory, { directory, reason, free_bytes: lack?.free ?? 0, needed_bytes: lack?.needed ?? 0 });
  }
};

export const reasonOf = (error: unknown): string => {
  const cause = (error as { cause?: unknown }).cause;
  return cause instanceof Error ? cause.message : error instanceof Error ? error.message : String(error);
};
