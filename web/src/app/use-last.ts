import { useRef } from 'react';
import type { Loaded } from './use-loaded';

/** The newest that was loaded, also while it is asked for again: only a first load shows as one. */
export const useLast = <T>(loaded: Loaded<T>): Loaded<T> => {
  const last = useRef<Loaded<T>>(loaded);
  if (loaded.state !== 'loading') last.current = loaded;
  return last.current;
};
