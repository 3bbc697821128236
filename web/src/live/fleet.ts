import { createContext, useContext } from 'react';
import { type AlertActions, createAlertActions } from '../alerts/alert-actions';
import { type AlertBook, createAlertBook } from '../alerts/alert-book';
import { getAll } from '../api/get-all';
import type { LinkState } from '../api/link-state';
import { type LiveSocket, openLiveSocket, type Wants } from '../api/live-socket';
import { serverNow } from '../api/server-clock';
import type { Driver, Geofence, Session, Vehicle } from '../api/wire-types';
import { createStore, type Store } from '../app/store';
import { attendTo, isIn, LARGE_FLEET, type MapView } from './attend';
import { createLagWatch } from './lag-watch';
import { createPositionBook, type PositionBook } from './position-book';

/** All that is known of the fleet while somebody is logged in; the pages read it, one websocket feeds it. */
export interface Fleet {
  session: Session;
  link: Store<LinkState>;
  /** How far what arrives is behind, s; 0 where it is not. */
  behind_s: Store<number>;
  positions: PositionBook;
  vehicles: Store<ReadonlyMap<string, Vehicle>>;
  drivers: Store<ReadonlyMap<string, Driver>>;
  geofences: Store<readonly Geofence[]>;
  alerts: AlertBook;
  actions: AlertActions;
  may(action: string): boolean;
  /** What the map shows now; undefined = there is none. */
  look(view: MapView | undefined): void;
  /** The vehicle that is looked at, wherever it is. */
  choose(vehicle: string | undefined): void;
  /** @returns stop */
  start(): () => void;
}

/** Names change rarely; a vehicle that appears for the first time is asked for, but not more often than this. */
const REGISTER_EVERY_MS = 5_000;
const GEOFENCES_EVERY_MS = 60_000;

export const createFleet = (session: Session): Fleet => {
  const link = createStore<LinkState>('connecting');
  const behind_s = createStore(0);
  const lag = createLagWatch();
  const positions = createPositionBook();
  const vehicles = createStore<ReadonlyMap<string, Vehicle>>(new Map());
  const drivers = createStore<ReadonlyMap<string, Driver>>(new Map());
  const geofences = createStore<readonly Geofence[]>([]);
  const alerts = createAlertBook();
  const actions = createAlertActions(session.name, alerts);
  const may = (action: string): boolean => session.may.includes(action);
  let registerDue: number | undefined;
  let socket: LiveSocket | undefined;
  let view: MapView | undefined;
  let chosen: string | undefined;
  let wants: Wants = { every_s: 0, view: undefined, vehicle: undefined };

  const attend = (): void => {
    wants = attendTo(wants, positions.size, view, chosen);
    socket?.want(wants);
  };

  const loadNames = async <T extends { id: string }>(path: string, into: Store<ReadonlyMap<string, T>>): Promise<void> => {
    const items = await getAll<T>(path).catch(() => undefined);
    // Without an answer the names of before stay; ids stand in for those that are missing.
    if (items !== undefined) into.set(new Map(items.map(item => [item.id, item])));
  };
  const loadRegister = (): void => {
    void loadNames('/vehicles', vehicles);
    if (may('drivers.read')) void loadNames('/drivers', drivers);
  };
  const loadGeofences = async (): Promise<void> => {
    const found = await getAll<Geofence>('/geofences').catch(() => undefined);
    if (found !== undefined && JSON.stringify(found) !== JSON.stringify(geofences.get())) geofences.set(found);
  };

  return {
    ...{ session, link, behind_s, positions, vehicles, drivers, geofences, alerts, actions, may },
    look(next) {
      view = next;
      attend();
    },
    choose(vehicle) {
      chosen = vehicle;
      attend();
    },
    start() {
      let connectedBefore = false;
      // Without waiting for the websocket: where only that is blocked, there are alerts to see all the same.
      void alerts.load();
      const opened = openLiveSocket({
        onLink(state) {
          if (state === 'connected' && link.get() !== 'connected') {
            actions.flush();
            loadRegister();
            void loadGeofences();
          }
          link.set(state);
        },
        onPositions(changed) {
          const wasLarge = positions.size > LARGE_FLEET;
          positions.apply(changed);
          if (!wasLarge && positions.size > LARGE_FLEET) attend();
          behind_s.set(lag.see(changed, serverNow()));
          const known = vehicles.get();
          if (changed.some(({ vehicle }) => !known.has(vehicle))) {
            registerDue ??= window.setTimeout(() => {
              registerDue = undefined;
              loadRegister();
            }, REGISTER_EVERY_MS);
          }
        },
        onLeft(vehicles) {
          // Who drives out of the box was last seen at its border, and comes again with the rest of the fleet. Who vanishes from the middle of
          // the screen hides, or is somewhere else at once.
          const vanished = vehicles.flatMap(vehicle => {
            const known = positions.of(vehicle);
            const shown =
              known?.lat != null && known.lon !== null && view !== undefined && isIn(view.window, known.lat, known.lon);
            return shown ? [{ ...known, lat: null, lon: null }] : [];
          });
          if (vanished.length > 0) positions.apply(vanished);
        },
        onAlert: alert => alerts.apply(alert),
        onFresh() {
          void alerts.load(connectedBefore);
          connectedBefore = true;
        },
      });
      socket = opened;
      socket.want(wants);
      // A page that is hidden may never be shown again.
      window.addEventListener('pagehide', actions.leave);
      const geofenceTimer = window.setInterval(loadGeofences, GEOFENCES_EVERY_MS);
      return () => {
        opened.stop();
        socket = undefined;
        actions.leave();
        window.removeEventListener('pagehide', actions.leave);
        window.clearInterval(geofenceTimer);
        window.clearTimeout(registerDue);
      };
    },
  };
};

export const FleetContext = createContext<Fleet | undefined>(undefined);

export const useFleet = (): Fleet => {
  const fleet = useContext(FleetContext);
  if (fleet === undefined) throw new Error('useFleet belongs inside of a log-in');
  return fleet;
};
