import { once } from 'node:events';
import type { Response } from 'express';
import { csvLine } from '../../model/csv-cell.js';

const CHUNK = 64 * 1024;

export type FileFormat = 'csv' | 'json' | 'geojson';

const MEDIA: Readonly<Record<FileFormat, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  json: 'application/json',
  geojson: 'application/geo+json',
};
const HEAD = { json: '{"items":[', geojson: '{"type":"FeatureCollection","features":[' } as const;
const TAIL = { json: '],"next":null}\n', geojson: ']}\n' } as const;

export interface FileShape<T> {
  name: string;
  format: FileFormat;
  columns: readonly string[];
  /** One cell per column. */
  cells(item: T): (string | number | null)[];
}

/** Writes a list as a file, page by page, no faster than it is read: what is large is never in memory as a whole. */
export const sendFile = async <T>(
  res: Response,
  { name, format, columns, cells }: FileShape<T>,
  pages: Iterable<readonly T[]> | AsyncIterable<readonly T[]>,
): Promise<void> => {
  res.attachment(`${name}.${format}`).set({ 'Content-Type': MEDIA[format], 'Cache-Control': 'no-store' });
  let text = format === 'csv' ? csvLine(columns) : HEAD[format];
  let isFirst = true;
  for await (const page of pages) {
    for (const item of page) {
      if (format === 'csv') text += csvLine(cells(item));
      else text += `${isFirst ? '' : ',\n'}${JSON.stringify(item)}`;
      isFirst = false;
      if (text.length < CHUNK) continue;
      if (!res.write(text)) await Promise.race([once(res, 'drain'), once(res, 'close')]);
      // Whoever asked is gone.
      if (res.destroyed) return;
      text = '';
    }
  }
  res.end(format === 'csv' ? text : text + TAIL[format]);
};
