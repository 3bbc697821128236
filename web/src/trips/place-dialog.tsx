import { lazy, Suspense, useRef, useState } from 'react';
import { Notice } from '../app/notice';
import { useStore } from '../app/store';
import { useTheme } from '../app/theme';
import { useFleet } from '../live/fleet';
import { texts } from '../texts/texts';
import { Dialog } from '../ui/dialog';
import type { Box } from './trip-filters';

const PlaceMap = lazy(() => import('../map/place-map'));

/** A place: move the map until it shows no more than that, or take a geofence. Works with the keyboard as the map does. */
export const PlaceDialog = ({
  box,
  onChoose,
  onClose,
}: {
  box: Box | undefined;
  onChoose: (box: Box) => void;
  onClose: () => void;
}) => {
  const theme = useTheme();
  const geofences = useStore(useFleet().geofences);
  const [fence, setFence] = useState('');
  const shown = useRef<Box>(box);
  return (
    <Dialog
      title={texts.trips.placeTitle}
      onClose={onClose}
      wide
      actions={
        <>
          {geofences.length > 0 && (
            <select
              className="select place-fence"
              aria-label={texts.trips.atGeofence}
              value={fence}
              onChange={event => setFence(event.target.value)}
            >
              <option value="">{texts.trips.atGeofence}</option>
              {geofences.map(({ id, properties }) => (
                <option key={id} value={id}>
                  {properties.name}
                </option>
              ))}
            </select>
          )}
          <button type="button" className="button" onClick={onClose}>
            {texts.cancel}
          </button>
          <button type="button" className="button primary" onClick={() => shown.current && onChoose(shown.current)}>
            {texts.trips.findHere}
          </button>
        </>
      }
    >
      <p className="muted">{texts.trips.placeHint}</p>
      <div className="place-map">
        <Suspense fallback={<Notice busy title={texts.loading} />}>
          <PlaceMap
            theme={theme}
            box={box}
            geofences={geofences}
            fence={geofences.find(({ id }) => id === fence)}
            onMoved={next => {
              shown.current = next;
            }}
          />
        </Suspense>
      </div>
    </Dialog>
  );
};
