import { useCallback, useMemo } from 'react';
import { useStore } from '../app/store';
import { useFleet } from './fleet';
import { useLiveFilters } from './live-filters';

/** Whether a vehicle belongs to the group that is looked at. */
export const useInGroup = (): ((vehicle: string) => boolean) => {
  const vehicles = useStore(useFleet().vehicles);
  const { group } = useLiveFilters();
  return useCallback(vehicle => group === undefined || vehicles.get(vehicle)?.group === group, [vehicles, group]);
};

/** Every group of the fleet, by name. */
export const useGroups = (): readonly string[] => {
  const vehicles = useStore(useFleet().vehicles);
  return useMemo(() => {
    const groups = new Set<string>();
    for (const { group } of vehicles.values()) if (group !== null) groups.add(group);
    return [...groups].sort((a, b) => a.localeCompare(b));
  }, [vehicles]);
};
