import type { Degrees, Kmh, Metres } from '../../model/units.js';
import type { FenceShape } from './fence-shape.js';
import { METRES_PER_DEGREE, metresPerDegreeOfLongitude, turned } from './geometry.js';

/** A receiver that stands still may wander, but hardly tells this speed (data/gpsd-stationary: 6 km/h at most). */
const DRIVING: Kmh = 10;

interface Place {
  lat: Degrees;
  lon: Degrees;
}

/**
 * Whether a vehicle went right through a fence between two fixes that are both outside of it. Proven when the straight way meets the inside
 * even if it is moved to either side by the error of the fixes, and the vehicle did drive: told by its speed, or by a way that no jitter
 * makes (twice the margin).
 * @param error how far a fix may be wrong; `margin` that and the band of a border
 */
export const passesThrough = (
  shape: FenceShape,
  from: Place,
  to: Place,
  speed: Kmh | undefined,
  error: Metres,
  margin: Metres,
): boolean => {
  if (!shape.meets(from.lon, from.lat, to.lon, to.lat)) return false;
  const perLon = metresPerDegreeOfLongitude(to.lat);
  const dx = turned(to.lon - from.lon) * perLon;
  const dy = (to.lat - from.lat) * METRES_PER_DEGREE;
  const way = Math.hypot(dx, dy);
  if (way < error || (way < 2 * margin && (speed ?? 0) < DRIVING)) return false;
  const shiftLon = ((-dy / way) * error) / perLon;
  const shiftLat = ((dx / way) * error) / METRES_PER_DEGREE;
  return (
    shape.meets(from.lon + shiftLon, from.lat + shiftLat, to.lon + shiftLon, to.lat + shiftLat) &&
    shape.meets(from.lon - shiftLon, from.lat - shiftLat, to.lon - shiftLon, to.lat - shiftLat)
  );
};
