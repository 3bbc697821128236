import { readdirSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import type { RequestHandler } from 'express';

/** How a packed file ends, by how its packing is called on the wire. The better one first. */
const ENDINGS = { br: '.br', gzip: '.gz' } as const;
type Packing = keyof typeof ENDINGS;

/**
 * Sends files of the built dashboard as they were packed when it was built, to browsers that take them: a third of the bytes, and no work
 * at each request. What was not packed goes on to whoever serves plain files.
 * @param cacheControl by the path below `root`
 */
export const packedFiles = (root: string, cacheControl: (path: string) => string): RequestHandler => {
  const packed = packingsIn(root);
  return (req, res, next) => {
    const packings = req.method === 'GET' || req.method === 'HEAD' ? packed.get(req.path) : undefined;
    if (packings === undefined) return next();
    res.vary('Accept-Encoding');
    const packing = req.acceptsEncodings([...packings, 'identity']) as Packing | 'identity' | false;
    if (packing === false || packing === 'identity') return next();
    res.set({ 'Content-Encoding': packing, 'Cache-Control': cacheControl(req.path) }).type(extname(req.path));
    res.sendFile(join(root, req.path + ENDINGS[packing]), { cacheControl: false, acceptRanges: false }, error => {
      if (error === undefined || res.headersSent) return;
      // It was built anew under the running server: plain files are looked up each time.
      res.removeHeader('Content-Encoding');
      next();
    });
  };
};

/** Which packings there are of each file, by its path. Only what stands in the folder is ever sent. */
const packingsIn = (root: string): ReadonlyMap<string, readonly Packing[]> => {
  const found = new Map<string, Packing[]>();
  for (const packing of ['br', 'gzip'] as const) {
    for (const file of filesIn(root)) {
      if (!file.endsWith(ENDINGS[packing])) continue;
      const path = file.slice(0, -ENDINGS[packing].length);
      found.set(path, [...(found.get(path) ?? []), packing]);
    }
  }
  return found;
};

/** Paths as they are asked for. */
const filesIn = (root: string): string[] => {
  try {
    return readdirSync(root, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => `/${relative(root, join(entry.parentPath, entry.name)).split(sep).join('/')}`);
  } catch {
    // There is no dashboard.
    return [];
  }
};
