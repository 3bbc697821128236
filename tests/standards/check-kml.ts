import { anyText, type Child, problemsOf, utc, type XmlType } from './check-xml.js';
import { parseXml, type XmlElement } from './parse-xml.js';

const KML = 'http://www.opengis.net/kml/2.2';
const GX = 'http://www.google.com/kml/ext/2.2';
const many = Number.POSITIVE_INFINITY;

const text: XmlType = { text: anyText };
const flag: XmlType = { text: value => ['0', '1', 'true', 'false'].includes(value) };
const one = (name: string, type: XmlType = text): Child => [`{${KML}}${name}`, () => type, 0, 1];

/** "longitude latitude altitude", as gx:coord has it: spaces, no commas. */
const placeOf = (value: string): boolean => {
  const parts = value.split(' ');
  const [lon, lat] = parts.map(Number) as [number, number];
  return parts.length === 3 && parts.every(part => /^-?\d+(\.\d+)?$/.test(part)) && Math.abs(lon) <= 180 && Math.abs(lat) <= 90;
};

/** AbstractFeatureType: what each feature begins with, in this order. */
const feature: readonly Child[] = [
  one('name'),
  one('visibility', flag),
  one('open', flag),
  one('address'),
  one('phoneNumber'),
  one('Snippet'),
  one('description'),
  one('styleUrl'),
];
const track: XmlType = {
  sequence: [
    one('altitudeMode', { text: value => ['clampToGround', 'relativeToGround', 'absolute'].includes(value) }),
    [`{${KML}}when`, () => ({ text: utc }), 0, many],
    [`{${GX}}coord`, () => ({ text: placeOf }), 0, many],
    [`{${GX}}angles`, () => text, 0, many],
  ],
};
const placemark: XmlType = { sequence: [...feature, [`{${GX}}Track`, () => track, 0, 1]] };
const document_: XmlType = { sequence: [...feature, [`{${KML}}Placemark`, () => placemark, 0, many]] };
const kml: XmlType = { sequence: [[`{${KML}}Document`, () => document_, 0, 1]] };

/** What of KML 2.2 (OGC 07-147r2) and of gx:Track a document breaks, as far as its elements are among those that a track needs. */
export const problemsOfKml = (text_: string): string[] => {
  const root = parseXml(text_);
  if (root.name !== `{${KML}}kml`) return [`the root is ${root.name}`];
  const counts = tracksIn(root).map(({ children }) =>
    ['when', 'coord'].map(name => children.filter(child => child.name.endsWith(`}${name}`)).length),
  );
  return [
    ...problemsOf(root, kml),
    ...counts.filter(([when, coord]) => when !== coord).map(([when, coord]) => `${when} times for ${coord} places`),
  ];
};

const tracksIn = (element: XmlElement): XmlElement[] => [
  ...(element.name === `{${GX}}Track` ? [element] : []),
  ...element.children.flatMap(tracksIn),
];
