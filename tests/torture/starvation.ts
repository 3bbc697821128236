import { readdir, readFile } from 'node:fs/promises';

/**
 * For how long threads of a process could have run and were not let, ms since it began (Linux; 0 where the kernel does not say). The main thread and the one of
 * the others that waited longest: a message passes both.
 */
export const starvedMs = async (pid: number): Promise<number> => {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const waits = await Promise.all(threads.map(async thread => [thread, await waitOf(pid, thread)] as const));
  const main = waits.find(([thread]) => thread === String(pid))?.[1] ?? 0;
  return main + Math.max(0, ...waits.filter(([thread]) => thread !== String(pid)).map(([, wait]) => wait));
};

/** `/proc/…/schedstat`: ns on a processor, ns waiting for one, turns. */
const waitOf = async (pid: number, thread: string): Promise<number> => {
  const text = await readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').catch(() => '');
  return Number(text.split(' ')[1] ?? 0) / 1e6;
};
