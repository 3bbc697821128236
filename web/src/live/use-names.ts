import { useMemo } from 'react';
import { useStore } from '../app/store';
import { useFleet } from './fleet';

/** Names of vehicles and drivers; the id where there is no name (yet). */
export const useNames = (): { vehicle: (id: string) => string; driver: (id: string) => string } => {
  const fleet = useFleet();
  const vehicles = useStore(fleet.vehicles);
  const drivers = useStore(fleet.drivers);
  return useMemo(
    () => ({ vehicle: (id: string) => vehicles.get(id)?.name ?? id, driver: (id: string) => drivers.get(id)?.name ?? id }),
    [vehicles, drivers],
  );
};
