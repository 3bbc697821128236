import type { TrackColumns } from '../../model/trip.js';
import { iso } from './iso.js';
import { type Placed, placesOf } from './places-of-track.js';
import type { TripWire } from './trip.js';

type Lonlat = [number, number];

/**
 * A trip as a Feature (RFC 7946): a LineString, cut in two where it crosses the date line (§3.1.9); the times of its positions stand in
 * `coordinateProperties.times`, in the shape of the coordinates, where map tools look for them. A trip without places has no geometry.
 */
export const geojsonOfTrip = (trip: TripWire, track: TrackColumns): string => {
  const lines = cutAtDateLine(placesOf(track));
  const inShape = <T>(of: (place: Placed) => T): T | T[] | T[][] => {
    const values = lines.map(line => line.map(of));
    return lines.length > 1 ? values : (values[0] ?? []);
  };
  const coordinates = inShape(({ lon, lat }): Lonlat => [lon, lat]);
  const type = lines.length > 1 ? 'MultiLineString' : lines[0]?.length === 1 ? 'MultiPoint' : 'LineString';
  return JSON.stringify({
    type: 'Feature',
    id: trip.id,
    ...(lines.length > 0 && { bbox: boxAround(lines) }),
    geometry: lines.length > 0 ? { type, coordinates } : null,
    properties: {
      ...trip,
      coordinateProperties: { times: inShape(({ at }) => iso(at)), speeds_kmh: inShape(({ speed }) => speed) },
    },
  });
};

/** Each line ends on the date line where the next one begins, on its other side. */
const cutAtDateLine = (places: readonly Placed[]): Placed[][] => {
  const lines: Placed[][] = [];
  for (const [n, place] of places.entries()) {
    const before = places[n - 1];
    if (before === undefined) lines.push([place]);
    else if (Math.abs(place.lon - before.lon) <= 180) lines.at(-1)!.push(place);
    else {
      const border = Math.sign(before.lon) * 180;
      const [nearer, further] = [180 - Math.abs(before.lon), 180 - Math.abs(place.lon)];
      const part = nearer + further === 0 ? 0 : nearer / (nearer + further);
      const crossing: Placed = {
        at: before.at + Math.round(part * (place.at - before.at)),
        lat: Number((before.lat + part * (place.lat - before.lat)).toFixed(7)),
        lon: border,
        speed: null,
        heading: null,
      };
      lines.at(-1)!.push(crossing);
      lines.push([{ ...crossing, lon: -border }, place]);
    }
  }
  return lines;
};

/** West, south, east, north; of what crosses the date line west is the greater one (§5.2). */
const boxAround = (lines: readonly (readonly Placed[])[]): [number, number, number, number] => {
  let [south, north] = [90, -90];
  const [east, west]: Record<'least' | 'most', number>[] = [
    { least: 180, most: -180 },
    { least: 180, most: -180 },
  ];
  for (const { lat, lon } of lines.flat()) {
    south = Math.min(south, lat);
    north = Math.max(north, lat);
    const side = lon >= 0 ? east! : west!;
    side.least = Math.min(side.least, lon);
    side.most = Math.max(side.most, lon);
  }
  if (lines.length > 1) return [east!.least, south, west!.most, north];
  return [Math.min(east!.least, west!.least), south, Math.max(east!.most, west!.most), north];
};
