import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fillDisk, smallDisk } from '../harness/small-disk.js';
import { startTelltale } from '../harness/start-telltale.js';
import { compareWithPeace, fleetMessages, OPEN, publishFleet } from './fleet-run.js';
import { CannotRun, hold, READY_MS, type Scenario } from './scenario.js';

const SIZE_MB = 96;
/** Longer than a fold that is started afresh at each failed write would last. */
const FULL_MS = 40_000;

export const fullDisk: Scenario = {
  name: 'disk',
  about: 'the disk of the data directory is full for 40 s under load (a small tmpfs; needs root)',
  run: async ({ seed, random, rounds = 1 }) => {
    const disk = await smallDisk(SIZE_MB).catch(error => {
      throw new CannotRun(`a small disk needs mount, and so root: ${(error as { stderr?: string }).stderr?.trim()}`);
    });
    const ballast = join(disk, 'ballast');
    const messages = fleetMessages(seed);
    const server = await startTelltale({ env: OPEN, dataDir: join(disk, 'data'), readyWithinMs: READY_MS });
    let times = 0;
    let acks = 0;
    const sending = publishFleet(server.mqtt, messages, async () => {
      acks++;
      if (times < rounds) await wait(50 + random.below(150));
    });
    let taken = 0;
    let exits = 0;
    for (; times < rounds; times++) {
      await wait(500 + random.below(1_500));
      await fillDisk(disk, ballast);
      const before = acks;
      await wait(FULL_MS);
      taken += acks - before;
      await rm(ballast);
      // Without hands: where it ended, what starts it again in production does so here.
      if (server.process.hasExited()) {
        exits++;
        await server.restart();
      }
    }
    const said = server.process.stderr.find(line => /ENOSPC|no space|disk/i.test(line));
    const words = said?.slice(0, 160) ?? 'nothing of a full disk';
    const seen = await compareWithPeace(server, messages, await sending).catch(cause => {
      throw new Error(`the server said: ${words}; ${cause.message}`, { cause });
    });
    hold(exits === 0 && !server.process.hasExited(), `the server ended ${exits} times`);
    hold(said !== undefined, 'the server said nothing of a full disk');
    return `full ${times} times, ${taken} messages begun meanwhile; said: ${words}; ${seen}`;
  },
};
