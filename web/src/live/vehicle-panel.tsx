import { useMemo } from 'react';
import { AlertGroupItem } from '../alerts/alert-group-item';
import { groupAlerts } from '../alerts/group-alerts';
import type { Alert, VehicleState } from '../api/wire-types';
import { Icon } from '../app/icon';
import { Link } from '../app/link';
import { Notice } from '../app/notice';
import { useStore } from '../app/store';
import { useNow } from '../app/use-now';
import { quantity } from '../format/quantity';
import { ago, exactTime } from '../format/time';
import { texts } from '../texts/texts';
import { useFleet } from './fleet';
import { selectVehicle, setFollow, useLiveFilters } from './live-filters';
import { SignalList } from './signal-list';
import { StatusSign } from './status-sign';
import { useNames } from './use-names';
import { useVehicleState } from './use-vehicle-state';

/** All that is known of one vehicle now. */
export const VehiclePanel = ({ id, onShowAlert }: { id: string; onShowAlert: (alert: Alert) => void }) => {
  const { vehicles } = useFleet();
  const registered = useStore(vehicles).get(id);
  const { follow } = useLiveFilters();
  const { state, failed, retry } = useVehicleState(id);
  const names = useNames();
  return (
    <section className="vehicle-panel" aria-label={texts.vehicle.panel} data-testid="vehicle-panel">
      <header className="vehicle-head">
        <div className="vehicle-title">
          <h2>{names.vehicle(id)}</h2>
          <p className="muted">
            {[registered && texts.vehicle.classes[registered.class], registered?.name !== id && id].filter(Boolean).join(' · ')}
          </p>
        </div>
        <button
          type="button"
          className="button small"
          aria-pressed={follow}
          disabled={state?.lat == null}
          onClick={() => setFollow(!follow)}
        >
          {follow ? texts.vehicle.following : texts.vehicle.follow}
        </button>
        <button
          type="button"
          className="icon-button plain"
          aria-label={texts.vehicle.back}
          title={texts.vehicle.back}
          onClick={() => selectVehicle(undefined)}
        >
          <Icon name="close" />
        </button>
      </header>
      <div className="vehicle-body">
        {state === undefined ? (
          failed ? (
            <Notice title={texts.vehicle.failed} onRetry={retry} />
          ) : (
            <Notice busy title={texts.loading} />
          )
        ) : (
          <>
            <Facts state={state} />
            <h3>{texts.vehicle.signals}</h3>
            <SignalList signals={state.signals} />
          </>
        )}
        <OpenAlerts vehicle={id} onShowAlert={onShowAlert} />
      </div>
    </section>
  );
};

const Facts = ({ state }: { state: VehicleState }) => {
  const now = useNow(1_000);
  const names = useNames();
  const { may } = useFleet();
  const { status, driver, speed_kmh, ignition, heading, ts, trip } = state;
  return (
    <dl className="facts">
      <dt>{texts.vehicle.status}</dt>
      <dd className="fact-status">
        <StatusSign status={status} />
        <span>{texts.status[status]}</span>
        {status === 'driving' && <span>{quantity(speed_kmh, 'km/h')}</span>}
        {status === 'driving' && heading !== null && <span className="muted">{compass(heading)}</span>}
      </dd>
      <dt>{texts.vehicle.driver}</dt>
      <dd>{driver === null ? <span className="muted">{texts.vehicle.noDriver}</span> : names.driver(driver)}</dd>
      <dt>{texts.vehicle.ignition}</dt>
      <dd>{ignition === null ? texts.unknown : ignition ? texts.vehicle.on : texts.vehicle.off}</dd>
      <dt>{texts.vehicle.heard}</dt>
      <dd>{ts === null ? texts.vehicle.never : <time title={exactTime(ts)}>{ago(ts, now)}</time>}</dd>
      {trip !== null && may('trips.read') && (
        <>
          <dt>{texts.vehicle.trip}</dt>
          <dd>
            <Link to={`/trips/${encodeURIComponent(trip)}`}>{texts.vehicle.openTrip}</Link>
          </dd>
        </>
      )}
    </dl>
  );
};

const OpenAlerts = ({ vehicle, onShowAlert }: { vehicle: string; onShowAlert: (alert: Alert) => void }) => {
  const { alerts } = useStore(useFleet().alerts.state);
  const groups = useMemo(
    () => groupAlerts(alerts.filter(alert => alert.vehicle === vehicle && alert.status === 'open')),
    [alerts, vehicle],
  );
  return (
    <>
      <h3>{texts.vehicle.openAlerts}</h3>
      {groups.length === 0 ? (
        <p className="muted vehicle-none">{texts.vehicle.noAlerts}</p>
      ) : (
        <ol className="feed-list">
          {groups.map(group => (
            <AlertGroupItem key={group.key} group={group} onShowAlert={onShowAlert} />
          ))}
        </ol>
      )}
    </>
  );
};

const compass = (heading: number): string => texts.vehicle.compass[Math.round(heading / 45) % 8]!;
