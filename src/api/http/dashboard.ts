import { join, resolve } from 'node:path';
import express, { type RequestHandler, Router } from 'express';
import type { ApiConfig } from '../api-deps.js';
import { packedFiles } from './packed-files.js';

const A_DAY_S = 86_400;
const A_YEAR_S = 31_536_000;
const A_YEAR = `public, max-age=${A_YEAR_S}, immutable`;
/** Paths that are programs' business: an unknown one is an error, not the dashboard. */
const NOT_PAGES = /^\/(api|ws|in|metrics|livez|readyz)(\/|$)/;
const HAS_EXTENSION = /\.[A-Za-z0-9]{1,8}$/;

const NOT_BUILT = `<!doctype html><meta charset="utf-8"><title>Telltale</title>
<p>The server runs; the dashboard is not built. Run <code>npm run build</code>. The API is described at <a href="/api/v1/docs">/api/v1/docs</a>.</p>`;

/**
 * The built dashboard. Names under `assets/` carry a hash of their content and may be kept for ever; the page that names them is asked
 * for anew each time. Any other path of a page is the same page: it routes by itself.
 */
export const dashboard = ({ webRoot, map }: Pick<ApiConfig, 'webRoot' | 'map'>): Router => {
  const router = Router();
  const page: RequestHandler = (req, res, next) => {
    if ((req.method !== 'GET' && req.method !== 'HEAD') || NOT_PAGES.test(req.path)) return next();
    // `/vehicles/v.12` is a page and `/old-script.js` is not: who asks for a page says so.
    if (HAS_EXTENSION.test(req.path) && !req.headers.accept?.includes('text/html')) return next();
    res.set('Cache-Control', 'no-cache');
    res.sendFile(join(webRoot, 'index.html'), error => {
      if (error === undefined || res.headersSent) return;
      res.status(200).type('html').send(NOT_BUILT);
    });
  };
  const { pmtilesFile } = map;
  if (pmtilesFile !== undefined) {
    // Ranges of it are asked for as the map moves; it is never sent whole by us.
    router.get('/basemap/tiles.pmtiles', (_req, res, next) => {
      res.sendFile(
        resolve(pmtilesFile),
        { dotfiles: 'allow', maxAge: A_DAY_S * 1_000 },
        error => error && !res.headersSent && next(),
      );
    });
  }
  router.use(packedFiles(webRoot, path => (path.startsWith('/assets/') ? A_YEAR : 'no-cache')));
  router.use('/assets', express.static(join(webRoot, 'assets'), { immutable: true, maxAge: A_YEAR_S * 1_000, index: false }));
  router.use(express.static(webRoot, { index: false, setHeaders: res => res.setHeader('Cache-Control', 'no-cache') }));
  router.use(page);
  return router;
};
