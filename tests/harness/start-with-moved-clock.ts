import { rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { startTelltale, type Telltale } from './start-telltale.js';
import { tempDir } from './temp-dir.js';

/** Each thread of the server looks for it once in 50 ms (moved-clock.mjs): what is sent before it has would be of the time before. */
const SEEN_AFTER_MS = 250;

/** A server, and its clock, which starts with ours. */
export interface MovedClockServer {
  server: Telltale;
  /** Lets its clock be so far ahead of ours; it may be moved while it runs (see moved-clock.mjs). */
  moveTo(ahead_ms: number): Promise<void>;
}

/** Starts the built server with a clock that can be moved. */
export const startWithMovedClock = async (env: Record<string, string>): Promise<MovedClockServer> => {
  const file = join(await tempDir('clock'), 'ahead');
  // Put there as a whole: half written it would set the clock back.
  const moveTo = async (ahead_ms: number): Promise<void> => {
    await writeFile(`${file}.new`, String(ahead_ms));
    await rename(`${file}.new`, file);
    await sleep(SEEN_AFTER_MS);
  };
  await moveTo(0);
  const server = await startTelltale({
    readyWithinMs: 60_000,
    env: {
      ...env,
      NODE_OPTIONS: `--import ${pathToFileURL(resolve('tests/harness/moved-clock.mjs'))}`,
      MOVED_CLOCK_FILE: file,
    },
  });
  return { server, moveTo };
};
