import type { IncomingHttpHeaders } from 'node:http';
import type { CookieOptions } from 'express';
import type { ApiConfig } from '../api-deps.js';

export const SESSION_COOKIE = 'telltale_session';

/** The session's cookie among a request's headers. */
export const sessionCookieOf = (headers: IncomingHttpHeaders): string | undefined => {
  for (const pair of headers.cookie?.split(';') ?? []) {
    const [name, value] = pair.split('=', 2);
    if (name?.trim() === SESSION_COOKIE && value) return value.trim();
  }
  return undefined;
};

/** Out of reach for scripts, and not sent from other sites' pages. */
export const sessionCookieOptions = (config: Pick<ApiConfig, 'secureCookies' | 'sessionHours'>): CookieOptions => ({
  httpOnly: true,
  sameSite: 'strict',
  secure: config.secureCookies,
  path: '/',
  maxAge: config.sessionHours * 3_600_000,
});
