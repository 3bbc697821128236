import { useMemo } from 'react';
import type { Severity, VehicleStatus } from '../api/wire-types';
import { setQuery, useLocation } from '../app/location';

export const STATUSES: readonly VehicleStatus[] = ['driving', 'idling', 'parked', 'offline'];

/** Of the feed: what waits, what somebody looks after, everything. */
export type FeedView = 'open' | 'acknowledged' | 'all';

/** What the live page shows. It lives in the address, so that a reload or a link shows the same. */
export interface LiveFilters {
  /** Empty = all. */
  statuses: ReadonlySet<VehicleStatus>;
  /** Of vehicles; undefined = all. */
  group: string | undefined;
  vehicle: string | undefined;
  follow: boolean;
  feed: FeedView;
  leastSeverity: Severity;
}

export const useLiveFilters = (): LiveFilters => {
  const { query } = useLocation();
  const status = query.get('status') ?? '';
  const severity = query.get('severity');
  const view = query.get('alerts');
  const statuses = useMemo(() => new Set(STATUSES.filter(one => status.split(',').includes(one))), [status]);
  return {
    statuses,
    group: query.get('group') ?? undefined,
    vehicle: query.get('vehicle') ?? undefined,
    follow: query.get('follow') === '1',
    feed: view === 'all' || view === 'acknowledged' ? view : 'open',
    leastSeverity: severity === 'warning' || severity === 'critical' ? severity : 'info',
  };
};

export const toggleStatus = (statuses: ReadonlySet<VehicleStatus>, status: VehicleStatus): void => {
  const next = STATUSES.filter(one => (one === status) !== statuses.has(one));
  setQuery({ status: next.length === STATUSES.length ? undefined : next.join(',') });
};

export const showAllVehicles = (): void => setQuery({ status: undefined, group: undefined });

export const selectVehicle = (vehicle: string | undefined): void => setQuery({ vehicle, follow: undefined });

export const setFollow = (follow: boolean): void => setQuery({ follow: follow ? '1' : undefined });
