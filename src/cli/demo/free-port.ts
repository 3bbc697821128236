import { createServer } from 'node:net';

/** @returns the wanted port where nobody listens on it, else 0: the server then picks one */
export const wantedOrFree = (host: string, wanted: number): Promise<number> =>
  new Promise(resolve => {
    const probe = createServer();
    probe.once('error', () => resolve(0));
    probe.listen(wanted, host, () => probe.close(() => resolve(wanted)));
  });
