import { csvLine } from '../../model/csv-cell.js';
import type { TrackColumns } from '../../model/trip.js';
import { iso } from './iso.js';
import { placesOf } from './places-of-track.js';
import { geojsonOfTrip } from './track-geojson.js';
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
  const points = placesOf(track).map(({ at, lat, lon, speed, heading }) => {
    const extras = [
      speed === null ? '' : `<gpxtpx:speed>${(speed / 3.6).toFixed(2)}</gpxtpx:speed>`,
      heading === null ? '' : `<gpxtpx:course>${decimal((Math.round(heading * 10) / 10) % 360, 1)}</gpxtpx:course>`,
    ].join('');
    const extension =
      extras === '' ? '' : `<extensions><gpxtpx:TrackPointExtension>${extras}</gpxtpx:TrackPointExtension></extensions>`;
    // Of the date line only the western side is a longitude of GPX.
    const western = lon === 180 ? -180 : lon;
    return `<trkpt lat="${decimal(lat, 7)}" lon="${decimal(western, 7)}"><time>${iso(at)}</time>${extension}</trkpt>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="Telltale" xmlns="http://www.topografix.com/GPX/1/1" xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v2">
<metadata><time>${trip.started_at}</time></metadata>
<trk><name>${escaped(nameOf(trip))}</name><trkseg>
${points.join('\n')}
</trkseg></trk></gpx>
`;
};

/** KML 2.2 with the gx:Track extension: each place with its time. */
const kml = (trip: TripWire, track: TrackColumns): string => {
  const points = placesOf(track);
  return `<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Document>
<name>${escaped(nameOf(trip))}</name><Placemark><name>${escaped(trip.vehicle)}</name><gx:Track>
${points.map(({ at }) => `<when>${iso(at)}</when>`).join('\n')}
${points.map(({ lat, lon }) => `<gx:coord>${decimal(lon, 7)} ${decimal(lat, 7)} 0</gx:coord>`).join('\n')}
</gx:Track></Placemark></Document></kml>
`;
};

const WRITERS: Readonly<Record<ExportFormat, (trip: TripWire, track: TrackColumns) => string>> = {
  gpx,
  csv,
  geojson: geojsonOfTrip,
  kml,
};

const nameOf = (trip: TripWire): string => `${trip.vehicle} ${trip.started_at}`;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** As xsd:decimal has it: a number near 0 would otherwise be written as `1e-7`. */
const decimal = (value: number, decimals: number): string => value.toFixed(decimals).replace(/\.?0+$/, '');
