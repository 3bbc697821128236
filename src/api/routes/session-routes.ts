import { z } from 'zod';
import { hours } from '../../model/units.js';
import { ROLES } from '../../ports/database.js';
import type { ApiConfig, ApiDeps } from '../api-deps.js';
import { type Authenticator, callerOfUser } from '../auth/authenticator.js';
import type { LoginThrottle } from '../auth/login-throttle.js';
import type { Passwords } from '../auth/passwords.js';
import { secretHash } from '../auth/secret-hash.js';
import { SESSION_COOKIE, sessionCookieOf, sessionCookieOptions } from '../auth/session-cookie.js';
import type { Caller } from '../caller.js';
import type { AuditTrail } from '../http/audit-trail.js';
import { isoTime, newPassword } from '../http/fields.js';
import { ApiProblem, forbidden, invalid, tooMany, unprocessable } from '../http/problem.js';
import { type AnyRoute, defineRoute } from '../http/route.js';
import { createTurns, type Turns, USERS } from '../http/turns.js';
import { ACTIONS, type Action, mayDo } from '../roles.js';
import { isoOrNull } from '../wire/iso.js';

const session = z
  .object({
    name: z.string(),
    role: z.enum(ROLES),
    groups: z.array(z.string()).readonly(),
    driver: z.string().nullable(),
    expires_at: isoTime.nullable(),
    may: z.array(z.string()).readonly().describe('What this role may do: which buttons make sense'),
    time_zone: z.string().describe("IANA name of the fleet's zone"),
    map: z
      .object({ style: z.string().nullable(), pmtiles: z.string().nullable() })
      .describe('URLs of the base map that was configured; null = the demo town'),
  })
  .meta({ id: 'Session' });

const loginBody = z.object({
  user: z.string().min(1).max(64).optional(),
  password: z.string().min(1).max(256).optional(),
  token: z.string().min(1).max(256).optional().describe('Instead of user and password: an API token'),
});

type SessionDeps = Pick<ApiDeps, 'database' | 'clock' | 'random' | 'config' | 'count'> & {
  authenticator: Authenticator;
  passwords: Passwords;
  throttle: LoginThrottle;
  audit: AuditTrail;
  turns: Turns;
};

/** How many log-ins may wait for their turn. */
const WAITING_LIMIT = 32;

