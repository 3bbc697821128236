/** A vehicle on the plane of the map. */
export interface Placed {
  vehicle: string;
  /** Web Mercator, 0–1 from west and from north. */
  x: number;
  y: number;
  alerts: number;
}

export interface Cluster {
  /** Stays while its cell has vehicles, so that the map moves it instead of blinking. */
  key: string;
  x: number;
  y: number;
  count: number;
  alerts: number;
  /** Around its vehicles. */
  west: number;
  north: number;
  east: number;
  south: number;
}

export interface Clustered<T extends Placed> {
  clusters: Cluster[];
  singles: T[];
}

export interface MapWindow {
  west: number;
  north: number;
  east: number;
  south: number;
  zoom: number;
}

/** Of a cell, in pixels of the screen. */
const CELL_PX = 72;
const TILE_PX = 512;
/** Fewer in sight are better seen one by one, even where they overlap. */
const SINGLES_AT_MOST = 150;
/** Fewer in a cell are drawn one by one. */
const CLUSTER_FROM = 3;
/** From here on streets can be told apart: vehicles are drawn one by one, unless there are too many for any map. */
const SINGLES_FROM_ZOOM = 14;
const TOO_MANY = 800;

export const mercatorX = (lon: number): number => lon / 360 + 0.5;

export const mercatorY = (lat: number): number => {
  const sin = Math.sin((lat * Math.PI) / 180);
  return 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI);
};

export const lonOf = (x: number): number => (x - 0.5) * 360;

export const latOf = (y: number): number => (360 / Math.PI) * Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) - 90;

/**
 * Gathers what is in sight into cells of the zoom level, each at the middle of its vehicles. Cells are fixed to the ground: while nothing
 * but vehicles moves, clusters stay. Linear in the fleet: ten thousand take some milliseconds, so it is done anew each second.
 */
export const clusterFleet = <T extends Placed>(
  fleet: Iterable<T>,
  { west, north, east, south, zoom }: MapWindow,
): Clustered<T> => {
  const inSight: T[] = [];
  for (const one of fleet) if (one.x >= west && one.x <= east && one.y >= north && one.y <= south) inSight.push(one);
  if (inSight.length <= SINGLES_AT_MOST || (zoom >= SINGLES_FROM_ZOOM && inSight.length <= TOO_MANY)) {
    return { clusters: [], singles: inSight };
  }
  const level = Math.floor(zoom);
  const cells = (TILE_PX * 2 ** level) / CELL_PX;
  const byCell = new Map<number, T[]>();
  for (const one of inSight) {
    // Below 2^53 up to zoom 18: 2^18 × 512 / 72 cells a side.
    const cell = Math.floor(one.y * cells) * 4_194_304 + Math.floor(one.x * cells);
    const members = byCell.get(cell);
    if (members === undefined) byCell.set(cell, [one]);
    else members.push(one);
  }
  const clusters: Cluster[] = [];
  const singles: T[] = [];
  for (const [cell, members] of byCell) {
    if (members.length < CLUSTER_FROM) singles.push(...members);
    else clusters.push(clusterOf(`${level}/${cell}`, members));
  }
  return { clusters, singles };
};

const clusterOf = (key: string, members: readonly Placed[]): Cluster => {
  let [x, y, alerts] = [0, 0, 0];
  let [west, north, east, south] = [1, 1, 0, 0];
  for (const one of members) {
    x += one.x;
    y += one.y;
    alerts += one.alerts;
    west = Math.min(west, one.x);
    east = Math.max(east, one.x);
    north = Math.min(north, one.y);
    south = Math.max(south, one.y);
  }
  const count = members.length;
  return { key, x: x / count, y: y / count, count, alerts, west, north, east, south };
};
