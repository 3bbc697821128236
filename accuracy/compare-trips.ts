import type { TripOutcome } from '../src/model/trip.js';
import { type AccuracyDrive, HELD_SIGNAL, STATIONARY } from './recorded-drives.js';

/** Ours and that of a reference, in the same unit. */
export interface Compared {
  ours: number;
  theirs: number;
}

type Judged = Pick<AccuracyDrive, 'source' | 'expected'> & { trips: readonly TripOutcome[] };

const sum = (trips: readonly TripOutcome[], of: (trip: TripOutcome) => number | null): number =>
  trips.reduce((total, trip) => total + (of(trip) ?? 0), 0);

/** Part of theirs by which ours is off, signed. */
export const errorOf = ({ ours, theirs }: Compared): number => (ours - theirs) / theirs;

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/**
 * Metres, by GPS where the reference has it, else by wheels. Ours is 2 % longer on css-canedge: its receiver finds itself after 129 s and
 * 827 m, which the wheels count and a reference by GPS cannot.
 */
export const distanceOf = ({ source, trips, expected }: Judged): Compared | undefined => {
  if (source === STATIONARY) return undefined;
  const theirs = expected.distance_gps_moving_m ?? expected.distance_obd_speed_m;
  return theirs ? { ours: sum(trips, trip => trip.distance) * 1_000, theirs } : undefined;
};

/** Seconds. By OBD where the drive has wheel speed throughout (nds-blackbox: some stray values), else by GPS where it has rpm. */
export const idleOf = ({ source, trips, expected: { idle_s, idle_gps_s } }: Judged): Compared | undefined => {
  const theirs = source === 'nds-blackbox' ? idle_gps_s : idle_s;
  return theirs === null || theirs === undefined ? undefined : { ours: sum(trips, trip => trip.idle), theirs };
};

/** Litres. */
export const fuelOf = ({ trips, expected: { fuel_l_maf, fuel_l_rate } }: Judged): Compared | undefined => {
  const theirs = fuel_l_maf ?? fuel_l_rate;
  return theirs ? { ours: sum(trips, trip => trip.fuel), theirs } : undefined;
};

/** Seconds from the first start to the last end. */
export const durationOf = ({ source, trips, expected }: Judged): Compared | undefined =>
  source === STATIONARY
    ? undefined
    : { ours: trips.length === 0 ? 0 : (trips.at(-1)!.endedAt - trips[0]!.startedAt) / 1_000, theirs: expected.duration_s };

/** Idling within 5 % or 5 s: what is short is told in whole seconds. */
export const idleAgrees = ({ ours, theirs }: Compared): boolean => Math.abs(ours - theirs) <= Math.max(5, 0.05 * theirs);

/** The receiver tells where the vehicle is when it is there, and the reference can measure the way by it. */
export const hasGoodSignal = ({ source }: Pick<AccuracyDrive, 'source'>): boolean => source !== HELD_SIGNAL;
