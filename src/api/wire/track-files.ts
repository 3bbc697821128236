import { csvLine } from '../../model/csv-cell.js';
import type { TrackColumns } from '../../model/trip.js';
import { iso } from './iso.js';
import type { TripWire } from './trip.js';

export const EXPORT_FORMATS = ['gpx', 'csv', 'geojson', 'kml'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export const MEDIA_TYPES: Readonly<Record<ExportFormat, string>> = {
  gpx: 'application/gpx+xml',
  csv: 'text/csv',
  geojson: 'application/geo+json',
  kml: 'application/vnd.google-earth.kml+xml',
};

/** A trip as a file for other tools. Points without a position are in the CSV only: the others are of places. */
export const trackFile = (format: ExportFormat, trip: TripWire, track: TrackColumns): string => WRITERS[format](trip, track);

const csv = (_trip: TripWire, track: TrackColumns): string => {
  const { ts, ...columns } = track;
  const names = Object.keys(columns) as (keyof typeof columns)[];
  const lines = ts.map((at, n) => csvLine([iso(at), ...names.map(name => columns[name][n])]));
  return [csvLine(['ts', ...names]), ...lines].join('');
};

/** GPX 1.1, with speed and course in Garmin's TrackPointExtension v2, which knows both (m/s, degrees). */
const gpx = (trip: TripWire, track: TrackColumns): string => {
  const points = placed(track).map(({ at, lat, lon, speed, heading }) => {
    const extras = [
      speed === null ? '' : `<gpxtpx:speed>${(speed / 3.6).toFixed(2)}</gpxtpx:speed>`,
      heading === null ? '' : `<gpxtpx:course>${heading}</gpxtpx:course>`,
    ].join('');
    const extension =
      extras === '' ? '' : `<extensions><gpxtpx:TrackPointExtension>${extras}</gpxtpx:TrackPointExtension></extensions>`;
    return `<trkpt lat="${lat}" lon="${lon}"><time>${iso(at)}</time>${extension}</trkpt>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="Telltale" xmlns="http://www.topografix.com/GPX/1/1" xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v2">
<metadata><time>${trip.started_at}</time></metadata>
<trk><name>${escaped(nameOf(trip))}</name><trkseg>
${points.join('\n')}
</trkseg></trk></gpx>
`;
};

/** RFC 7946: a LineString; the times of its positions stand in `coordinateProperties.times`, where map tools look for them. */
const geojson = (trip: TripWire, track: TrackColumns): string => {
  const points = placed(track);
  const geometry =
    points.length < 2
      ? { type: 'MultiPoint', coordinates: points.map(({ lon, lat }) => [lon, lat]) }
      : { type: 'LineString', coordinates: points.map(({ lon, lat }) => [lon, lat]) };
  const coordinateProperties = { times: points.map(({ at }) => iso(at)), speeds_kmh: points.map(({ speed }) => speed) };
  return JSON.stringify({ type: 'Feature', id: trip.id, geometry, properties: { ...trip, coordinateProperties } });
};

/** KML 2.2 with the gx:Track extension: each place with its time. */
const kml = (trip: TripWire, track: TrackColumns): string => {
  const points = placed(track);
  return `<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Document>
<name>${escaped(nameOf(trip))}</name><Placemark><name>${escaped(trip.vehicle)}</name><gx:Track>
${points.map(({ at }) => `<when>${iso(at)}</when>`).join('\n')}
${points.map(({ lat, lon }) => `<gx:coord>${lon} ${lat} 0</gx:coord>`).join('\n')}
</gx:Track></Placemark></Document></kml>
`;
};

const WRITERS: Readonly<Record<ExportFormat, (trip: TripWire, track: TrackColumns) => string>> = { gpx, csv, geojson, kml };

interface Placed {
  at: number;
  lat: number;
  lon: number;
  speed: number | null;
  heading: number | null;
}

const placed = ({ ts, lat, lon, speed_kmh, heading }: TrackColumns): Placed[] => {
  const points: Placed[] = [];
  for (let n = 0; n < ts.length; n++) {
    const [atLat, atLon] = [lat[n], lon[n]];
    if (atLat == null || atLon == null) continue;
    points.push({ at: ts[n]!, lat: atLat, lon: atLon, speed: speed_kmh[n] ?? null, heading: heading[n] ?? null });
  }
  return points;
};

const nameOf = (trip: TripWire): string => `${trip.vehicle} ${trip.started_at}`;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
