import fc from 'fast-check';
import {
  ACCELERATION,
  HEADING,
  LAT,
  LON,
  MOST_ELAPSED,
  type PointCodes,
  RPM,
  SPEED,
  THROTTLE,
} from '../../src/model/drawn-track/pack-point.js';

/** The ends of a scale, anything on it, and the small codes that most differences come to. */
const code = (codes: number) =>
  fc.oneof(fc.constantFrom(0, 1, codes - 1), fc.integer({ min: 0, max: codes - 1 }), fc.integer({ min: 0, max: 40 }));

/** Any point of a track as its codes. */
export const anyPoint = fc.record<PointCodes>({
  elapsed: code(MOST_ELAPSED + 1),
  speed: code(SPEED.codes),
  acceleration: code(ACCELERATION.codes),
  lat: code(LAT.codes),
  heading: code(HEADING.codes),
  throttle: code(THROTTLE.codes),
  lon: code(LON.codes),
  rpm: code(RPM.codes),
});
