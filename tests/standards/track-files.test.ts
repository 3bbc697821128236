// Proves: a trip, wherever and however odd its track is, is a valid file by the rules of each standard (GPX 1.1, KML 2.2 with gx:Track,
// RFC 7946, RFC 4180) and holds every place with its time; and the checkers that say so find what is broken.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ExportFormat, trackFile } from '../../src/api/wire/track-files.js';
import type { TripWire } from '../../src/api/wire/trip.js';
import { csvLine } from '../../src/model/csv-cell.js';
import type { TrackColumns } from '../../src/model/trip.js';
import { problemsOfGeojson } from './check-geojson.js';
import { problemsOfGpx } from './check-gpx.js';
import { problemsOfKml } from './check-kml.js';
import { parseXml } from './parse-xml.js';
import { formulasIn, readStrictCsv } from './read-csv.js';

const trip: TripWire = {
  ...{ id: 't-1', vehicle: 'v-1', driver: 'd-1', started_at: '2026-11-20T08:00:00.000Z', ended_at: null, status: 'open' },
  ...{ start: null, end: null, distance_km: 1, distance_source: 'gps', duration_s: 60, moving_s: 60, idle_s: 0 },
  ...{ max_speed_kmh: 60, fuel_l: null, measured_along_s: null, measured_across_s: null, counts: { tow: 1 } },
};

interface Point {
  place: readonly [lon: number, lat: number] | null;
  speed: number | null;
  heading: number | null;
}
const tiny = fc.constantFrom(0, -0, 1e-7, -1e-7, 5e-7, 180, -180, 179.9999999, -179.9999999);
const degrees = (most: number) =>
  fc.oneof(
    tiny.filter(value => Math.abs(value) <= most),
    fc.integer({ min: -most * 1e7, max: most * 1e7 }).map(value => value / 1e7),
  );
const point: fc.Arbitrary<Point> = fc.record({
  place: fc.option(fc.tuple(degrees(180), degrees(90)), { freq: 4 }),
  speed: fc.option(
    fc.oneof(
      fc.constant(1e-9),
      fc.integer({ min: 0, max: 2_500 }).map(value => value / 10),
    ),
  ),
  heading: fc.option(fc.constantFrom(0, 1e-7, 12.5, 271, 359.96, 360)),
});

const columnsOf = (points: readonly Point[]): TrackColumns => ({
  ts: points.map((_, n) => Date.UTC(2026, 10, 20, 8) + n * 1_000),
  lat: points.map(({ place }) => place?.[1] ?? null),
  lon: points.map(({ place }) => place?.[0] ?? null),
  speed_kmh: points.map(({ speed }) => speed),
  heading: points.map(({ heading }) => heading),
  engine_rpm: points.map(() => null),
  throttle_position: points.map(() => 1e-7),
  acceleration: points.map(() => -0.4),
});
const fileOf = (format: ExportFormat, points: readonly Point[]): string => trackFile(format, trip, columnsOf(points));
const placed = (points: readonly Point[]) => points.filter(({ place }) => place !== null).length;

describe('any track is a valid file', () => {
  const tracks = fc.array(point, { maxLength: 30 });

  test('GPX 1.1', () => {
    fc.assert(
      fc.property(tracks, points => {
        const text = fileOf('gpx', points);
        expect(problemsOfGpx(text)).toEqual([]);
        expect(text.split('<trkpt').length - 1).toBe(placed(points));
      }),
    );
  });

  test('KML 2.2', () => {
    fc.assert(
      fc.property(tracks, points => {
        const text = fileOf('kml', points);
        expect(problemsOfKml(text)).toEqual([]);
        expect(text.split('<gx:coord>').length - 1).toBe(placed(points));
      }),
    );
  });

  test('RFC 7946, with as many times as places in each line', () => {
    fc.assert(
      fc.property(tracks, points => {
        const text = fileOf('geojson', points);
        expect(problemsOfGeojson(text)).toEqual([]);
        const { geometry, properties, bbox } = JSON.parse(text);
        expect([geometry === null, bbox === undefined]).toEqual([placed(points) === 0, placed(points) === 0]);
        const { times: at } = properties.coordinateProperties;
        if (geometry?.type === 'MultiLineString')
          expect(at.map((line: unknown[]) => line.length)).toEqual(geometry.coordinates.map((line: unknown[]) => line.length));
        else expect(at).toHaveLength(geometry?.coordinates.length ?? 0);
      }),
    );
  });

  test('RFC 4180', () => {
    fc.assert(
      fc.property(tracks, points => {
        const { header, records } = readStrictCsv(fileOf('csv', points));
        expect(header.slice(0, 3)).toEqual(['ts', 'lat', 'lon']);
        expect([records.length, formulasIn(records)]).toEqual([points.length, []]);
      }),
    );
  });

  test('a cell of any text comes out of the file as it went in, but for the guard before a formula', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom(...'=+-@\t\r\n",\'＝ aé😀') }), { minLength: 2, maxLength: 5 }),
        cells => {
          const { header } = readStrictCsv(csvLine(cells));
          expect(formulasIn([header])).toEqual([]);
          expect(header.map(cell => cell.replace(/^'(?=[=+\-@\t\r\n＝＋－＠'])/, ''))).toEqual(cells);
        },
      ),
    );
  });

  test('a line over the date line is cut on it, and its box goes over it', () => {
    const [from, to] = [
      [179.9, 10],
      [-179.8, 13],
    ] as const;
    const points = [from, to].map(place => ({ place, speed: 50, heading: 90 }));
    const { geometry, bbox, properties } = JSON.parse(fileOf('geojson', points));
    expect(geometry).toEqual({
      type: 'MultiLineString',
      coordinates: [
        [from, [180, 11]],
        [[-180, 11], to],
      ],
    });
    expect(bbox).toEqual([179.9, 10, -179.8, 13]);
    expect(properties.coordinateProperties.times[0][1]).toBe('2026-11-20T08:00:00.333Z');
  });
});

