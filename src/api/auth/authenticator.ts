import type { IncomingHttpHeaders } from 'node:http';
import { type Instant, minutes } from '../../model/units.js';
import type { ApiToken, User, WebSession } from '../../ports/database.js';
import type { ApiDeps } from '../api-deps.js';
import type { Caller } from '../caller.js';
import { createCredentialCache } from './credential-cache.js';
import { sameHash, secretHash } from './secret-hash.js';
import { sessionCookieOf } from './session-cookie.js';
import { createTokenSessions, type TokenSessions } from './token-session.js';

/** The longest credential that is looked at; ours are 22 to 160 characters. */
const CREDENTIAL_LIMIT = 512;
const TOUCHED_EVERY = minutes(1);
const TOUCHED_AT_MOST = 10_000;

export interface Authenticator {
  /** @returns who is asking, or undefined; a bearer token goes before a cookie @throws {DatabaseUnavailableError} it cannot be told now */
  callerOf(headers: IncomingHttpHeaders): Promise<Caller | undefined>;
  callerOfToken(token: string): Promise<Caller | undefined>;
  /** @param hash SHA-256 of the token, hex */
  callerOfTokenHash(hash: string): Promise<Caller | undefined>;
  tokenSessions: TokenSessions;
  /** Takes effect at once, not when the cache lets go. */
  forgetToken(id: string): void;
  forgetSession(hash: string): void;
  /** @param tokens ids of those that went with the user */
  forgetUser(id: string, tokens?: readonly string[]): void;
  /** @param listener is told the id of a caller (`user:…`, `token:…`) whose credentials are to be asked about again, now */
  onForgotten(listener: (caller: string) => void): () => void;
}

/** Tells who is asking: API tokens, sessions of users, sessions of tokens. Knows nothing of what they may do. */
export const createAuthenticator = ({
  database,
  clock,
  random,
  config,
}: Pick<ApiDeps, 'database' | 'clock' | 'random' | 'config'>): Authenticator => {
  const tokens = createCredentialCache<ApiToken>(clock, hash => database.tokenByHash(hash));
  const sessions = createCredentialCache<WebSession & { as: User }>(clock, hash => database.sessionByHash(hash));
  const tokenSessions = createTokenSessions(clock, random, config.adminTokenHash);

  const listeners = new Set<(caller: string) => void>();
  const tell = (callers: Iterable<string>): void => {
    for (const caller of callers) for (const listener of listeners) listener(caller);
  };

  const touched = new Map<string, Instant>();
  /** Says in SQL when a token was last used, to the minute, and holds nobody up for it. */
  const touch = ({ id, last_used_at }: ApiToken): void => {
    const now = clock.now();
    if (now - (touched.get(id) ?? last_used_at ?? 0) < TOUCHED_EVERY) return;
    touched.delete(id);
    touched.set(id, now);
    if (touched.size > TOUCHED_AT_MOST) touched.delete(touched.keys().next().value!);
    // While SQL is away the next use says it.
    database.touchToken(id, now).catch(() => touched.delete(id));
  };

  const callerOfTokenHash = async (hash: string): Promise<Caller | undefined> => {
    if (sameHash(hash, config.adminTokenHash)) return firstAdministrator;
    const token = await tokens.resolve(hash);
    if (token === undefined || ranOut(token.expires_at, clock.now())) return undefined;
    touch(token);
    const { id, name, role, groups, driver, expires_at, made_by } = token;
    return {
      ...{ id: `token:${id}`, name: `token ${name}`, role, groups, driver, user: made_by },
      ...{ via: 'bearer', expiresAt: expires_at },
    };
  };

  const callerOfCookie = async (cookie: string): Promise<Caller | undefined> => {
    const tokenSession = tokenSessions.read(cookie);
    if (tokenSession !== undefined) {
      const caller = await callerOfTokenHash(tokenSession.tokenHash);
      return caller && { ...caller, via: 'cookie', expiresAt: tokenSession.expiresAt };
    }
    const session = await sessions.resolve(secretHash(cookie));
    if (session === undefined || ranOut(session.expires_at, clock.now())) return undefined;
    return callerOfUser(session.as, 'cookie', session.expires_at);
  };

  return {
    async callerOf(headers) {
      const bearer = bearerOf(headers.authorization);
      if (bearer !== undefined) return bearer.length <= CREDENTIAL_LIMIT ? callerOfTokenHash(secretHash(bearer)) : undefined;
      const cookie = sessionCookieOf(headers);
      return cookie !== undefined && cookie.length <= CREDENTIAL_LIMIT ? callerOfCookie(cookie) : undefined;
    },
    callerOfTokenHash,
    callerOfToken: token => callerOfTokenHash(secretHash(token)),
    tokenSessions,
    forgetToken(id) {
      tokens.forget(token => token.id === id);
      tell([`token:${id}`]);
    },
    forgetSession(hash) {
      tell(sessions.forget(session => session.id_hash === hash).map(({ as }) => `user:${as.id}`));
    },
    forgetUser(user, theirTokens = []) {
      sessions.forget(session => session.as.id === user);
      tokens.forget(token => theirTokens.includes(token.id));
      tell([`user:${user}`, ...theirTokens.map(id => `token:${id}`)]);
    },
    onForgotten(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};

export const callerOfUser = (
  { id, name, role, groups, driver }: User,
  via: Caller['via'],
  expiresAt: Instant | null,
): Caller => ({ id: `user:${id}`, name, role, groups, driver, user: id, via, expiresAt });

/** The token of the environment or the data directory: there before any user is, and while SQL is not. */
const firstAdministrator: Caller = {
  id: 'admin',
  name: 'first administrator',
  role: 'admin',
  groups: [],
  driver: null,
  user: null,
  via: 'bearer',
  expiresAt: null,
};

const bearerOf = (authorization: string | undefined): string | undefined => /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];

const ranOut = (expiresAt: Instant | null, now: Instant): boolean => expiresAt !== null && expiresAt <= now;
