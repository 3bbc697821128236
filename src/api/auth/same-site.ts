import type { IncomingHttpHeaders } from 'node:http';

/**
 * Did our own page send this? For changes that a cookie vouches for: a foreign page can make a browser send the cookie, but neither
 * a header of its own nor a forged `Sec-Fetch-Site`.
 */
export const fromOwnPage = (headers: IncomingHttpHeaders): boolean =>
  headers['x-requested-with'] === 'telltale' || headers['sec-fetch-site'] === 'same-origin';

/** For websockets, which carry no header of the page's: the browser names the page's origin. */
export const originAllowed = (headers: IncomingHttpHeaders, allowed: readonly string[]): boolean => {
  const { origin, host } = headers;
  if (origin === undefined || host === undefined) return false;
  return allowed.includes(origin) || (URL.canParse(origin) && new URL(origin).host === host);
};
