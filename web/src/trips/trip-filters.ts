import { useMemo } from 'react';
import type { Query } from '../api/request';
import { useLocation } from '../app/location';
import { instantOfLocal } from '../format/zoned-day';
import { type Period, usePeriod } from '../ui/period';

/** Of the map, degrees. */
export interface Box {
  west: number;
  south: number;
  east: number;
  north: number;
}

/** What trips are looked for, from the address. */
export interface TripFilters {
  vehicle: string | undefined;
  driver: string | undefined;
  period: Period;
  /** `2026-11-22T14:03` in the fleet's zone: trips that were under way then; instead of the period. */
  when: string | undefined;
  box: Box | undefined;
}

/** A trip that goes on at a moment may have begun this long before. */
const LONGEST_TRIP_MS = 24 * 3_600_000;

export const useTripFilters = (): TripFilters => {
  const { query } = useLocation();
  const period = usePeriod('7d');
  const text = query.get('bbox');
  const when = query.get('when') ?? '';
  const box = useMemo(() => {
    const [west = Number.NaN, south = Number.NaN, east = Number.NaN, north = Number.NaN] = (text ?? '').split(',').map(Number);
    return text !== null && [west, south, east, north].every(Number.isFinite) ? { west, south, east, north } : undefined;
  }, [text]);
  return {
    vehicle: query.get('vehicle') ?? undefined,
    driver: query.get('driver') ?? undefined,
    period,
    when: Number.isNaN(instantOfLocal(when)) ? undefined : when,
    box,
  };
};

/** As `GET /trips` is asked. */
export const tripQuery = ({ vehicle, driver, period, when, box }: TripFilters): Query => {
  const at = when === undefined ? undefined : instantOfLocal(when);
  return {
    vehicle,
    driver,
    from: at === undefined ? period.from : at - LONGEST_TRIP_MS,
    to: at ?? period.to,
    bbox: box && boxText(box),
  };
};

/** A hundred-thousandth of a degree is a metre. */
export const boxText = ({ west, south, east, north }: Box): string =>
  [west, south, east, north].map(value => Number(value.toFixed(5))).join(',');