describe('the checkers find what is broken', () => {
  const points: Point[] = [
    { place: [8.5, 47.4], speed: 50, heading: 90 },
    { place: [8.6, 47.5], speed: 60, heading: 91 },
  ];
  const spoilt = (format: ExportFormat, ...changes: [string | RegExp, string][]) =>
    changes.map(([what, by]) => {
      const before = fileOf(format, points);
      const after = before.replace(what, by);
      expect([what, after === before]).toEqual([what, false]);
      return after;
    });

  test('in GPX', () => {
    for (const text of spoilt(
      'gpx',
      ['version="1.1"', 'version="1.0"'],
      ['GPX/1/1', 'GPX/1/0'],
      [/(<time>[^<]*<\/time>)(<extensions>.*<\/extensions>)/, '$2$1'],
      [/(<gpxtpx:speed>[^<]*<\/gpxtpx:speed>)(<gpxtpx:course>[^<]*<\/gpxtpx:course>)/, '$2$1'],
      ['lat="47.4"', 'lat="90.1"'],
      ['lon="8.5"', 'lon="180"'],
      ['lon="8.5"', 'lon="1e-7"'],
      ['lon="8.5"', ''],
      [/(<trkpt[^>]*><time>[^<]*)Z/, '$1'],
      [/(<trkpt[^>]*><time>)[^<]*/, '$12026-02-30T08:00:00Z'],
      [/<metadata>.*<\/metadata>/, '<trk/><metadata/>'],
      ['<gpxtpx:course>90', '<gpxtpx:course>360'],
      ['<trkseg>', '<trkseg>words'],
    ))
      expect(problemsOfGpx(text)).not.toEqual([]);
  });

  test('in KML', () => {
    for (const text of spoilt(
      'kml',
      ['kml/2.2"', 'kml/2.1"'],
      [/<when>[^<]*<\/when>/, ''],
      [/(<when>[^<]*<\/when>)([\s\S]*)(<gx:coord>[^<]*<\/gx:coord>)/, '$3$2$1'],
      ['8.5 47.4 0', '8.5,47.4,0'],
      ['8.5 47.4 0', '8.5 97.4 0'],
      [/(<name>[^<]*<\/name>)(<Placemark>)/, '$2$1'],
      [/<when>[^<]*/, '<when>yesterday'],
    ))
      expect(problemsOfKml(text)).not.toEqual([]);
  });

  test('in GeoJSON', () => {
    for (const text of spoilt(
      'geojson',
      ['"type":"Feature"', '"type":"Feature","crs":{"type":"name"}'],
      ['[8.5,47.4]', '[8.5,97.4]'],
      ['[8.5,47.4]', '[-175,47.4]'],
      ['[8.5,47.4]', '["8.5",47.4]'],
      [/"bbox":\[[^\]]*\]/, '"bbox":[8.5,47.45,8.6,47.5]'],
      ['"id":"t-1"', '"id":null'],
      ['"properties":', '"other":'],
      ['LineString', 'Line'],
    ))
      expect(problemsOfGeojson(text)).not.toEqual([]);
    const square = [
      [0, 0],
      [0, 1],
      [1, 1],
      [1, 0],
      [0, 0],
    ];
    const fence = (coordinates: unknown) =>
      JSON.stringify({ type: 'Feature', geometry: { type: 'Polygon', coordinates }, properties: null });
    expect(problemsOfGeojson(fence([square]))).toEqual([expect.stringContaining('right-hand rule')]);
    expect(problemsOfGeojson(fence([square.toReversed()]))).toEqual([]);
    expect(problemsOfGeojson(fence([square.toReversed().slice(0, 4)]))).not.toEqual([]);
  });

  test('in CSV', () => {
    for (const [what, by] of [
      ['\r\n', '\n'],
      [/\r\n$/, ''],
      [',', ',"a"b,'],
      ['lat', 'la"t'],
      [/\r\n2/, ',\r\n2'],
    ] as const)
      expect(() => readStrictCsv(fileOf('csv', points).replace(what, by))).toThrow();
    expect(formulasIn([['=1+1', "'=1+1", '-4.5', '-4+1']])).toEqual(['=1+1', '-4+1']);
  });

  test('in XML as such', () => {
    for (const text of [
      '<a>&nbsp;</a>',
      '<a>&</a>',
      '<a><b></a></b>',
      '<a x="1" x="2"/>',
      '<p:a/>',
      '<a/><b/>',
      '<a>\u0001</a>',
      '<a',
    ])
      expect(() => parseXml(`<?xml version="1.0" encoding="UTF-8"?>\n${text}`)).toThrow();
    expect(parseXml('<?xml version="1.0" encoding="UTF-8"?><a x="1 &lt; 2">&amp;<b xmlns="u"/></a>')).toEqual({
      ...{ name: 'a', attributes: { x: '1 < 2' }, text: '&' },
      children: [{ name: '{u}b', attributes: {}, children: [], text: '' }],
    });
  });
});
