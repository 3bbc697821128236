import { addProtocol, type StyleSpecification } from 'maplibre-gl';
import { PMTiles, Protocol } from 'pmtiles';
import type { Theme } from '../app/theme';
import { townStyle } from './basemap-style';
import { configuredBasemap } from './configured-basemap';
import { rasterStyle, vectorStyle } from './tiles-style';

export interface Basemap {
  style(theme: Theme): StyleSpecification;
  /** False for a style of somebody else, which has the colours it has. */
  themed: boolean;
}

const town: Basemap = { style: townStyle, themed: true };
/** In the header of the file: the tiles are vectors. */
const MVT = 1;
let protocol: Protocol | undefined;

/**
 * The basemap that was configured, else the demo town. A style comes from its host, a PMTiles file from our own server.
 * @throws {Error} it cannot be had: the caller falls back to the town and says so
 */
export const loadBasemap = async (): Promise<Basemap> => {
  const { style, pmtiles } = configuredBasemap();
  if (style !== null) return styleFrom(style);
  if (pmtiles !== null) return tilesFrom(new URL(pmtiles, window.location.href).href);
  return town;
};

export const fallbackBasemap = town;

const styleFrom = async (url: string): Promise<Basemap> => {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${new URL(url).host}: ${answer.status}`);
  const loaded = (await answer.json()) as StyleSpecification;
  return { style: () => loaded, themed: false };
};

const tilesFrom = async (url: string): Promise<Basemap> => {
  const archive = new PMTiles(url);
  const { tileType, minZoom, maxZoom } = await archive.getHeader();
  const { attribution } = ((await archive.getMetadata()) ?? {}) as { attribution?: string };
  if (protocol === undefined) {
    protocol = new Protocol();
    addProtocol('pmtiles', protocol.tile);
  }
  protocol.add(archive);
  const tiles = { url: `pmtiles://${url}`, attribution: attribution ?? '', minzoom: minZoom, maxzoom: maxZoom };
  return { style: theme => (tileType === MVT ? vectorStyle(tiles, theme) : rasterStyle(tiles)), themed: tileType === MVT };
};
