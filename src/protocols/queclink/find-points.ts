/** A position in a report: accuracy (0 = no fix), km/h, heading, altitude m, longitude, latitude, UTC. */
export interface TrackPoint {
  accuracy: number;
  speed: string;
  heading: string;
  altitude: string;
  lon: string;
  lat: string;
  /** `YYYYMMDDHHMMSS` */
  utc: string;
  /** As it stood there. */
  text: string;
}

const COLUMNS = 7;
const MOST_POINTS = 64;
const NUMBER = /^-?\d{1,6}(?:\.\d{1,8})?$/;
const OPTIONAL_NUMBER = /^(?:-?\d{1,6}(?:\.\d{1,8})?)?$/;
const UTC = /^\d{14}$/;

/** Finds the points among the columns of a report: six numbers and fourteen digits. */
export const pointsIn = (fields: readonly string[]): TrackPoint[] => {
  const points: TrackPoint[] = [];
  for (let i = 0; i + COLUMNS <= fields.length && points.length < MOST_POINTS; i++) {
    const [accuracy, speed, heading, altitude, lon, lat, utc] = fields.slice(i, i + COLUMNS) as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    const shaped =
      UTC.test(utc) &&
      NUMBER.test(lat) &&
      NUMBER.test(lon) &&
      [accuracy, speed, heading, altitude].every(f => OPTIONAL_NUMBER.test(f));
    if (!shaped) continue;
    const text = fields.slice(i, i + COLUMNS).join(',');
    points.push({ accuracy: Number(accuracy), speed, heading, altitude, lon, lat, utc, text });
    i += COLUMNS - 1;
  }
  return points;
};
