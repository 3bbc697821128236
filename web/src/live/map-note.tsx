import type { Position } from '../api/wire-types';
import { useStore } from '../app/store';
import { texts } from '../texts/texts';
import { useFleet } from './fleet';
import { showAllVehicles } from './live-filters';

/** Says why a map is empty: nothing has come, or everything is filtered away. */
export const MapNote = ({ belongs }: { belongs: (position: Position) => boolean }) => {
  const { positions, link } = useFleet();
  useStore(positions.ticks);
  const state = useStore(link);
  const placed = [...positions.all()].filter(({ lat }) => lat !== null);
  if (placed.length === 0) {
    if (state !== 'connected') return null;
    return (
      <p className="map-note" role="status">
        {texts.map.empty} {texts.map.emptyHint}
      </p>
    );
  }
  if (placed.some(belongs)) return null;
  return (
    <p className="map-note" role="status">
      {texts.map.hidden}{' '}
      <button type="button" className="button" onClick={showAllVehicles}>
        {texts.map.showAll}
      </button>
    </p>
  );
};
