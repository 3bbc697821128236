import { z } from 'zod';
import { ROLES, type User } from '../../ports/database.js';
import type { ApiDeps } from '../api-deps.js';
import type { Passwords } from '../auth/passwords.js';
import { group, id, isoTime, pageOf, paging } from '../http/fields.js';
import { newId } from '../http/new-id.js';
import { conflict, forbidden, unprocessable } from '../http/problem.js';
import { type AnyRoute, defineRoute } from '../http/route.js';
import { visiblePage } from '../http/visible-page.js';
import { governs } from '../scope.js';
import { iso } from '../wire/iso.js';

/** NIST SP 800-63B §3.1.1.2: at least 8 characters, no rules of composition, 64 or more allowed. */
const password = z.string().min(8).max(256);

const user = z
  .object({
    id: z.string(),
    user: z.string(),
    role: z.enum(ROLES),
    groups: z.array(z.string()).readonly(),
    driver: z.string().nullable(),
    created_at: isoTime,
  })
  .meta({ id: 'User' });

export const userRoutes = ({
  database,
  clock,
  random,
  passwords,
}: Pick<ApiDeps, 'database' | 'clock' | 'random'> & { passwords: Passwords }): AnyRoute[] => [
  defineRoute({
    method: 'get',
    path: '/users',
    action: 'server.administer',
    tag: 'users',
    summary: 'Users',
    query: paging,
    answer: pageOf(user),
    async run({ query, caller }) {
      const { items, next } = await visiblePage(
        page => database.users(page),
        { limit: query.limit, cursor: query.cursor },
        one => governs(caller, one.groups),
      );
      return { items: items.map(userWire), next };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/users',
    action: 'server.administer',
    tag: 'users',
    summary: 'A new user',
    body: z.object({
      user: z.string().trim().min(1).max(64),
      password,
      role: z.enum(ROLES),
      groups: z.array(group).max(1_000).default([]).describe('Empty = all groups'),
      driver: id.nullable().default(null).describe('Whose own score and trips a user with the role `driver` sees'),
    }),
    answer: user,
    status: 201,
    async run({ body, caller }) {
      if (!governs(caller, body.groups)) throw forbidden('The user would see more groups than you.');
      if (body.role === 'driver' && body.driver === null)
        throw unprocessable('driver', 'the role `driver` needs the driver that the user is');
      if ((await database.userNamed(body.user)) !== undefined) throw conflict(`There is a user '${body.user}' already.`, 'user');
      const created: User = {
        id: newId(random),
        name: body.user,
        role: body.role,
        groups: body.groups,
        driver: body.driver,
        password_hash: await passwords.hash(body.password),
        created_at: clock.now(),
      };
      await database.putUser(created);
      return userWire(created);
    },
  }),
];

const userWire = ({ id: userId, name, role, groups, driver, created_at }: User): z.infer<typeof user> => ({
  id: userId,
  user: name,
  role,
  groups,
  driver,
  created_at: iso(created_at),
});
