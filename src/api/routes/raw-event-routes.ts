import { z } from 'zod';
import type { ApiDeps } from '../api-deps.js';
import { byId, isoTime, pageOf, paging, period } from '../http/fields.js';
import { type AnyRoute, defineRoute } from '../http/route.js';
import { privatePlaces, showsPrivate } from '../private-places.js';
import { visibleVehicle } from './vehicle-routes.js';

const rawEvent = z
  .object({
    offset: z.number().int(),
    received_at: isoTime,
    topic: z.string(),
    events: z.array(z.unknown()),
    duplicate: z.boolean(),
  })
  .meta({ id: 'RawEvent' });

export const rawEventRoutes = ({ registry, rawEvents }: Pick<ApiDeps, 'registry' | 'rawEvents'>): AnyRoute[] => [
  defineRoute({
    method: 'get',
    path: '/vehicles/{id}/events',
    action: 'evidence.read',
    tag: 'vehicles',
    summary:
      'The raw stream, as received, but for the places of private trips; a page of large records is shorter, follow `next`; 410 `expired` after retention',
    params: byId,
    query: paging.extend({ ...period.shape, private: privatePlaces }),
    answer: pageOf(rawEvent),
    audit: true,
    run({ params, query, caller }) {
      visibleVehicle({ registry }, caller, params.id);
      const { from, to, cursor, limit } = query;
      return rawEvents(params.id, from, to, cursor, limit, showsPrivate(caller, query.private));
    },
  }),
];
