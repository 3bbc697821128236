import type { HealthDay } from '../../model/health.js';
import type { DriverDay, TrackChunk } from '../../model/trip.js';

/** Keys of rows that are owned by one vehicle. */
export const trackKey = ({ trip, no }: Pick<TrackChunk, 'trip' | 'no'>): string => `${trip}:${no}`;
export const dayKey = ({ vehicle, driver, day }: Pick<DriverDay, 'vehicle' | 'driver' | 'day'>): string =>
  `${vehicle}:${driver}:${day}`;
export const healthDayKey = ({ vehicle, day }: Pick<HealthDay, 'vehicle' | 'day'>): string => `${vehicle}:${day}`;
