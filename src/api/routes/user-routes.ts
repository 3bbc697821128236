import { z } from 'zod';
import { ROLES, type User } from '../../ports/database.js';
import type { ApiDeps } from '../api-deps.js';
import type { Authenticator } from '../auth/authenticator.js';
import { seenDriver } from '../auth/driver-of-log-in.js';
import type { Passwords } from '../auth/passwords.js';
import type { Caller } from '../caller.js';
import { byId, group, id, isoTime, newPassword, pageOf, paging } from '../http/fields.js';
import { governedPage } from '../http/governed-page.js';
import { newId } from '../http/new-id.js';
import { ApiProblem, conflict, forbidden, notFound, unprocessable } from '../http/problem.js';
import { type AnyRoute, defineRoute } from '../http/route.js';
import { type Turns, USERS } from '../http/turns.js';
import { governs } from '../scope.js';
import { iso } from '../wire/iso.js';

const user = z
  .object({
    id: z.string(),
    user: z.string(),
    role: z.enum(ROLES),
    groups: z.array(z.string()).readonly(),
    driver: z.string().nullable(),
    disabled: z.boolean().describe('May not log in'),
    created_at: isoTime,
  })
  .meta({ id: 'User' });

type UserDeps = Pick<ApiDeps, 'database' | 'clock' | 'random'> & {
  passwords: Passwords;
  authenticator: Authenticator;
  turns: Turns;
};

export const userRoutes = ({ database, clock, random, passwords, authenticator, turns }: UserDeps): AnyRoute[] => {
  /** Two who remove each other at once would both be told that one is left. */
  const inTurn = <T>(change: () => Promise<T>): Promise<T> => turns([USERS], change);

  /** @throws {ApiProblem} 404 also where the user sees more than the caller: who that is, is not theirs to know */
  const governed = async (caller: Caller, userId: string): Promise<User> => {
    const found = await database.user(userId);
    if (found === undefined || !governs(caller, found.groups)) throw notFound('user', userId);
    return found;
  };

  /** Sessions were opened with the rights and the password of then; tokens stay as long as their maker could make them again. */
  const cut = async (before: User, after: User): Promise<void> => {
    const tokens = await database.cutUser(after.id, { tokens: !mayMakeAsMuch(before, after) });
    authenticator.forgetUser(after.id, tokens);
  };

  /** @throws {ApiProblem} 409 nobody would be left who administers everything */
  const keepAnAdministrator = async ({ id: userId }: User): Promise<void> => {
    const administrators = await database.administrators();
    if (administrators.length === 1 && administrators[0] === userId)
      throw new ApiProblem(409, 'last_administrator', 'This is the last administrator of all groups; make another one first.');
  };

  return [
    defineRoute({
      method: 'get',
      path: '/users',
      action: 'server.administer',
      tag: 'users',
      summary: 'Users',
      query: paging,
      answer: pageOf(user),
      run: ({ query, caller }) => governedPage(caller, query, page => database.users(page), userWire),
    }),
    defineRoute({
      method: 'post',
      path: '/users',
      action: 'server.administer',
      tag: 'users',
      summary: 'A new user',
      body: z.object({
        user: z.string().trim().min(1).max(64),
        password: newPassword,
        role: z.enum(ROLES),
        groups: z.array(group).max(1_000).default([]).describe('Empty = all groups'),
        driver: id
          .nullable()
          .default(null)
          .describe('Whose own score and trips a user with the role `driver` sees; the driver whose id is the name unless given'),
      }),
      answer: user,
      status: 201,
      async run({ body, caller }) {
        if (!governs(caller, body.groups)) throw forbidden('The user would see more groups than you.', { code: 'beyond_groups' });
        const driver = body.driver ?? (body.role === 'driver' && id.safeParse(body.user).success ? body.user : null);
        if (body.role === 'driver' && driver === null)
          throw unprocessable('driver', 'the role `driver` needs the driver that the user is', { code: 'driver_needed' });
        if ((await database.userNamed(body.user)) !== undefined)
          throw conflict(`There is a user '${body.user}' already.`, { code: 'taken', what: 'user', id: body.user }, 'user');
        const created: User = {
          id: newId(random),
          name: body.user,
          role: body.role,
          groups: body.groups,
          driver: await seenDriver({ database }, caller, driver),
          password_hash: await passwords.hash(body.password),
          created_at: clock.now(),
          disabled_at: null,
        };
        await database.putUser(created);
        return userWire(created);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/users/{id}',
      action: 'server.administer',
      tag: 'users',
      summary: 'A user',
      params: byId,
      answer: user,
      run: async ({ params, caller }) => userWire(await governed(caller, params.id)),
    }),
    defineRoute({
      method: 'patch',
      path: '/users/{id}',
      action: 'server.administer',
      tag: 'users',
      summary: 'Change a user; who loses rights is logged out at once, and the tokens they made are gone',
      params: byId,
      body: z.strictObject({
        password: newPassword.optional(),
        role: z.enum(ROLES).optional(),
        groups: z.array(group).max(1_000).optional().describe('Empty = all groups'),
        driver: id.nullable().optional(),
        disabled: z.boolean().optional().describe('True: may not log in from now on, and is logged out'),
      }),
      answer: user,
      run: ({ params, body, caller }) =>
        inTurn(async () => {
          const before = await governed(caller, params.id);
          const { password: secret, disabled = before.disabled_at !== null, ...changes } = body;
          const after: User = {
            ...before,
            ...changes,
            ...(secret !== undefined && { password_hash: await passwords.hash(secret) }),
            disabled_at: disabled ? (before.disabled_at ?? clock.now()) : null,
          };
          if (!governs(caller, after.groups))
            throw forbidden('The user would see more groups than you.', { code: 'beyond_groups' });
          if (after.role === 'driver' && after.driver === null)
            throw unprocessable('driver', 'the role `driver` needs the driver that the user is', { code: 'driver_needed' });
          if (after.driver !== before.driver) await seenDriver({ database }, caller, after.driver);
          if (!administersAll(after)) await keepAnAdministrator(before);
          await database.putUser(after);
          await cut(before, after);
          return userWire(after);
        }),
    }),
    defineRoute({
      method: 'delete',
      path: '/users/{id}',
      action: 'server.administer',
      tag: 'users',
      summary: 'Remove a user, logged out at once, with the tokens they made',
      params: byId,
      run: ({ params, caller }) =>
        inTurn(async () => {
          const gone = await governed(caller, params.id);
          await keepAnAdministrator(gone);
          authenticator.forgetUser(gone.id, await database.deleteUser(gone.id));
        }),
    }),
  ];
};

const administersAll = ({ role, groups, disabled_at }: User): boolean =>
  role === 'admin' && groups.length === 0 && disabled_at === null;

/** Could the second make every token that the first could? */
const mayMakeAsMuch = (before: User, after: User): boolean =>
  after.disabled_at === null && (before.role !== 'admin' || (after.role === 'admin' && governs(after, before.groups)));

const userWire = ({ id: userId, name, role, groups, driver, disabled_at, created_at }: User): z.infer<typeof user> => ({
  id: userId,
  user: name,
  role,
  groups,
  driver,
  disabled: disabled_at !== null,
  created_at: iso(created_at),
});
