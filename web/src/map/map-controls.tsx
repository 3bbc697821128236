import type { Map as MapLibreMap } from 'maplibre-gl';
import { Icon, type IconName } from '../app/icon';
import { texts } from '../texts/texts';

/** Zoom and fit, as buttons of our own: the same look, size and focus as everywhere else. */
export const MapControls = ({ map, onFit }: { map: MapLibreMap | undefined; onFit?: () => void }) => (
  <div className="map-controls">
    <ControlButton icon="plus" label={texts.map.zoomIn} onClick={() => map?.zoomIn()} />
    <ControlButton icon="minus" label={texts.map.zoomOut} onClick={() => map?.zoomOut()} />
    {onFit && <ControlButton icon="fit" label={texts.map.fit} onClick={onFit} />}
  </div>
);

const ControlButton = ({ icon, label, onClick }: { icon: IconName; label: string; onClick: () => void }) => (
  <button type="button" className="icon-button" aria-label={label} title={label} onClick={onClick}>
    <Icon name={icon} />
  </button>
);
