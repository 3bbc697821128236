import { ApiProblem } from './problem.js';

/** How many may wait for their turn, all names together. */
const WAITING_LIMIT = 10_000;

/** Log-ins of people: who is the last administrator is asked of all of them. */
export const USERS = 'users';

/**
 * Runs `work` when nobody before it has one of its names any more.
 * @param names of what is read and then changed, as `vehicle/v-1`; one that ends in `/` stands for all that begin so
 * @throws {ApiProblem} 503 too many wait
 */
export type Turns = <T>(names: readonly string[], work: () => Promise<T> | T) => Promise<T>;

/**
 * One after the other, in the order they came, for those who change the same. A change is looked at, appended and then known; who looked in
 * between would decide by what is no longer true: two would make the same, or the second would undo what the first one did.
 */
export const createTurns = (waitingLimit = WAITING_LIMIT): Turns => {
  /** Of each name the one that came last. */
  const last = new Map<string, Promise<void>>();
  let waiting = 0;

  const before = (name: string): Iterable<Promise<void> | undefined> => {
    if (!name.endsWith('/')) return [last.get(name), last.get(name.slice(0, name.indexOf('/') + 1))];
    return [...last].filter(([other]) => other.startsWith(name)).map(([, turn]) => turn);
  };

  return async (names, work) => {
    if (names.length === 0) return work();
    if (waiting >= waitingLimit) throw new ApiProblem(503, 'busy', 'Too many changes at once.', [], { 'Retry-After': '2' });
    const earlier = names.flatMap(name => [...before(name)]);
    let done!: () => void;
    const turn = new Promise<void>(resolve => {
      done = resolve;
    });
    // All of its names at once: two that share two of them cannot wait for each other.
    for (const name of names) last.set(name, turn);
    waiting++;
    try {
      await Promise.all(earlier);
    } finally {
      waiting--;
    }
    try {
      return await work();
    } finally {
      for (const name of names) if (last.get(name) === turn) last.delete(name);
      done();
    }
  };
};
