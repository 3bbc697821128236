type CleanUp = () => Promise<unknown> | unknown;

const pending = new Set<CleanUp>();

/**
 * Runs `cleanUp` when the test file ends (under jest), newest first; elsewhere when `endAll` is called.
 * What goes wrong in one does not keep the others from running.
 * @returns a function that takes it back, for what was closed by the test itself
 */
export const atEnd = (cleanUp: CleanUp): (() => void) => {
  pending.add(cleanUp);
  return () => pending.delete(cleanUp);
};

/** Runs what is pending; for programs that use the harness without jest. */
export const endAll = async (): Promise<void> => {
  const newestFirst = [...pending].reverse();
  pending.clear();
  for (const cleanUp of newestFirst) {
    try {
      await cleanUp();
    } catch (error) {
      console.error('clean-up failed:', error);
    }
  }
};

// Benchmarks use the harness without jest, so jest is asked for, not imported.
const { afterAll } = globalThis as { afterAll?: (hook: () => Promise<void>, timeoutMs: number) => void };
afterAll?.(endAll, 30_000);
