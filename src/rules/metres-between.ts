import type { Location } from '../model/alert.js';
import type { Metres } from '../model/units.js';

/** What a degree of latitude measures. */
const PER_DEGREE: Metres = 111_195;

/** Distance in the plane that touches the earth there: right to 0.1 % for the few kilometres that rules ask about. */
export const metresBetween = (a: Location, b: Location): Metres => {
  const lon = Math.abs(a.lon - b.lon);
  const dx = Math.min(lon, 360 - lon) * Math.cos(((a.lat + b.lat) * Math.PI) / 360);
  return PER_DEGREE * Math.hypot(dx, a.lat - b.lat);
};
