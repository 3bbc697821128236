import type { Instant, Kmh } from '../../model/units.js';

/** How many events lie on one lap. At 1 Hz and 72 km/h a lap is 1.6 km. */
export const LAP = 80;

/** What one event of a lap says; a lap ends where and as fast as it began, so that laps follow each other without a jump. */
export interface LapPoint {
  lat: number;
  lon: number;
  speed: Kmh;
  heading: number;
}

const CRUISE: Kmh = 72;
/** Three seconds at −5 m/s², harsh for every class; then back to speed at 2.5 m/s², harsh for no car. */
const BRAKING: readonly Kmh[] = [72, 54, 36, 18, 27, 36, 45, 54, 63, 72];

/** The event of a braking lap that is the first by which braking could be proven. */
export const PROOF = 3;

const METRES_PER_DEGREE = 111_194.9;

/**
 * One lap on a circle.
 * @param place which of the circles, each at another place
 * @param braking with a harsh braking at its start; the rest of the lap is driven a little faster, so that it is as long
 */
export const lap = (place: number, braking: boolean): LapPoint[] => {
  const metres = (LAP * CRUISE) / 3.6;
  const lost = braking ? BRAKING.reduce((sum, speed) => sum + (CRUISE - speed) / 3.6, 0) : 0;
  const rest = CRUISE + (lost * 3.6) / (LAP - BRAKING.length);
  const middle = { lat: 55.1 + (place % 8) * 0.05, lon: 3.1 + Math.floor(place / 8) * 0.05 };
  const radius = metres / (2 * Math.PI);
  let gone = 0;
  return Array.from({ length: LAP }, (_, i) => {
    const speed = braking ? (BRAKING[i] ?? rest) : CRUISE;
    gone += speed / 3.6;
    const angle = (gone / metres) * 2 * Math.PI;
    return {
      lat: middle.lat + (radius * Math.cos(angle)) / METRES_PER_DEGREE,
      lon: middle.lon + (radius * Math.sin(angle)) / (METRES_PER_DEGREE * Math.cos((middle.lat * Math.PI) / 180)),
      speed,
      heading: ((angle * 180) / Math.PI + 90) % 360,
    };
  });
};

/** Digits of `ts` and of `seq`, which starts here: numbers of fixed width can be patched in place. */
export const TS_DIGITS = 13;
export const SEQ_DIGITS = 9;
export const FIRST_SEQ = 100_000_000;

/** One event of contract §3, always equally long. */
export const eventText = ({ lat, lon, speed, heading }: LapPoint, ts: Instant, seq: number): string => {
  const rpm = hex(speed * 33 * 4, 4);
  const load = hex(70 + speed / 2, 2);
  return (
    `{"ts":${ts},"seq":${seq},"gps":{"lat":${lat.toFixed(6)},"lon":${lon.toFixed(6)},"speed_kmh":${speed.toFixed(1)},` +
    `"heading":${heading.toFixed(0).padStart(3)}},"obd":["410C${rpm}","410D${hex(Math.floor(speed), 2)}","4104${load}","410582","41100${rpm.slice(0, 3)}","4111${load}"]}`
  );
};

const hex = (value: number, digits: number): string => Math.round(value).toString(16).toUpperCase().padStart(digits, '0');
