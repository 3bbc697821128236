import type { Wants } from '../api/live-socket';

/** West, south, east, north, degrees. */
export type Box = readonly [west: number, south: number, east: number, north: number];

/** What the map shows. */
export interface MapView {
  window: Box;
  zoom: number;
}

/** From here on a fleet is too large for every change of every vehicle to come to every screen. */
export const LARGE_FLEET = 2_000;
/** What is out of sight is for counts and for where to look next. */
const ELSEWHERE_EVERY_S = 20;
/** Around the window, in parts of it: moved a little, the map has its vehicles already. */
const MARGIN = 0.5;
/** A box so many times as wide as the window brings too much. */
const TOO_WIDE = 5;
const EQUATOR_M = 40_075_017;
const TILE_PX = 512;
/** What drives faster than this moves more than a pixel between two pictures; that is no stutter. */
const SPEED_M_S = 25;

/**
 * What is asked of the server for what is looked at: of a small fleet everything as it changes; of a large one what is in sight, as often
 * as a vehicle moves by a pixel there, the chosen vehicle, and the rest now and then.
 * @param before what is asked now: as long as it does, it stays
 */
export const attendTo = (before: Wants, fleet: number, view: MapView | undefined, vehicle: string | undefined): Wants => {
  if (fleet <= LARGE_FLEET) return { every_s: 0, view: undefined, vehicle: undefined };
  return { every_s: ELSEWHERE_EVERY_S, view: view && boxFor(before.view, view), vehicle };
};

const boxFor = (before: Wants['view'], { window: seen, zoom }: MapView): Wants['view'] => {
  // Who drags the map around the world comes to the same places again.
  const turns = Math.round((seen[0] + seen[2]) / 2 / 360) * 360;
  const window: Box = [seen[0] - turns, seen[1], seen[2] - turns, seen[3]];
  const every_s = paceAt(zoom, (window[1] + window[3]) / 2);
  if (before?.every_s === every_s && covers(before.box, window) && widthOf(before.box) < TOO_WIDE * widthOf(window))
    return before;
  const [west, south, east, north] = window;
  const [dx, dy] = [(east - west) * MARGIN, (north - south) * MARGIN];
  const box: Box = [Math.max(-180, west - dx), Math.max(-90, south - dy), Math.min(180, east + dx), Math.min(90, north + dy)];
  return { box, every_s };
};

/** s until what drives has moved by a pixel; 0 where that is less than one. */
const paceAt = (zoom: number, lat: number): number => {
  const metresPerPx = (EQUATOR_M * Math.cos((lat * Math.PI) / 180)) / (TILE_PX * 2 ** zoom);
  const pace_s = Math.floor(metresPerPx / SPEED_M_S);
  return Math.min(ELSEWHERE_EVERY_S, pace_s);
};

const widthOf = ([west, , east]: Box): number => east - west;

const covers = (outer: Box, inner: Box): boolean =>
  outer[0] <= Math.max(-180, inner[0]) &&
  outer[1] <= Math.max(-90, inner[1]) &&
  outer[2] >= Math.min(180, inner[2]) &&
  outer[3] >= Math.min(90, inner[3]);

export const isIn = ([west, south, east, north]: Box, lat: number, lon: number): boolean =>
  lon >= west && lon <= east && lat >= south && lat <= north;
