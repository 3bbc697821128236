import { useMemo } from 'react';
import type { Alert } from '../api/wire-types';
import { useStore } from '../app/store';
import { decimal } from '../format/quantity';
import { useFleet } from '../live/fleet';

/** Where an alert happened, in a few words: the geofence it is about, else the coordinates. */
export const usePlaceOf = (): ((alert: Alert) => string | undefined) => {
  const geofences = useStore(useFleet().geofences);
  return useMemo(() => {
    const names = new Map(geofences.map(({ id, properties }) => [id, properties.name]));
    return ({ geofence, location }) => {
      const name = geofence === null ? undefined : names.get(geofence);
      if (name !== undefined) return name;
      return location === null ? undefined : `${decimal(location.lat, 4)}, ${decimal(location.lon, 4)}`;
    };
  }, [geofences]);
};
