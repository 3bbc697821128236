import { readFile } from 'node:fs/promises';

/** Microseconds of CPU of the main thread, and of the process. */
export interface CpuSpent {
  main: number;
  all: number;
}

/** What has been spent since the process began. Linux only: it asks /proc. */
export const cpuSpent = async (): Promise<CpuSpent> => {
  const [nanoseconds = '0'] = (await readFile(`/proc/self/task/${process.pid}/schedstat`, 'utf8')).split(' ');
  const { user, system } = process.cpuUsage();
  return { main: Number(nanoseconds) / 1_000, all: user + system };
};

/** What each of `units` cost from `before` to `after`. */
export const cpuEach = (before: CpuSpent, after: CpuSpent, units: number): CpuSpent => ({
  main: (after.main - before.main) / units,
  all: (after.all - before.all) / units,
});
