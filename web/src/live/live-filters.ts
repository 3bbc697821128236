import type { Severity, VehicleStatus } from '../api/wire-types';
import { setQuery, useLocation } from '../app/location';

export const STATUSES: readonly VehicleStatus[] = ['driving', 'idling', 'parked', 'offline'];

/** What the live page shows. It lives in the address, so that a reload or a link shows the same. */
export interface LiveFilters {
  /** Empty = all. */
  statuses: ReadonlySet<VehicleStatus>;
  vehicle: string | undefined;
  follow: boolean;
  allAlerts: boolean;
  leastSeverity: Severity;
}

export const useLiveFilters = (): LiveFilters => {
  const { query } = useLocation();
  const statuses = query.get('status')?.split(',') ?? [];
  const severity = query.get('severity');
  return {
    statuses: new Set(STATUSES.filter(status => statuses.includes(status))),
    vehicle: query.get('vehicle') ?? undefined,
    follow: query.get('follow') === '1',
    allAlerts: query.get('alerts') === 'all',
    leastSeverity: severity === 'warning' || severity === 'critical' ? severity : 'info',
  };
};

export const toggleStatus = (statuses: ReadonlySet<VehicleStatus>, status: VehicleStatus): void => {
  const next = STATUSES.filter(one => (one === status) !== statuses.has(one));
  setQuery({ status: next.length === STATUSES.length ? undefined : next.join(',') });
};

export const showAllStatuses = (): void => setQuery({ status: undefined });

export const selectVehicle = (vehicle: string | undefined): void => setQuery({ vehicle, follow: undefined });

export const setFollow = (follow: boolean): void => setQuery({ follow: follow ? '1' : undefined });
