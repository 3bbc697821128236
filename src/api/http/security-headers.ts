import type { RequestHandler } from 'express';
import helmet from 'helmet';
import type { ApiConfig } from '../api-deps.js';

/** What a browser may do with our pages. MapLibre runs its workers from blobs and draws images from data. A map style that was
 * configured may be loaded from its host, with its tiles, glyphs and sprites. */
export const securityHeaders = ({ map, secureCookies }: Pick<ApiConfig, 'map' | 'secureCookies'>): RequestHandler => {
  const mapOrigins = map.styleUrl === undefined ? [] : [new URL(map.styleUrl).origin];
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        workerSrc: ["'self'", 'blob:'],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:', ...mapOrigins],
        fontSrc: ["'self'", 'data:', ...mapOrigins],
        connectSrc: ["'self'", ...mapOrigins],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // Without TLS this header would only lock people out of a port that speaks plain HTTP.
    strictTransportSecurity: secureCookies,
    // Servers of public tiles want to know who asks; nobody else is asked for anything.
    referrerPolicy: { policy: mapOrigins.length > 0 ? 'strict-origin-when-cross-origin' : 'same-origin' },
  });
};

/** Lets the pages of some origins call with a bearer token. Never with the cookie: credentials are not allowed across origins. */
export const crossOrigin = (origins: readonly string[]): RequestHandler => {
  return (req, res, next) => {
    const { origin } = req.headers;
    if (origin === undefined || !origins.includes(origin)) return next();
    res.set({ 'Access-Control-Allow-Origin': origin, 'Cross-Origin-Resource-Policy': 'cross-origin' }).vary('Origin');
    if (req.method !== 'OPTIONS') return next();
    res
      .set({
        'Access-Control-Allow-Methods': 'GET, POST, PUT, PATCH, DELETE',
        'Access-Control-Allow-Headers': 'Authorization, Content-Type',
        'Access-Control-Max-Age': '600',
      })
      .status(204)
      .end();
  };
};
