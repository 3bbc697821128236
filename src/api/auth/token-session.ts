import { createHmac } from 'node:crypto';
import type { Instant } from '../../model/units.js';
import type { Clock, Random } from '../../ports/clock.js';
import { sameHash } from './secret-hash.js';

const PREFIX = 't';
const REMEMBERED = 10_000;

/**
 * Sessions of people who log in to the dashboard with an API token. They need no SQL and survive a restart: the cookie itself says
 * whose token it stands for and until when, signed. It ends with its token, at its time, or by logging out.
 */
export interface TokenSessions {
  /** @returns the cookie's value: `t.<token hash>.<expiry>.<nonce>.<signature>` */
  open(tokenHash: string, expiresAt: Instant): string;
  /** @returns whose token, or undefined where the cookie is none of ours, was changed, ran out or was logged out */
  read(cookie: string): { tokenHash: string; expiresAt: Instant } | undefined;
  close(cookie: string): void;
}

/** @param key what signs them: derived from the first administrator's token, so that a change of it ends all of these sessions */
export const createTokenSessions = (clock: Clock, random: Random, key: string): TokenSessions => {
  const loggedOut = new Set<string>();
  const sign = (text: string): string => createHmac('sha256', `telltale token session\n${key}`).update(text).digest('base64url');

  return {
    open(tokenHash, expiresAt) {
      const nonce = Buffer.from(random.secret(12)).toString('base64url');
      const text = [PREFIX, tokenHash, expiresAt, nonce].join('.');
      return `${text}.${sign(text)}`;
    },
    read(cookie) {
      const parts = cookie.split('.');
      if (parts.length !== 5 || parts[0] !== PREFIX) return undefined;
      const [, tokenHash, expiry, , signature] = parts as [string, string, string, string, string];
      if (!sameHash(signature, sign(parts.slice(0, 4).join('.')))) return undefined;
      const expiresAt = Number(expiry);
      return expiresAt > clock.now() && !loggedOut.has(signature) ? { tokenHash, expiresAt } : undefined;
    },
    close(cookie) {
      loggedOut.add(cookie.slice(cookie.lastIndexOf('.') + 1));
      if (loggedOut.size > REMEMBERED) loggedOut.delete(loggedOut.values().next().value!);
    },
  };
};
