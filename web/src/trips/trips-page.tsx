import { useCallback, useEffect, useState } from 'react';
import { getJson, type Query } from '../api/request';
import type { Page, Trip } from '../api/wire-types';
import { Link } from '../app/link';
import { setQuery, useLocation } from '../app/location';
import { Notice } from '../app/notice';
import { useStore } from '../app/store';
import { useLoaded } from '../app/use-loaded';
import { distance, quantity } from '../format/quantity';
import { dayTime, duration, exactTime } from '../format/time';
import { useFleet } from '../live/fleet';
import { useNames } from '../live/use-names';
import { texts } from '../texts/texts';

const PER_PAGE = 100;

/** Trips, newest first; each opens its replay. */
export const TripsPage = () => {
  const { vehicles } = useFleet();
  const known = useStore(vehicles);
  const { query } = useLocation();
  const vehicle = query.get('vehicle') ?? undefined;
  const ask = useCallback(
    (more: Query, signal?: AbortSignal) => getJson<Page<Trip>>('/trips', { limit: PER_PAGE, vehicle, ...more }, signal),
    [vehicle],
  );
  const [first, retry] = useLoaded(useCallback((signal: AbortSignal) => ask({}, signal), [ask]));
  const [older, setOlder] = useState<Page<Trip>>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another first page makes what was older pointless
  useEffect(() => setOlder(undefined), [first]);

  const trips = first.state === 'ready' ? [...first.value.items, ...(older?.items ?? [])] : [];
  const next = older === undefined ? (first.state === 'ready' ? first.value.next : null) : older.next;
  const loadOlder = async (): Promise<void> => {
    const page = await ask({ cursor: next ?? undefined }).catch(() => undefined);
    if (page) setOlder({ items: [...(older?.items ?? []), ...page.items], next: page.next });
  };

  return (
    <main className="page">
      <header className="page-head">
        <h1>{texts.trips.title}</h1>
        <select
          className="select page-filter"
          aria-label={texts.trips.vehicle}
          value={vehicle ?? ''}
          onChange={event => setQuery({ vehicle: event.target.value || undefined })}
        >
          <option value="">{texts.trips.allVehicles}</option>
          {[...known.values()].map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </header>
      {first.state === 'loading' && <Notice busy title={texts.loading} />}
      {first.state === 'failed' && <Notice title={texts.trips.failed} onRetry={retry} />}
      {first.state === 'ready' && trips.length === 0 && <Notice title={texts.trips.empty} hint={texts.trips.emptyHint} />}
      {trips.length > 0 && <TripTable trips={trips} />}
      {next !== null && (
        <button type="button" className="button feed-more" onClick={loadOlder}>
          {texts.trips.more}
        </button>
      )}
    </main>
  );
};

const TripTable = ({ trips }: { trips: readonly Trip[] }) => {
  const names = useNames();
  return (
    <div className="table-frame">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{texts.trips.vehicle}</th>
            <th scope="col">{texts.trips.started}</th>
            <th scope="col" className="wide-only">
              {texts.vehicle.driver}
            </th>
            <th scope="col" className="number">
              {texts.replay.duration}
            </th>
            <th scope="col" className="number">
              {texts.replay.distance}
            </th>
            <th scope="col" className="number wide-only">
              {texts.replay.maxSpeed}
            </th>
            <th scope="col" className="number wide-only">
              {texts.feed.title}
            </th>
          </tr>
        </thead>
        <tbody>
          {trips.map(trip => (
            <tr key={trip.id}>
              <th scope="row">
                <Link to={`/trips/${encodeURIComponent(trip.id)}`}>{names.vehicle(trip.vehicle)}</Link>
              </th>
              <td>
                <time dateTime={trip.started_at} title={exactTime(trip.started_at)}>
                  {dayTime(trip.started_at)}
                </time>
              </td>
              <td className="wide-only">{trip.driver === null ? texts.unknown : names.driver(trip.driver)}</td>
              <td className="number">
                {trip.status === 'open' && <span className="tag wide-only">{texts.trips.open}</span>} {duration(trip.duration_s)}
              </td>
              <td className="number">{distance(trip.distance_km)}</td>
              <td className="number wide-only">{quantity(trip.max_speed_kmh, 'km/h')}</td>
              <td className="number wide-only">{alertCount(trip) || <span className="muted">{texts.unknown}</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};

const alertCount = (trip: Trip): number => Object.values(trip.counts).reduce((sum, n) => sum + n, 0);
