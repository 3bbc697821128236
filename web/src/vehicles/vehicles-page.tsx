import { useCallback } from 'react';
import type { Schema } from '../api/client';
import { getAll } from '../api/get-all';
import type { Position, Vehicle } from '../api/wire-types';
import { Link } from '../app/link';
import { useLoaded } from '../app/use-loaded';
import { useNow } from '../app/use-now';
import { useFleet } from '../live/fleet';
import { GroupFilter } from '../live/group-filter';
import { useLiveFilters } from '../live/live-filters';
import { StatusSign } from '../live/status-sign';
import { texts } from '../texts/texts';
import { type Column, DataTable } from '../ui/data-table';
import { Loading } from '../ui/loading';
import { Page } from '../ui/page';
import { Time } from '../ui/time';
import { findingText } from './finding-text';
import { HealthSign } from './health-sign';

type FleetHealth = Schema<'FleetHealth'>;

interface Row {
  vehicle: Vehicle;
  health: FleetHealth | undefined;
  position: Position | undefined;
}

/** The fleet, what needs a workshop first. */
export const VehiclesPage = () => {
  const { positions } = useFleet();
  const { group } = useLiveFilters();
  // Where they are changes all the time; here it is enough to look now and then.
  useNow(5_000);
  const [loaded, retry] = useLoaded(
    useCallback(async () => {
      const [vehicles, health] = await Promise.all([
        getAll<Vehicle>('/vehicles', { group }),
        getAll<FleetHealth>('/health', { group }),
      ]);
      const healthOf = new Map(health.map(one => [one.vehicle, one]));
      return vehicles.map(vehicle => ({ vehicle, health: healthOf.get(vehicle.id) }));
    }, [group]),
  );
  return (
    <Page title={texts.vehicles.title} lead={texts.vehicles.lead} actions={<GroupFilter />}>
      <Loading of={loaded} onRetry={retry} failed={texts.vehicles.failed}>
        {found => (
          <DataTable
            id="order"
            caption={texts.vehicles.title}
            columns={COLUMNS}
            rows={found.map(row => ({ ...row, position: positions.of(row.vehicle.id) }))}
            keyOf={({ vehicle }) => vehicle.id}
            order="-urgency"
            empty={texts.vehicles.empty}
            emptyHint={texts.vehicles.emptyHint}
          />
        )}
      </Loading>
    </Page>
  );
};

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'name',
    head: texts.trips.vehicle,
    sort: ({ vehicle }) => vehicle.name,
    cell: ({ vehicle }) => <Link to={`/vehicles/${encodeURIComponent(vehicle.id)}`}>{vehicle.name}</Link>,
  },
  {
    key: 'status',
    head: texts.vehicle.status,
    sort: ({ position }) => position?.status ?? 'offline',
    cell: ({ position }) => (
      <span className="event-name">
        <StatusSign status={position?.status ?? 'offline'} />
        {texts.status[position?.status ?? 'offline']}
      </span>
    ),
  },
  {
    key: 'urgency',
    head: texts.health.title,
    // Of those that are alike, the one with more open alerts.
    sort: ({ health, position }) => (health?.urgency ?? 0) * 1_000 + (position?.open_alerts ?? 0),
    cell: ({ health }) => <HealthSign state={health?.state ?? 'not_enough_data'} />,
  },
  {
    key: 'finding',
    head: texts.health.finding,
    wide: true,
    cell: ({ health }) => (
      <span className="finding-text" title={health?.findings.map(findingText).join('\n')}>
        {health?.findings[0] ? findingText(health.findings[0]) : <span className="muted">{texts.unknown}</span>}
      </span>
    ),
  },
  {
    key: 'alerts',
    head: texts.vehicle.openAlerts,
    numeric: true,
    sort: ({ position }) => position?.open_alerts ?? 0,
    cell: ({ position }) => position?.open_alerts || <span className="muted">{texts.unknown}</span>,
  },
  {
    key: 'class',
    head: texts.vehicles.class,
    wide: true,
    sort: ({ vehicle }) => texts.vehicle.classes[vehicle.class],
    cell: ({ vehicle }) => texts.vehicle.classes[vehicle.class],
  },
  {
    key: 'group',
    head: texts.vehicles.group,
    wide: true,
    sort: ({ vehicle }) => vehicle.group,
    cell: ({ vehicle }) => vehicle.group ?? <span className="muted">{texts.unknown}</span>,
  },
  {
    key: 'heard',
    head: texts.vehicle.heard,
    wide: true,
    sort: ({ position }) => position?.ts ?? null,
    cell: ({ position }) => <Time at={position?.ts ?? null} as="ago" />,
  },
];
