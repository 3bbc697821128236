import { anyText, type Child, decimal, problemsOf, utc, type XmlType } from './check-xml.js';
import { parseXml } from './parse-xml.js';

const GPX = 'http://www.topografix.com/GPX/1/1';
const POINT_EXTENSION = 'http://www.garmin.com/xmlschemas/TrackPointExtension/v2';
const many = Number.POSITIVE_INFINITY;

const text: XmlType = { text: anyText };
const number: XmlType = { text: decimal() };
const whole: XmlType = { text: value => /^\d+$/.test(value) };
const time: XmlType = { text: utc };
const one = (name: string, type: XmlType = text): Child => [`{${GPX}}${name}`, () => type, 0, 1];
const list = (name: string, type: () => XmlType): Child => [`{${GPX}}${name}`, type, 0, many];

const link: XmlType = { attributes: { href: value => value !== '' }, sequence: [one('text'), one('type')] };
const links = list('link', () => link);

/** TrackPointExtension_t of Garmin's schema, version 2: °C, m, beats and turns a minute, m/s, degrees below 360. */
const degrees: XmlType = { text: decimal(0, 360, 360) };
const inExtension = (name: string, type: XmlType): Child => [`{${POINT_EXTENSION}}${name}`, () => type, 0, 1];
const pointExtension: XmlType = {
  sequence: [
    inExtension('atemp', number),
    inExtension('wtemp', number),
    inExtension('depth', number),
    inExtension('hr', whole),
    inExtension('cad', whole),
    inExtension('speed', { text: decimal(0) }),
    inExtension('course', degrees),
    inExtension('bearing', degrees),
  ],
};
const extensions = one('extensions', { others: { [`{${POINT_EXTENSION}}TrackPointExtension`]: pointExtension } });

/** wptType; a longitude ends before 180. */
const point: XmlType = {
  attributes: { lat: decimal(-90, 90), lon: decimal(-180, 180, 180) },
  sequence: [
    one('ele', number),
    one('time', time),
    one('magvar', degrees),
    one('geoidheight', number),
    ...['name', 'cmt', 'desc', 'src'].map(name => one(name)),
    links,
    ...['sym', 'type'].map(name => one(name)),
    one('fix', { text: value => ['none', '2d', '3d', 'dgps', 'pps'].includes(value) }),
    one('sat', whole),
    ...['hdop', 'vdop', 'pdop', 'ageofdgpsdata'].map(name => one(name, number)),
    one('dgpsid', { text: value => /^\d+$/.test(value) && Number(value) <= 1023 }),
    extensions,
  ],
};
const segment: XmlType = { sequence: [list('trkpt', () => point), extensions] };
const track: XmlType = {
  sequence: [
    ...['name', 'cmt', 'desc', 'src'].map(name => one(name)),
    links,
    one('number', whole),
    one('type'),
    extensions,
    list('trkseg', () => segment),
  ],
};
const metadata: XmlType = {
  sequence: [one('name'), one('desc'), one('author'), one('copyright'), links, one('time', time), one('keywords'), extensions],
};
const gpx: XmlType = {
  attributes: { version: value => value === '1.1', creator: anyText },
  sequence: [one('metadata', metadata), list('wpt', () => point), list('trk', () => track), extensions],
};

/** What of GPX 1.1 (topografix.com/GPX/1/1/gpx.xsd) and of the extension for points a document breaks. */
export const problemsOfGpx = (document: string): string[] => {
  const root = parseXml(document);
  return root.name === `{${GPX}}gpx` ? problemsOf(root, gpx) : [`the root is ${root.name}`];
};
