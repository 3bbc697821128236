import { z } from 'zod';
import type { TripOutcome } from '../../model/trip.js';
import type { TripQuery } from '../../ports/database.js';
import type { ApiDeps } from '../api-deps.js';
import type { Caller } from '../caller.js';
import { bbox, byId, id, pageOf, paging, period } from '../http/fields.js';
import { forbidden, notFound } from '../http/problem.js';
import { type AnyRoute, defineRoute } from '../http/route.js';
import { seesVehicle, visibleVehicles } from '../scope.js';
import { fewerPoints, joinedTrack, replay, stopsOf, trackWire } from '../wire/replay.js';
import { EXPORT_FORMATS, MEDIA_TYPES, trackFile } from '../wire/track-files.js';
import { trip, tripWire } from '../wire/trip.js';

/** Alerts of one trip that a replay shows. */
const REPLAY_ALERTS = 1_000;

export const tripRoutes = ({ registry, database }: Pick<ApiDeps, 'registry' | 'database'>): AnyRoute[] => {
  const visible = async (caller: Caller, tripId: string): Promise<TripOutcome> => {
    const found = await database.trip(tripId);
    if (found === undefined || !mayRead(caller, found)) throw notFound('trip', tripId);
    return found;
  };

  const mayRead = (caller: Caller, { vehicle, driver }: TripOutcome): boolean =>
    (caller.role !== 'driver' || (caller.driver !== null && caller.driver === driver)) && seesVehicle(caller, registry, vehicle);

  return [
    defineRoute({
      method: 'get',
      path: '/trips',
      action: 'trips.read',
      tag: 'trips',
      summary:
        'Trips, newest first; a driver sees their own. With `bbox` those that went through it: a page may then be short, follow `next`',
      query: paging.extend({ vehicle: id.optional(), driver: id.optional(), ...period.shape, bbox: bbox.optional() }),
      answer: pageOf(trip),
      async run({ query: { bbox: within, ...query }, caller }) {
        const wanted: TripQuery = { ...query, cursor: query.cursor, vehicles: visibleVehicles(caller, registry) };
        if (within !== undefined) wanted.within = within;
        if (caller.role === 'driver') wanted.driver = ownDriver(caller, query.driver);
        const page = await database.trips(wanted);
        return { ...page, items: page.items.map(tripWire) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/trips/{id}',
      action: 'trips.read',
      tag: 'trips',
      summary: 'One trip',
      params: byId,
      answer: trip,
      run: async ({ params, caller }) => tripWire(await visible(caller, params.id)),
    }),
    defineRoute({
      method: 'get',
      path: '/trips/{id}/replay',
      action: 'trips.read',
      tag: 'trips',
      summary: 'A trip with its track as columns, its alerts, and where it stood for a minute or longer',
      params: byId,
      query: z.object({
        max_points: z.coerce
          .number()
          .int()
          .min(100)
          .max(1_000_000)
          .optional()
          .describe('At most so many points: of each stretch the highest and the lowest of every column stay; left out: all'),
      }),
      answer: replay,
      async run({ params, query, caller }) {
        const outcome = await visible(caller, params.id);
        const [chunks, alerts] = await Promise.all([
          database.track(outcome.id),
          database.alerts({ trip: outcome.id, vehicle: outcome.vehicle, limit: REPLAY_ALERTS, cursor: undefined }),
        ]);
        const columns = joinedTrack(chunks);
        const track = fewerPoints(columns, query.max_points);
        return { trip: tripWire(outcome), track: trackWire(track), alerts: alerts.items, stops: stopsOf(columns) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/trips/{id}/export',
      action: 'trips.read',
      tag: 'trips',
      summary: 'A trip as a file for other tools',
      params: byId,
      query: z.object({ format: z.enum(EXPORT_FORMATS).default('gpx') }),
      produces: Object.values(MEDIA_TYPES),
      audit: true,
      async run({ params, query, caller, res }) {
        const outcome = await visible(caller, params.id);
        const columns = joinedTrack(await database.track(outcome.id));
        res.attachment(`trip-${outcome.id}.${query.format}`).type(MEDIA_TYPES[query.format]).set('Cache-Control', 'no-store');
        res.send(trackFile(query.format, tripWire(outcome), columns));
      },
    }),
  ];
};

/** Whom a caller with the role `driver` may ask about: themselves. */
export const ownDriver = (caller: Caller, asked: string | undefined): string => {
  if (caller.driver === null) throw forbidden('This log-in belongs to no driver.');
  if (asked !== undefined && asked !== caller.driver) throw forbidden('A driver sees their own only.');
  return caller.driver;
};
