import { once } from 'node:events';
import { z } from 'zod';
import type { ApiDeps } from '../api-deps.js';
import { byId } from '../http/fields.js';
import { notFound } from '../http/problem.js';
import { type AnyRoute, defineRoute } from '../http/route.js';
import { privatePlaces, showsPrivate } from '../private-places.js';
import { seesVehicle } from '../scope.js';

/** What proves a trip to others, and the key that it is checked with. */
export const evidenceRoutes = ({
  registry,
  database,
  evidence,
}: Pick<ApiDeps, 'registry' | 'database' | 'evidence'>): AnyRoute[] => [
  defineRoute({
    method: 'get',
    path: '/public-key',
    action: 'session.own',
    tag: 'trips',
    summary: 'The key that evidence and the heads of the journal are signed with',
    answer: z
      .object({
        algorithm: z.literal('Ed25519'),
        public_key: z.string().describe('PEM (SPKI)'),
        fingerprint: z.string().describe('SHA-256 of the key in DER, hex'),
      })
      .meta({ id: 'PublicKey' }),
    run: () => evidence.publicKey(),
  }),
  defineRoute({
    method: 'get',
    path: '/trips/{id}/evidence',
    action: 'evidence.read',
    tag: 'trips',
    summary:
      'What proves a trip, as a ZIP that `telltale verify` checks; 403 `private` where it holds places of private trips, 410 `expired` after retention',
    params: byId,
    query: z.object({ private: privatePlaces }),
    produces: ['application/zip'],
    audit: true,
    async run({ params, query, caller, res }) {
      const shows = showsPrivate(caller, query.private);
      const trip = await database.trip(params.id);
      if (trip === undefined || !seesVehicle(caller, registry, trip.vehicle)) throw notFound('trip', params.id);
      const pieces = await evidence.pack(trip, shows);
      res.attachment(`evidence-${trip.id}.zip`).type('application/zip').set('Cache-Control', 'no-store');
      try {
        for await (const piece of pieces) {
          if (res.destroyed) break;
          // As fast as it is read: a pack is not held in memory.
          if (!res.write(piece)) await Promise.race([once(res, 'drain'), once(res, 'close')]);
        }
        res.end();
      } catch (error) {
        // Half a pack must not look like a whole one.
        res.destroy(error as Error);
      }
    },
  }),
];
