import type { Fix, Reading } from '../model/reading.js';
import { type FaultWords, noPlace } from './fault-words.js';
import { looseBoolean, looseNumber, looseQuantity } from './loose-values.js';

/** A position as a device wrote it; degrees, km/h, metres. */
export interface SentFix {
  lat: unknown;
  lon: unknown;
  speed?: unknown;
  heading?: unknown;
  altitude?: unknown;
  hdop?: unknown;
  sats?: unknown;
  accuracy?: unknown;
  /** The device's own word for whether it has a fix. */
  valid?: unknown;
}

/** No road vehicle, train or airliner goes faster: such a receiver makes its numbers up. */
const FASTEST_KMH = 1_000;

/**
 * Puts a position into `reading`, unless the device has no fix: it says so, sees no satellite, stands at exactly 0/0 or moves at a speed
 * that does not exist. What is negative for "not known" stays out.
 * @returns what is wrong with it, where it is nowhere on earth
 */
export const readDeviceFix = (sent: SentFix, reading: Reading): FaultWords | undefined => {
  const lat = looseNumber(sent.lat);
  const lon = looseNumber(sent.lon);
  if (lat === undefined || lon === undefined || (lat === 0 && lon === 0)) return undefined;
  const speed = looseQuantity(sent.speed);
  if (looseBoolean(sent.valid) === false || looseNumber(sent.sats) === 0 || (speed ?? 0) > FASTEST_KMH) return undefined;
  if (Math.abs(lat) > 90 || Math.abs(lon) > 180) return noPlace(lat, lon);
  reading.fix = fixOf(lat, lon, speed, sent);
  return undefined;
};

const fixOf = (lat: number, lon: number, speed: number | undefined, sent: SentFix): Fix => {
  const heading = looseQuantity(sent.heading);
  return {
    lat,
    lon,
    speed,
    heading: heading !== undefined && heading <= 360 ? heading : undefined,
    altitude: looseNumber(sent.altitude),
    hdop: looseQuantity(sent.hdop),
    sats: looseQuantity(sent.sats),
    accuracy: looseQuantity(sent.accuracy),
  };
};
