import type { Trip } from '../api/wire-types';
import { Link } from '../app/link';
import { distance, quantity } from '../format/quantity';
import { dayTime, duration, exactTime } from '../format/time';
import { useNames } from '../live/use-names';
import { texts } from '../texts/texts';
import { type Column, DataTable } from '../ui/data-table';
import { Loading } from '../ui/loading';
import { Page } from '../ui/page';
import { useTripFilters } from './trip-filters';
import { TripSearch } from './trip-search';
import { useTrips } from './use-trips';

/** Trips, newest first, by vehicle, driver, time and place; each opens its replay. */
export const TripsPage = () => {
  const filters = useTripFilters();
  const { loaded, retry, loadMore, loadingMore } = useTrips(filters);
  const columns = useColumns();
  return (
    <Page title={texts.trips.title}>
      <TripSearch filters={filters} />
      <Loading of={loaded} onRetry={retry} failed={texts.trips.failed}>
        {({ items, next }) => (
          <>
            <DataTable
              id="order"
              caption={texts.trips.title}
              columns={columns}
              rows={items}
              keyOf={({ id }) => id}
              empty={next === null ? texts.trips.empty : texts.trips.noneSoFar}
              emptyHint={texts.trips.emptyHint}
            />
            {next !== null && (
              <button type="button" className="button feed-more" disabled={loadingMore} onClick={loadMore}>
                {loadingMore ? texts.loading : texts.trips.more}
              </button>
            )}
          </>
        )}
      </Loading>
    </Page>
  );
};

const useColumns = (): Column<Trip>[] => {
  const names = useNames();
  return [
    {
      key: 'vehicle',
      head: texts.trips.vehicle,
      cell: ({ id, vehicle }) => <Link to={`/trips/${encodeURIComponent(id)}`}>{names.vehicle(vehicle)}</Link>,
    },
    {
      key: 'started',
      head: texts.trips.started,
      cell: ({ started_at, status }) => (
        <>
          <time dateTime={started_at} title={exactTime(started_at)}>
            {dayTime(started_at)}
          </time>
          {status === 'open' && <span className="tag wide-only"> {texts.trips.open}</span>}
        </>
      ),
    },
    {
      key: 'driver',
      head: texts.trips.driver,
      wide: true,
      cell: ({ driver }) => (driver === null ? <span className="muted">{texts.unknown}</span> : names.driver(driver)),
    },
    { key: 'duration', head: texts.replay.duration, numeric: true, cell: ({ duration_s }) => duration(duration_s) },
    { key: 'distance', head: texts.replay.distance, numeric: true, cell: ({ distance_km }) => distance(distance_km) },
    {
      key: 'max-speed',
      head: texts.replay.maxSpeed,
      numeric: true,
      wide: true,
      cell: ({ max_speed_kmh }) => quantity(max_speed_kmh, 'km/h'),
    },
    { key: 'fuel', head: texts.replay.fuel, numeric: true, wide: true, cell: ({ fuel_l }) => quantity(fuel_l, 'L', 1, 1) },
    {
      key: 'alerts',
      head: texts.feed.title,
      numeric: true,
      wide: true,
      cell: trip => alertCount(trip) || <span className="muted">{texts.unknown}</span>,
    },
  ];
};

const alertCount = (trip: Trip): number => Object.values(trip.counts).reduce((sum, n) => sum + n, 0);
