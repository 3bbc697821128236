import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32, deflateSync, gzipSync } from 'node:zlib';
import { atEnd } from './at-end.js';

/** Basemaps as small as they can be, made here: one colour, one tile. */

export type Colour = readonly [red: number, green: number, blue: number];

/** A PNG of one colour, 256 × 256. */
export const colouredPng = ([red, green, blue]: Colour): Buffer => {
  const SIDE = 256;
  const chunk = (type: string, content: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(content.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIDE, 0);
  header.writeUInt32BE(SIDE, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.from(Array.from({ length: SIDE }, () => [red, green, blue]).flat())]);
  const rows = deflateSync(Buffer.concat(Array.from({ length: SIDE }, () => row)));
  const start = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([start, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
};

const varint = (value: number): Buffer => {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) | 0x80);
  }
};

/** A field with a length before it (protobuf wire type 2). */
const field = (number: number, content: Buffer): Buffer =>
  Buffer.concat([varint(number * 8 + 2), varint(content.length), content]);

/** A vector tile (MVT 2) with one layer, and in it one polygon over all of the tile. */
export const coveredTile = (layer: string): Buffer => {
  const EXTENT = 4_096;
  const zigzag = (n: number): number => (n < 0 ? -n * 2 - 1 : n * 2);
  // MoveTo one point, LineTo three, ClosePath.
  const geometry = [9, 0, 0, 26, ...[EXTENT, 0, 0, EXTENT, -EXTENT, 0].map(zigzag), 15];
  const feature = Buffer.concat([varint(3 * 8), varint(3), field(4, Buffer.concat(geometry.map(varint)))]);
  const content = [field(1, Buffer.from(layer)), field(2, feature), varint(5 * 8), varint(EXTENT), varint(15 * 8), varint(2)];
  return field(3, Buffer.concat(content));
};

/** A PMTiles file (version 3) whose one tile is the world. */
export const smallPmtiles = (tile: Buffer, type: 'mvt' | 'png', attribution: string): Buffer => {
  const HEADER = 127;
  const [NONE, GZIP] = [1, 2];
  // One entry: tile 0, one of it, so long, from the beginning.
  const directory = gzipSync(Buffer.concat([1, 0, 1, tile.length, 1].map(varint)));
  const layers = type === 'mvt' ? { vector_layers: [{ id: 'earth', fields: {} }] } : {};
  const metadata = gzipSync(JSON.stringify({ name: 'A test', attribution, ...layers }));
  const header = Buffer.alloc(HEADER);
  header.write('PMTiles', 0, 'latin1');
  header[7] = 3;
  const at = { directory: HEADER, metadata: HEADER + directory.length, tiles: HEADER + directory.length + metadata.length };
  const numbers = [at.directory, directory.length, at.metadata, metadata.length, at.tiles, 0, at.tiles, tile.length, 1, 1, 1];
  for (const [n, number] of numbers.entries()) header.writeBigUInt64LE(BigInt(number), 8 + n * 8);
  header.set([1, GZIP, NONE, type === 'mvt' ? 1 : 2, 0, 0], 96);
  for (const [n, degrees] of [-180, -85, 180, 85].entries()) header.writeInt32LE(degrees * 1e7, 102 + n * 4);
  return Buffer.concat([header, directory, metadata, tile]);
};

export interface FileServer {
  url: string;
  /** Paths that were asked for. */
  asked: string[];
}

/** A host of its own for files that pages of anybody may load. */
export const serveFiles = async (
  answer: (path: string) => { type: string; content: string | Buffer } | undefined,
): Promise<FileServer> => {
  const asked: string[] = [];
  const server = createServer((req, res) => {
    const path = new URL(req.url ?? '/', 'http://localhost').pathname;
    asked.push(path);
    const found = answer(path);
    res.writeHead(found === undefined ? 404 : 200, {
      'content-type': found?.type ?? 'text/plain',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
    });
    res.end(found?.content);
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
};
