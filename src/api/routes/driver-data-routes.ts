import { once } from 'node:events';
import type { Alert } from '../../model/alert.js';
import type { User } from '../../ports/database.js';
import { SCORED_KINDS } from '../../rollups/scoring.js';
import type { ApiDeps } from '../api-deps.js';
import { dayRange } from '../http/day-range.js';
import { byId, pageOf, paging } from '../http/fields.js';
import { notFound } from '../http/problem.js';
import { type AnyRoute, defineRoute } from '../http/route.js';
import { inGroups, visibleVehicles } from '../scope.js';
import { periodOf } from '../scores/period.js';
import { alert, alertKind } from '../wire/alert.js';
import { iso, isoOrNull } from '../wire/iso.js';
import { joinedTrack, trackWire } from '../wire/replay.js';
import { tripWire } from '../wire/trip.js';
import { ownDriver } from './trip-routes.js';

const PAGE = 500;

/** What is held about one driver, for themselves and for whoever has to answer them. */
export const driverDataRoutes = ({ registry, database, clock }: Pick<ApiDeps, 'registry' | 'database' | 'clock'>): AnyRoute[] => [
  defineRoute({
    method: 'get',
    path: '/drivers/{id}/events',
    action: 'scorecards.read',
    tag: 'scorecards',
    summary: 'The alerts that count, or would, in a driver’s score, newest first: what lost points open; a driver sees their own',
    params: byId,
    query: paging.extend({ ...dayRange.shape, kind: alertKind.optional() }),
    answer: pageOf(alert),
    async run({ params, query, caller }) {
      if (caller.role === 'driver') ownDriver(caller, params.id);
      const driver = await database.driver(params.id);
      if (driver === undefined || (caller.role !== 'driver' && !inGroups(caller, driver.group)))
        throw notFound('driver', params.id);
      const { since, until } = periodOf(query, registry.settings().zone, clock.now());
      const { limit, cursor, kind } = query;
      const page = await database.alerts({
        ...{ driver: params.id, from: since, to: until - 1, limit, cursor, ...(kind !== undefined && { kind }) },
        vehicles: visibleVehicles(caller, registry),
      });
      const scored = (one: Alert) => SCORED_KINDS.includes(one.kind) && one.status !== 'retracted';
      // A page may come out short; `next` still leads on.
      return { ...page, items: page.items.filter(scored) };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/drivers/{id}/export',
    action: 'drivers.export',
    tag: 'drivers',
    summary: 'Everything that is held about a driver, as one JSON file; a driver may ask for their own',
    params: byId,
    produces: ['application/json'],
    audit: true,
    async run({ params, caller, res }) {
      if (caller.role === 'driver') ownDriver(caller, params.id);
      const driver = await database.driver(params.id);
      if (driver === undefined || (caller.role !== 'driver' && !inGroups(caller, driver.group)))
        throw notFound('driver', params.id);
      const vehicles = visibleVehicles(caller, registry);
      // A driver's whole story is theirs, whatever groups their log-in is limited to.
      const seen = caller.role === 'driver' ? undefined : vehicles;
      const assignments = registry
        .vehicles()
        .filter(({ id }) => seen?.includes(id) ?? true)
        .flatMap(({ id }) => registry.assignments(id))
        .filter(one => one.driver === driver.id)
        .map(one => ({ ...one, from: iso(one.from), to: isoOrNull(one.to) }));
      const notes = (await database.coachingNotes(driver.id)).map(({ by_id: _, at, changed_at, ...one }) => ({
        ...{ ...one, at: iso(at), changed_at: isoOrNull(changed_at) },
      }));
      const days = await database.driverDays({ from: '0001-01-01', to: '9999-12-31', driver: driver.id, vehicles: seen });

      res.attachment(`driver-${driver.id}.json`).type('application/json').set('Cache-Control', 'no-store');
      const write = async (text: string): Promise<void> => {
        // Years of tracks do not fit into memory: who reads slowly is waited for.
        if (!res.write(text) && !res.destroyed) await Promise.race([once(res, 'drain'), once(res, 'close')]);
      };
      const head = { driver, exported_at: iso(clock.now()), log_ins: await logInsOf(driver.id), assignments, notes, days };
      await write(`${JSON.stringify(head).slice(0, -1)},"raw":${JSON.stringify(RAW)},"alerts":[`);
      let first = true;
      const item = async (value: unknown): Promise<void> => {
        await write(`${first ? '' : ','}\n${JSON.stringify(value)}`);
        first = false;
      };
      for await (const one of alertsOf(driver.id, seen)) await item(one);
      await write('],"trips":[');
      first = true;
      for await (const trip of tripsOf(driver.id, seen)) {
        if (res.destroyed) return;
        await item({ ...tripWire(trip), track: trackWire(joinedTrack(await database.track(trip.id))) });
      }
      await write(']}\n');
      res.end();

      async function logInsOf(of: string) {
        const own: User[] = [];
        let cursor: string | undefined;
        do {
          const page = await database.users({ limit: PAGE, cursor });
          own.push(...page.items.filter(user => user.driver === of));
          cursor = page.next ?? undefined;
        } while (cursor !== undefined);
        return own.map(({ name, role, created_at }) => ({ user: name, role, created_at: iso(created_at) }));
      }

      async function* alertsOf(of: string, among: typeof seen) {
        let cursor: string | undefined;
        do {
          const page = await database.alerts({ driver: of, vehicles: among, limit: PAGE, cursor });
          yield* page.items;
          cursor = page.next ?? undefined;
        } while (cursor !== undefined);
      }

      async function* tripsOf(of: string, among: typeof seen) {
        let cursor: string | undefined;
        do {
          const page = await database.trips({ driver: of, vehicles: among, limit: PAGE, cursor });
          yield* page.items;
          cursor = page.next ?? undefined;
        } while (cursor !== undefined);
      }
    },
  }),
];

const RAW =
  'Raw records are kept per vehicle, not per driver, and expire: GET /vehicles/{id}/events of the vehicles of the trips, for their times.';
