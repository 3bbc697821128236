import { readdir, readFile } from 'node:fs/promises';

/** For how long each thread of a process could have run and was not let, ms since it began, by thread (Linux; empty where the kernel does not say). */
export type Starved = ReadonlyMap<string, number>;

export const starvedOf = async (pid: number): Promise<Starved> => {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  return new Map(await Promise.all(threads.map(async thread => [thread, await waitOf(pid, thread)] as const)));
};

/**
 * What a process waited for a processor between two looks: the main thread and the one of the others that waited longest, as a message passes both.
 * A thread that ended or began meanwhile is left out.
 */
export const starvedBetween = (pid: number, before: Starved, after: Starved): number => {
  const grown = (thread: string): number => (after.get(thread) ?? 0) - (before.get(thread) ?? 0);
  const others = [...before.keys()].filter(thread => thread !== String(pid) && after.has(thread));
  return grown(String(pid)) + Math.max(0, ...others.map(grown));
};

/** `/proc/…/schedstat`: ns on a processor, ns waiting for one, turns. */
const waitOf = async (pid: number, thread: string): Promise<number> => {
  const text = await readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').catch(() => '');
  return Number(text.split(' ')[1] ?? 0) / 1e6;
};

const TICK_MS = 50;

/** How long this process stood still, whatever held it: busy, without a processor, or stopped together with all others. ms, growing. */
export const watchStandstill = () => {
  let stood_ms = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    stood_ms += Math.max(0, now - last - TICK_MS);
    last = now;
  }, TICK_MS);
  return {
    /** With the one that lasts. */
    stood: (): number => stood_ms + Math.max(0, performance.now() - last - TICK_MS),
    end: (): void => clearInterval(timer),
  };
};
