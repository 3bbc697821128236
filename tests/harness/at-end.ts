type CleanUp = () => Promise<unknown> | unknown;

const pending = new Set<CleanUp>();
const pendingOfTest = new Set<CleanUp>();
let inTest = false;

/**
 * Runs `cleanUp` when the test file ends (under jest), newest first; elsewhere when `endAll` is called.
 * What goes wrong in one does not keep the others from running.
 * @returns a function that takes it back, for what was closed by the test itself
 */
export const atEnd = (cleanUp: CleanUp): (() => void) => {
  pending.add(cleanUp);
  return () => pending.delete(cleanUp);
};

/** Runs `cleanUp` when the test ends that is under way; where none is (`beforeAll`, programs), as `atEnd`. */
export const atTestEnd = (cleanUp: CleanUp): void => {
  if (inTest) pendingOfTest.add(cleanUp);
  else atEnd(cleanUp);
};

/** Runs what is pending; for programs that use the harness without jest. */
export const endAll = (): Promise<void> => run(pending);

const run = async (cleanUps: Set<CleanUp>): Promise<void> => {
  const newestFirst = [...cleanUps].reverse();
  cleanUps.clear();
  for (const cleanUp of newestFirst) {
    try {
      await cleanUp();
    } catch (error) {
      console.error('clean-up failed:', error);
    }
  }
};

type Hook = (hook: () => Promise<void> | void, timeoutMs: number) => void;
// Benchmarks use the harness without jest, so jest is asked for, not imported.
const { afterAll, beforeEach, afterEach } = globalThis as { afterAll?: Hook; beforeEach?: Hook; afterEach?: Hook };
afterAll?.(endAll, 30_000);
beforeEach?.(() => {
  inTest = true;
}, 1_000);
afterEach?.(() => {
  inTest = false;
  return run(pendingOfTest);
}, 30_000);
