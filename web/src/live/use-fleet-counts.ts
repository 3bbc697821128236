import { useMemo } from 'react';
import type { VehicleStatus } from '../api/wire-types';
import { useStore } from '../app/store';
import { useFleet } from './fleet';
import { useInGroup } from './use-in-group';

/** How many vehicles there are of each status. Registered ones that were never heard are offline. */
export const useFleetCounts = (): Readonly<Record<VehicleStatus, number>> => {
  const { positions, vehicles } = useFleet();
  const tick = useStore(positions.ticks);
  const registered = useStore(vehicles);
  const inGroup = useInGroup();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the tick says that positions, which are no state, changed
  return useMemo(() => {
    const counts = { driving: 0, idling: 0, parked: 0, offline: 0 };
    for (const { status, vehicle } of positions.all()) if (inGroup(vehicle)) counts[status]++;
    for (const id of registered.keys()) if (positions.of(id) === undefined && inGroup(id)) counts.offline++;
    return counts;
  }, [tick, registered, positions, inGroup]);
};
