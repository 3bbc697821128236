import type { Reading } from '../../model/reading.js';
import { EventFault, isNumber, wrong } from './event-fault.js';

/**
 * Reads `gps` of an event. A position that the device itself calls no fix (`fix: false`, no satellites, exactly 0/0) gives none.
 * @returns what is wrong: types, or a position that is nowhere on earth
 */
export const readFix = (value: unknown, reading: Reading): EventFault | undefined => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong('gps', 'an object', value);
  const gps = value as Record<string, unknown>;
  const { lat, lon } = gps;
  if (gps.fix === false || gps.sats === 0 || (lat == null && lon == null)) return undefined;
  if (!isNumber(lat)) return wrong('gps.lat', 'degrees', lat);
  if (!isNumber(lon)) return wrong('gps.lon', 'degrees', lon);
  if (lat < -90 || lat > 90) return new EventFault('out_of_range', `gps.lat must be within -90 and 90, not ${lat}`);
  if (lon < -180 || lon > 180) return new EventFault('out_of_range', `gps.lon must be within -180 and 180, not ${lon}`);
  for (const name of OPTIONAL) {
    if (gps[name] != null && !isNumber(gps[name])) return wrong(`gps.${name}`, 'a number', gps[name]);
  }
  if (lat === 0 && lon === 0) return undefined;
  reading.fix = {
    lat,
    lon,
    speed: atLeastZero(gps.speed_kmh),
    heading: atLeastZero(gps.heading),
    altitude: (gps.alt_m ?? undefined) as number | undefined,
    hdop: atLeastZero(gps.hdop),
    sats: atLeastZero(gps.sats),
    accuracy: atLeastZero(gps.accuracy_m),
  };
  return undefined;
};

const OPTIONAL = ['speed_kmh', 'heading', 'alt_m', 'hdop', 'sats', 'accuracy_m'] as const;

/** Negative numbers stand for "unknown" on many devices; unknown is not zero. */
const atLeastZero = (value: unknown): number | undefined => ((value as number) >= 0 ? (value as number) : undefined);
