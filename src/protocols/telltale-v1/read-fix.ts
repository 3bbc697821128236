import type { Fix, Reading } from '../../model/reading.js';
import { mustBeWithin } from '../fault-words.js';
import { EventFault, isNumber, wrong } from './event-fault.js';

/**
 * Reads `gps` of an event. A position that the device itself calls no fix (`fix: false`, no satellites, exactly 0/0) gives none.
 * @returns what is wrong: types, or a position that is nowhere on earth
 */
export const readFix = (value: unknown, reading: Reading): EventFault | undefined => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong('gps', 'object', value);
  const gps = value as Record<string, unknown>;
  const { lat, lon } = gps;
  if (gps.fix === false || gps.sats === 0 || (lat == null && lon == null)) return undefined;
  if (!isNumber(lat)) return wrong('gps.lat', 'degrees', lat);
  if (!isNumber(lon)) return wrong('gps.lon', 'degrees', lon);
  if (lat < -90 || lat > 90) return new EventFault('out_of_range', mustBeWithin('gps.lat', -90, 90, lat));
  if (lon < -180 || lon > 180) return new EventFault('out_of_range', mustBeWithin('gps.lon', -180, 180, lon));
  // By name, not in a loop: a look-up by a changing name costs several times as much.
  const { speed_kmh: speed, heading, alt_m: altitude, hdop, sats, accuracy_m: accuracy } = gps;
  if (!isNumberOrAbsent(speed)) return wrong('gps.speed_kmh', 'number', speed);
  if (!isNumberOrAbsent(heading)) return wrong('gps.heading', 'number', heading);
  if (!isNumberOrAbsent(altitude)) return wrong('gps.alt_m', 'number', altitude);
  if (!isNumberOrAbsent(hdop)) return wrong('gps.hdop', 'number', hdop);
  if (!isNumberOrAbsent(sats)) return wrong('gps.sats', 'number', sats);
  if (!isNumberOrAbsent(accuracy)) return wrong('gps.accuracy_m', 'number', accuracy);
  reading.fix = fixOf(lat, lon, speed, heading, altitude, hdop, sats, accuracy);
  return undefined;
};

/** Numbers of a position as a fix; NaN is not told, exactly 0/0 is none. */
export const fixOf = (
  lat: number,
  lon: number,
  speed: Told,
  heading: Told,
  altitude: Told,
  hdop: Told,
  sats: Told,
  accuracy: Told,
): Fix | undefined =>
  lat === 0 && lon === 0
    ? undefined
    : {
        lat,
        lon,
        speed: atLeastZero(speed),
        heading: atLeastZero(heading),
        altitude: altitude == null || Number.isNaN(altitude) ? undefined : altitude,
        hdop: atLeastZero(hdop),
        sats: atLeastZero(sats),
        accuracy: atLeastZero(accuracy),
      };

type Told = number | null | undefined;

const isNumberOrAbsent = (value: unknown): value is number | null | undefined => value == null || isNumber(value);

/** Negative numbers stand for "unknown" on many devices; unknown is not zero. */
const atLeastZero = (value: number | null | undefined): number | undefined => (value != null && value >= 0 ? value : undefined);

// As with the times of readings: its places are objects from the beginning, not plain doubles that become one for each call that they go into.
fixOf(undefined as never, undefined as never, 0, 0, 0, 0, 0, 0);
