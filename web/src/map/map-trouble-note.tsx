import { texts } from '../texts/texts';
import type { MapTrouble } from './use-map';

/** Why there is no map, or another one. */
export const MapTroubleNote = ({ trouble }: { trouble: MapTrouble | undefined }) => {
  if (trouble === undefined) return null;
  return (
    <p className={trouble === 'no-webgl' ? 'map-note' : 'map-note corner'} role="status">
      {trouble === 'no-webgl' ? texts.map.noWebGl : texts.map.noBasemap}
    </p>
  );
};
