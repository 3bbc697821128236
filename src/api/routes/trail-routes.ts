import { z } from 'zod';
import { hours, minutes } from '../../model/units.js';
import type { ApiDeps } from '../api-deps.js';
import { byId } from '../http/fields.js';
import { type AnyRoute, defineRoute } from '../http/route.js';
import { joinedTrack } from '../wire/replay.js';
import { trail, trailWire } from '../wire/trail.js';
import { visibleVehicle } from './vehicle-routes.js';

/** Trips that are looked at; in an hour there are seldom more, and older ones are left out. */
const TRIPS_AT_MOST = 20;
/** A trip that goes on now may have begun this long ago. */
const LONGEST_TRIP = hours(24);

export const trailRoutes = ({ registry, database, clock }: Pick<ApiDeps, 'registry' | 'database' | 'clock'>): AnyRoute[] => [
  defineRoute({
    method: 'get',
    path: '/vehicles/{id}/trail',
    action: 'live.read',
    tag: 'vehicles',
    summary: 'Where a vehicle was lately, for a line on the map; the newest seconds come by the websocket',
    params: byId,
    query: z.object({ minutes: z.coerce.number().int().min(1).max(240).default(60) }),
    answer: trail,
    async run({ params, query, caller }) {
      visibleVehicle({ registry }, caller, params.id);
      const from = clock.now() - minutes(query.minutes);
      const { items } = await database.trips({
        vehicle: params.id,
        from: from - LONGEST_TRIP,
        limit: TRIPS_AT_MOST,
        cursor: undefined,
      });
      const recent = items.filter(({ endedAt }) => endedAt >= from).reverse();
      const tracks = await Promise.all(recent.map(async ({ id }) => joinedTrack(await database.track(id))));
      return trailWire(params.id, tracks, from);
    },
  }),
];
