import type { Decoding } from '../decoding.js';
import { deviceInstant } from '../device-instant.js';
import { noObject } from '../fault-words.js';
import { looseObject, looseQuantity } from '../loose-values.js';

const KMH_PER_MPS = 3.6;
const KNOWN = new Set('timestamp coords is_moving odometer event battery activity extras _ uuid mock age provider'.split(' '));

/** Reads the JSON of the newer Traccar Client; negative speed and heading are "not known". The phone's odometer is none of the vehicle. */
export const readClientJson = (value: unknown, decoding: Decoding): void => {
  const message = looseObject(value);
  if (message === undefined) return;
  const { location } = message;
  for (const element of Array.isArray(location) ? location : [location]) {
    const point = looseObject(element);
    if (point === undefined) decoding.fault('wrong_type', noObject('location must be an object'));
    else readPoint(point, decoding);
  }
};

const readPoint = (point: Record<string, unknown>, decoding: Decoding): void => {
  const reading = decoding.begin(deviceInstant(point.timestamp), point, point.timestamp);
  if (reading === undefined) return;
  const { latitude: lat, longitude: lon, speed, heading, altitude, accuracy } = looseObject(point.coords) ?? {};
  const metresPerSecond = looseQuantity(speed);
  const kmh = metresPerSecond === undefined ? undefined : metresPerSecond * KMH_PER_MPS;
  decoding.fix({ lat, lon, speed: kmh, heading, altitude, accuracy }, reading);
  for (const name of Object.keys(point)) if (!KNOWN.has(name)) decoding.unknown.add(name);
};
