import { wrongWith } from './compare.js';
import { everyFault } from './faults.js';
import { World } from './world.js';

/** One world, as it ended. */
export interface SeedReport {
  seed: number;
  /** Empty where every promise held. */
  wrong: string[];
  /** Processor time of it. */
  cpu_ms: number;
}

// One process of `npm run simulate:long`: runs the seeds it is given over the channel, one at a time, and says how each ended.
const runSeed = async (seed: number): Promise<SeedReport> => {
  const before = process.cpuUsage();
  let wrong: string[];
  try {
    wrong = await wrongWith(await new World(seed, everyFault).run());
  } catch (error) {
    wrong = [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
  const { user, system } = process.cpuUsage(before);
  return { seed, wrong, cpu_ms: (user + system) / 1_000 };
};

process.on('message', async (seed: number) => {
  process.send?.(await runSeed(seed));
});
process.once('disconnect', () => process.exit(0));
