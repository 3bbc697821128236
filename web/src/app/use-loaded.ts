import { useCallback, useEffect, useState } from 'react';

export type Loaded<T> = { state: 'loading' } | { state: 'failed'; error: unknown } | { state: 'ready'; value: T };

/**
 * Loads something when it is shown, and again when `load` changes.
 * @param load keep it the same between renders (useCallback): a new one is a new question
 * @returns what there is, and a way to ask again
 */
export const useLoaded = <T>(load: (signal: AbortSignal) => Promise<T>): [Loaded<T>, () => void] => {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: 'loading' });
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a further attempt asks the same again
  useEffect(() => {
    const abort = new AbortController();
    setLoaded({ state: 'loading' });
    load(abort.signal).then(
      value => !abort.signal.aborted && setLoaded({ state: 'ready', value }),
      (error: unknown) => !abort.signal.aborted && setLoaded({ state: 'failed', error }),
    );
    return () => abort.abort();
  }, [load, attempt]);
  return [loaded, useCallback(() => setAttempt(n => n + 1), [])];
};
