import { z } from 'zod';
import { type ApiToken, ROLES } from '../../ports/database.js';
import type { ApiDeps } from '../api-deps.js';
import type { Authenticator } from '../auth/authenticator.js';
import { seenDriver } from '../auth/driver-of-log-in.js';
import { secretHash } from '../auth/secret-hash.js';
import { byId, group, id, instant, isoTime, pageOf, paging } from '../http/fields.js';
import { governedPage } from '../http/governed-page.js';
import { newId } from '../http/new-id.js';
import { forbidden, invalid, notFound } from '../http/problem.js';
import { type AnyRoute, defineRoute } from '../http/route.js';
import { governs } from '../scope.js';
import { iso, isoOrNull } from '../wire/iso.js';

const TOKEN_BYTES = 24;

const token = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z.enum(ROLES),
    groups: z.array(z.string()).readonly(),
    driver: z.string().nullable().describe('Whose own score and trips a token with the role `driver` sees'),
    expires_at: isoTime.nullable(),
    last_used_at: isoTime.nullable(),
    created_at: isoTime,
    made_by: z.string().nullable().describe('Id of the user with whose rights it goes; null = it belongs to nobody'),
  })
  .meta({ id: 'Token' });

export const tokenRoutes = ({
  database,
  clock,
  random,
  authenticator,
}: Pick<ApiDeps, 'database' | 'clock' | 'random'> & { authenticator: Authenticator }): AnyRoute[] => [
  defineRoute({
    method: 'get',
    path: '/tokens',
    action: 'server.administer',
    tag: 'users',
    summary: 'API tokens; never their secrets',
    query: paging,
    answer: pageOf(token),
    run: ({ query, caller }) => governedPage(caller, query, page => database.tokens(page), tokenWire),
  }),
  defineRoute({
    method: 'post',
    path: '/tokens',
    action: 'server.administer',
    tag: 'users',
    summary: 'A new API token; it is in this answer and nowhere else',
    body: z.object({
      name: z.string().trim().min(1).max(100),
      role: z.enum(ROLES),
      groups: z.array(group).max(1_000).default([]).describe('Empty = all groups'),
      driver: id
        .nullable()
        .default(null)
        .describe('Whose own score and trips a token with the role `driver` sees; the driver whose id is its name unless given'),
      expires_at: instant.nullable().default(null),
    }),
    answer: z.object({ id: z.string(), token: z.string() }),
    status: 201,
    async run({ body, caller }) {
      if (!governs(caller, body.groups)) throw forbidden('The token would see more groups than you.', { code: 'beyond_groups' });
      if (body.expires_at !== null && body.expires_at <= clock.now())
        throw invalid([{ field: 'expires_at', message: 'is past', said: [{ code: 'is_past' }] }]);
      const secret = `tt_${Buffer.from(random.secret(TOKEN_BYTES)).toString('base64url')}`;
      const driver = body.role !== 'driver' ? null : (body.driver ?? (await database.driver(body.name))?.id ?? null);
      const tokenId = newId(random);
      await database.putToken({
        ...body,
        id: tokenId,
        driver: await seenDriver({ database }, caller, driver),
        token_hash: secretHash(secret),
        last_used_at: null,
        created_at: clock.now(),
        made_by: caller.user,
      });
      return { id: tokenId, token: secret };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/tokens/{id}',
    action: 'server.administer',
    tag: 'users',
    summary: 'Revoke a token, at once',
    params: byId,
    async run({ params, caller }) {
      if (caller.groups.length > 0)
        throw forbidden('Tokens are revoked by administrators of all groups.', { code: 'beyond_groups' });
      if (!(await database.deleteToken(params.id))) throw notFound('token', params.id);
      authenticator.forgetToken(params.id);
    },
  }),
];

const tokenWire = ({ token_hash: _hash, ...shown }: ApiToken): z.infer<typeof token> => ({
  ...shown,
  expires_at: isoOrNull(shown.expires_at),
  last_used_at: isoOrNull(shown.last_used_at),
  created_at: iso(shown.created_at),
});
