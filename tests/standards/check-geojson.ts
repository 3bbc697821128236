type Json = Record<string, unknown>;
type Place = [number, number];

/** What of RFC 7946 a text breaks: members, positions, winding, boxes, and what GeoJSON of before 2016 had. */
export const problemsOfGeojson = (text: string): string[] => {
  const problems: string[] = [];
  const wrong = (path: string, what: string): void => void problems.push(`${path}: ${what}`);
  const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

  const position = (value: unknown, path: string): value is Place => {
    const fits = Array.isArray(value) && (value.length === 2 || value.length === 3) && value.every(one => Number.isFinite(one));
    if (!fits) wrong(path, `no position: ${JSON.stringify(value)}`);
    else if (Math.abs(value[0]) > 180 || Math.abs(value[1]) > 90) wrong(path, `not longitude before latitude: ${value}`);
    return fits;
  };
  const list = (value: unknown, path: string, least = 0): unknown[] => {
    if (!Array.isArray(value) || value.length < least) wrong(path, `no array of at least ${least}`);
    return Array.isArray(value) ? value : [];
  };
  const line = (value: unknown, path: string): Place[] => {
    const places = list(value, path, 2).filter((one): one is Place => position(one, path));
    for (const [n, [lon]] of places.entries())
      if (n > 0 && Math.abs(lon - places[n - 1]![0]) > 180) wrong(path, 'crosses the date line uncut (§3.1.9)');
    return places;
  };
  const polygon = (value: unknown, path: string): void => {
    for (const [n, ring] of list(value, path, 1).entries()) {
      const places = list(ring, path, 4).filter((one): one is Place => position(one, path));
      if (JSON.stringify(places[0]) !== JSON.stringify(places.at(-1))) wrong(path, `ring ${n} is open`);
      // The shoelace formula, relative to the first place: positive is counter-clockwise.
      const [[x0, y0]] = places as [Place];
      let area = 0;
      for (let i = 1; i < places.length; i++) {
        const [[ax, ay], [bx, by]] = [places[i - 1]!, places[i]!];
        area += (ax - x0) * (by - y0) - (bx - x0) * (ay - y0);
      }
      if (n === 0 ? area <= 0 : area >= 0) wrong(path, `ring ${n} is not by the right-hand rule (§3.1.6)`);
    }
  };
  const shapes: Readonly<Record<string, (coordinates: unknown, path: string) => void>> = {
    Point: (value, path) => void position(value, path),
    MultiPoint: (value, path) => list(value, path).forEach((one, n) => void position(one, `${path}[${n}]`)),
    LineString: (value, path) => void line(value, path),
    MultiLineString: (value, path) => list(value, path).forEach((one, n) => void line(one, `${path}[${n}]`)),
    Polygon: polygon,
    MultiPolygon: (value, path) => list(value, path).forEach((one, n) => void polygon(one, `${path}[${n}]`)),
  };

  const geometry = (value: unknown, path: string): void => {
    if (value === null) return;
    if (!isObject(value) || shapes[String(value.type)] === undefined) {
      wrong(path, 'no geometry');
      return;
    }
    shapes[String(value.type)]!(value.coordinates, `${path}.coordinates`);
    for (const foreign of ['geometry', 'properties', 'features']) if (foreign in value) wrong(path, `${foreign} does not belong`);
  };
  const box = ({ bbox, geometry: of }: Json, path: string): void => {
    if (bbox === undefined) return;
    const [west, south, east, north] = list(bbox, `${path}.bbox`, 4) as number[];
    if (south! > north!) wrong(path, 'the box is upside down');
    for (const [lon, lat] of placesIn((of as Json | null)?.coordinates)) {
      const isWithin = west! <= east! ? lon >= west! && lon <= east! : lon >= west! || lon <= east!;
      if (!isWithin || lat < south! || lat > north!) wrong(path, `${lon},${lat} is out of its box`);
    }
  };
  const feature = (value: unknown, path: string): void => {
    if (!isObject(value) || value.type !== 'Feature') {
      wrong(path, 'no Feature');
      return;
    }
    if (!('geometry' in value) || !('properties' in value)) wrong(path, 'a Feature has a geometry and properties');
    if (value.properties !== null && !isObject(value.properties)) wrong(path, 'properties are an object or null');
    if ('id' in value && !['string', 'number'].includes(typeof value.id)) wrong(path, 'an id is a string or a number');
    if ('coordinates' in value || 'features' in value) wrong(path, 'members of another type (§7.1)');
    geometry(value.geometry, `${path}.geometry`);
    box(value, path);
  };

  const root: unknown = JSON.parse(text);
  if (!isObject(root)) return ['no object'];
  if (/"crs":/.test(text)) wrong('', 'has a crs (§4: WGS 84, and no other)');
  if (root.type !== 'FeatureCollection') feature(root, '');
  else for (const [n, one] of list(root.features, 'features').entries()) feature(one, `features[${n}]`);
  return problems;
};

const placesIn = (coordinates: unknown): Place[] => {
  if (!Array.isArray(coordinates)) return [];
  return typeof coordinates[0] === 'number' ? [coordinates as Place] : coordinates.flatMap(placesIn);
};
