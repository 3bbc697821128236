import { argon2id, argon2Verify } from 'hash-wasm';
import type { Random } from '../../ports/clock.js';
import { ApiProblem } from '../http/problem.js';

/** OWASP Password Storage Cheat Sheet, argon2id: 19 MiB, 2 passes, 1 lane. */
const COST = { memorySize: 19_456, iterations: 2, parallelism: 1, hashLength: 32 } as const;
/** How many log-ins may wait for their turn. */
const WAITING_LIMIT = 32;

export interface Passwords {
  /** @returns the encoded argon2id hash, parameters and salt included */
  hash(password: string): Promise<string>;
  /** @param hash undefined where there is no such user: takes as long as a real check and is false */
  matches(password: string, hash: string | undefined): Promise<boolean>;
}

/**
 * Passwords, one at a time: each takes some tens of milliseconds of this thread, so that a flood of log-ins is refused rather than
 * allowed to hold up everything else.
 */
export const createPasswords = (random: Random): Passwords => {
  let turn: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let decoy: Promise<string> | undefined;

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    if (waiting >= WAITING_LIMIT) throw new ApiProblem(503, 'busy', 'Too many log-ins at once.', [], { 'Retry-After': '2' });
    waiting++;
    const done = turn.then(work).finally(() => waiting--);
    turn = done.catch(() => undefined);
    return done;
  };
  const encode = (password: string) => argon2id({ ...COST, password, salt: random.secret(16), outputType: 'encoded' });

  return {
    hash: async password => inTurn(() => encode(password)),
    matches: async (password, hash) =>
      inTurn(async () => {
        decoy ??= encode('nobody');
        const matches = await argon2Verify({ password, hash: hash ?? (await decoy) });
        return matches && hash !== undefined;
      }),
  };
};
