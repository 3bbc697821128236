import { setImmediate as turn } from 'node:timers/promises';

/** Waits in real time for what the sockets bring. @throws {Error} after five seconds */
export const until = async (what: string, holds: () => boolean): Promise<void> => {
  const deadline = performance.now() + 5_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await turn();
  }
};

/** Gives the sockets time for what is not expected to come. */
export const settle = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 30));
