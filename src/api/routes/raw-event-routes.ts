import { z } from 'zod';
import type { ApiDeps } from '../api-deps.js';
import { byId, isoTime, pageOf, paging, period } from '../http/fields.js';
import { type AnyRoute, defineRoute } from '../http/route.js';
import { visibleVehicle } from './vehicle-routes.js';

export const rawEvent = z
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
    summary: 'The raw stream, as received; 410 `expired` after retention',
    params: byId,
    query: paging.extend(period.shape),
    answer: pageOf(rawEvent),
    audit: true,
    run({ params, query, caller }) {
      visibleVehicle({ registry }, caller, params.id);
      return rawEvents(params.id, query.from, query.to, query.cursor, query.limit);
    },
  }),
];