export const sessionRoutes = (deps: SessionDeps): AnyRoute[] => {
  const { database, clock, random, config, count, authenticator, passwords, throttle, audit, turns } = deps;
  /** Guesses that came together would all be looked at before the first of them counts. */
  const guesses = createTurns(WAITING_LIMIT);

  const byToken = async (token: string, expiresAt: number): Promise<{ caller: Caller; cookie: string } | undefined> => {
    const caller = await authenticator.callerOfToken(token);
    if (caller === undefined) return undefined;
    const until = Math.min(expiresAt, caller.expiresAt ?? expiresAt);
    return { caller: { ...caller, expiresAt: until }, cookie: authenticator.tokenSessions.open(secretHash(token), until) };
  };

  const byPassword = async (
    name: string,
    password: string,
    expiresAt: number,
  ): Promise<{ caller: Caller; cookie: string } | undefined> => {
    const user = await database.userNamed(name);
    if (!(await passwords.matches(password, user?.password_hash)) || user?.disabled_at !== null) return undefined;
    const cookie = Buffer.from(random.secret(32)).toString('base64url');
    await database.putSession({ id_hash: secretHash(cookie), user: user.id, expires_at: expiresAt });
    // Shut out, or the password changed, while this one was being looked at.
    const now = await database.user(user.id);
    if (now?.password_hash !== user.password_hash || now.disabled_at !== null) {
      await database.deleteSession(secretHash(cookie));
      return undefined;
    }
    return { caller: callerOfUser(user, 'cookie', expiresAt), cookie };
  };

  return [
    defineRoute({
      method: 'post',
      path: '/session',
      action: null,
      tag: 'session',
      summary: 'Log in, with `user` and `password` or with `token`; the answer sets the session cookie',
      body: loginBody,
      answer: session,
      status: 201,
      audit: false,
      async run({ body, req, res }) {
        // A form of a foreign page must not log somebody in as somebody else.
        if (req.headers['sec-fetch-site'] === 'cross-site') throw forbidden('Log in from the dashboard itself.');
        const { user, password, token } = body;
        if (token === undefined && (user === undefined || password === undefined)) {
          throw invalid([{ field: user === undefined ? 'user' : 'password', message: 'is needed, or `token` instead' }]);
        }
        const keys = [`address ${req.ip}`, ...(token === undefined ? [`user ${user}`] : [])];
        const expiresAt = clock.now() + hours(config.sessionHours);
        const opened = await guesses(keys, async () => {
          const wait = Math.max(...keys.map(throttle.waitOf));
          if (wait > 0) {
            count('api_logins_throttled');
            throw tooMany('Too many failed log-ins; wait.', wait / 1_000);
          }
          const found = token !== undefined ? await byToken(token, expiresAt) : await byPassword(user!, password!, expiresAt);
          keys.forEach(found === undefined ? throttle.failed : throttle.succeeded);
          return found;
        });
        if (opened === undefined) {
          count('api_logins_failed');
          throw new ApiProblem(
            401,
            'unauthorized',
            token !== undefined ? 'This token is not known.' : 'User or password is wrong.',
          );
        }
        await audit.record(opened.caller, 'POST /session', opened.caller.id, null);
        res.cookie(SESSION_COOKIE, opened.cookie, sessionCookieOptions(config));
        return sessionWire(opened.caller, config);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/session',
      action: 'session.own',
      tag: 'session',
      summary: 'Who am I, and what may I do',
      answer: session,
      run: ({ caller }) => sessionWire(caller, config),
    }),
    defineRoute({
      method: 'put',
      path: '/session/password',
      action: 'session.own',
      tag: 'session',
      summary: 'Change the own password; the other sessions of this user end',
      body: z.strictObject({ password: z.string().min(1).max(256), new_password: newPassword }),
      audit: () => null,
      async run({ body, caller, req }) {
        const cookie = sessionCookieOf(req.headers);
        const user = caller.via === 'cookie' && caller.user !== null ? await database.user(caller.user) : undefined;
        if (user === undefined || caller.id !== `user:${user.id}` || cookie === undefined)
          throw forbidden('Only who is logged in by password has one.');
        const key = `user ${user.name}`;
        await guesses([key], async () => {
          const wait = throttle.waitOf(key);
          if (wait > 0) throw tooMany('Too many wrong passwords; wait.', wait / 1_000);
          const matches = await passwords.matches(body.password, user.password_hash);
          (matches ? throttle.succeeded : throttle.failed)(key);
          if (!matches) throw unprocessable('password', 'is wrong', { code: 'password_wrong' });
        });
        const password_hash = await passwords.hash(body.new_password);
        await turns([USERS], async () => {
          const now = await database.user(user.id);
          // Shut out or given another password meanwhile: that must not be undone by what was read before.
          if (now === undefined || now.disabled_at !== null || now.password_hash !== user.password_hash)
            throw new ApiProblem(401, 'unauthorized', 'Log in again.');
          await database.putUser({ ...now, password_hash });
          await database.cutUser(user.id, { tokens: false, except: secretHash(cookie) });
          authenticator.forgetUser(user.id);
        });
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/session',
      action: 'session.own',
      tag: 'session',
      summary: 'Log out',
      audit: false,
      async run({ req, res }) {
        const cookie = sessionCookieOf(req.headers);
        const { maxAge: _, ...options } = sessionCookieOptions(config);
        res.clearCookie(SESSION_COOKIE, options);
        if (cookie === undefined) return;
        if (authenticator.tokenSessions.read(cookie) !== undefined) {
          authenticator.tokenSessions.close(cookie);
          return;
        }
        await database.deleteSession(secretHash(cookie));
        authenticator.forgetSession(secretHash(cookie));
      },
    }),
  ];
};

const sessionWire = (
  { name, role, groups, driver, expiresAt }: Caller,
  { timeZone, map }: Pick<ApiConfig, 'timeZone' | 'map'>,
): z.infer<typeof session> => ({
  name,
  role,
  groups,
  driver,
  expires_at: isoOrNull(expiresAt),
  may: ACTIONS.filter((action: Action) => mayDo(role, action)),
  time_zone: timeZone,
  map: { style: map.styleUrl ?? null, pmtiles: map.pmtilesFile === undefined ? null : '/basemap/tiles.pmtiles' },
});
