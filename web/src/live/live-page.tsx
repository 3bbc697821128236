import { lazy, Suspense, useCallback, useState } from 'react';
import { AlertFeed } from '../alerts/alert-feed';
import type { Alert, Position } from '../api/wire-types';
import { Notice } from '../app/notice';
import { useTheme } from '../app/theme';
import { texts } from '../texts/texts';
import { useTitle } from '../ui/page';
import { useShortcuts } from '../ui/shortcuts';
import { GroupFilter } from './group-filter';
import { selectVehicle, setFollow, useLiveFilters } from './live-filters';
import { MapNote } from './map-note';
import { SideSheet } from './side-sheet';
import { StatusBar } from './status-bar';
import { useInGroup } from './use-in-group';
import { VehiclePanel } from './vehicle-panel';
import { VehicleSearch } from './vehicle-search';
import { WallButton } from './wall-button';

// The map is most of the code: everything else is on the screen before it.
const loadMap = () => import('../map/fleet-map');
const FleetMap = lazy(loadMap);
// It comes while the server is asked who is there.
if (window.location.pathname === '/') void loadMap().catch(() => undefined);

/** From one alert to the one below, without the buttons between them. */
const focusNextAlert = (): void => {
  const alerts = [...document.querySelectorAll<HTMLElement>('[data-testid=alert-feed] article')];
  const here = alerts.findIndex(alert => alert.contains(document.activeElement));
  const next = alerts[Math.min(here + 1, alerts.length - 1)];
  next?.querySelector<HTMLElement>('button')?.focus();
};

/** The whole fleet on a map, and what wants attention beside it. */
export const LivePage = () => {
  const theme = useTheme();
  const { statuses, vehicle, follow } = useLiveFilters();
  const inGroup = useInGroup();
  const belongs = useCallback(
    ({ vehicle: id, status }: Position) => (statuses.size === 0 || statuses.has(status)) && inGroup(id),
    [statuses, inGroup],
  );
  const [focus, setFocus] = useState<{ lat: number; lon: number }>();
  const stopFollowing = useCallback(() => setFollow(false), []);
  const showAlert = useCallback(({ vehicle: of, location }: Alert) => {
    if (location === null) selectVehicle(of);
    else setFocus({ ...location });
  }, []);
  useTitle(texts.nav.live);
  useShortcuts(texts.nav.live, [
    { keys: '/', text: texts.live.search, run: () => document.querySelector<HTMLElement>('.live [role=combobox]')?.focus() },
    { keys: 'n', text: texts.live.nextAlert, run: focusNextAlert },
    ...(vehicle === undefined
      ? []
      : [
          { keys: 'f', text: texts.live.followVehicle, run: () => setFollow(!follow) },
          { keys: 'x', text: texts.live.closeVehicle, run: () => selectVehicle(undefined) },
        ]),
  ]);
  return (
    <main id="main" className="live" tabIndex={-1}>
      <h1 className="visually-hidden">{texts.nav.live}</h1>
      <section className="live-map" aria-label={texts.map.label}>
        <Suspense fallback={<Notice busy title={texts.loading} />}>
          <FleetMap
            theme={theme}
            belongs={belongs}
            selected={vehicle}
            follow={follow}
            focus={focus}
            onSelect={selectVehicle}
            onStopFollowing={stopFollowing}
          />
        </Suspense>
        <div className="live-tools">
          <VehicleSearch />
          <StatusBar />
          <GroupFilter />
        </div>
        <MapNote belongs={belongs} />
        <WallButton />
      </section>
      <SideSheet
        vehicle={vehicle === undefined ? undefined : <VehiclePanel key={vehicle} id={vehicle} onShowAlert={showAlert} />}
      >
        <AlertFeed onShowAlert={showAlert} />
      </SideSheet>
    </main>
  );
};
