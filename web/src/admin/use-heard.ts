import { useMemo } from 'react';
import { useStore } from '../app/store';
import { useFleet } from '../live/fleet';

/** When each vehicle last told something, by what the live page knows. */
export const useHeard = (): ReadonlyMap<string, string> => {
  const { positions } = useFleet();
  const ticks = useStore(positions.ticks);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the book changes with its ticks
  return useMemo(() => {
    const heard = new Map<string, string>();
    for (const { vehicle, ts } of positions.all()) if (ts !== null) heard.set(vehicle, ts);
    return heard;
  }, [positions, ticks]);
};
