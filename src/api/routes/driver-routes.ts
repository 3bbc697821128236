import { z } from 'zod';
import type { Fact } from '../../model/fact.js';
import type { Driver } from '../../ports/database.js';
import type { ApiDeps } from '../api-deps.js';
import type { Authenticator } from '../auth/authenticator.js';
import type { Caller } from '../caller.js';
import { byId, group, id, instant, isoTime, pageOf, paging } from '../http/fields.js';
import { newId } from '../http/new-id.js';
import { conflict, forbidden, invalid, notFound } from '../http/problem.js';
import { type AnyRoute, defineRoute } from '../http/route.js';
import { governs, inGroups } from '../scope.js';
import { iso, isoOrNull } from '../wire/iso.js';
import { visibleVehicle } from './vehicle-routes.js';

const driver = z.object({ id: z.string(), name: z.string(), group: z.string().nullable() }).meta({ id: 'Driver' });

const assignment = z
  .object({ id: z.string(), driver: z.string(), vehicle: z.string(), from: isoTime, to: isoTime.nullable() })
  .meta({ id: 'Assignment' });

export const changes = z.object({ name: z.string().trim().min(1).max(200).optional(), group: group.nullable().optional() });

const ERASED_AT_ONCE = 500;

/** Names of people stay out of the audit trail, so that deleting a driver deletes the name. */
const fieldsOnly = (body: object) => ({ fields: Object.keys(body) });

/** @throws {ApiProblem} 404, also where the caller may not know of them */
export const visibleDriver = async (
  { database }: Pick<ApiDeps, 'database'>,
  caller: Caller,
  driverId: string,
): Promise<Driver> => {
  const found = await database.driver(driverId);
  if (found === undefined || !inGroups(caller, found.group)) throw notFound('driver', driverId);
  return found;
};

export const driverRoutes = ({
  registry,
  database,
  random,
  clock,
  authenticator,
}: Pick<ApiDeps, 'registry' | 'database' | 'random' | 'clock'> & { authenticator: Authenticator }): AnyRoute[] => {
  const put = async (caller: Caller, next: Driver): Promise<Driver> => {
    if (!governs(caller, next.group === null ? [] : [next.group]))
      throw forbidden('The driver would be outside of your groups.', { code: 'beyond_groups' });
    await database.putDriver(next);
    return next;
  };

  /** What people wrote about the driver's alerts, in all groups, goes by facts: from the stream of alerts too, and again after a crash. */
  const eraseWords = async (caller: Caller, driver: string): Promise<void> => {
    let cursor: string | undefined;
    do {
      const page = await database.alerts({ driver, limit: ERASED_AT_ONCE, cursor });
      const written = page.items.filter(({ notes, contest }) => contest !== undefined || notes.some(({ note }) => note !== ''));
      await registry.changeAll(
        written.map(
          ({ id: alert, vehicle }): Fact => ({
            type: 'alert_handled',
            ...{ id: alert, vehicle, action: 'erased', by: caller.id, at: clock.now(), note: '' },
          }),
        ),
      );
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
  };

  return [
    defineRoute({
      method: 'get',
      path: '/drivers',
      action: 'drivers.read',
      tag: 'drivers',
      summary: 'Drivers',
      query: paging.extend({ group: group.optional() }),
      answer: pageOf(driver),
      async run({ query, caller }) {
        // Narrowed by SQL: pages that come out short would tell how many others there are.
        return database.drivers({ ...query, cursor: query.cursor, groups: caller.groups.length > 0 ? caller.groups : undefined });
      },
    }),
    defineRoute({
      method: 'post',
      path: '/drivers',
      action: 'fleet.manage',
      tag: 'drivers',
      turn: ({ body }) => (body.id === undefined ? [] : [`driver/${body.id}`]),
      summary: 'Register a driver',
      body: changes.extend({ id: id.optional() }),
      answer: driver,
      status: 201,
      audit: fieldsOnly,
      async run({ body, caller, res }) {
        const driverId = body.id ?? newId(random);
        if ((await database.driver(driverId)) !== undefined)
          throw conflict(`There is a driver '${driverId}' already.`, { code: 'taken', what: 'driver', id: driverId }, 'id');
        res.location(`/api/v1/drivers/${driverId}`);
        return put(caller, { id: driverId, name: body.name ?? driverId, group: body.group ?? null });
      },
    }),
    defineRoute({
      method: 'get',
      path: '/drivers/{id}',
      action: 'drivers.read',
      tag: 'drivers',
      summary: 'One driver',
      params: byId,
      answer: driver,
      run: ({ params, caller }) => visibleDriver({ database }, caller, params.id),
    }),
    defineRoute({
      method: 'patch',
      path: '/drivers/{id}',
      action: 'fleet.manage',
      tag: 'drivers',
      turn: ({ params }) => [`driver/${params.id}`],
      summary: 'Change what is given',
      params: byId,
      body: changes,
      answer: driver,
      audit: fieldsOnly,
      run: async ({ params, body, caller }) =>
        put(caller, { ...(await visibleDriver({ database }, caller, params.id)), ...body }),
    }),
    defineRoute({
      method: 'delete',
      path: '/drivers/{id}',
      action: 'fleet.manage',
      tag: 'drivers',
      turn: ({ params }) => [`driver/${params.id}`],
      summary: 'Forget who the driver is: trips and alerts keep an id that leads to nobody, and nothing that was written of them',
      params: byId,
      async run({ params, caller }) {
        const { id: driver } = await visibleDriver({ database }, caller, params.id);
        await eraseWords(caller, driver);
        const { users, tokens } = await database.deleteDriver(driver);
        for (const user of users) authenticator.forgetUser(user);
        for (const token of tokens) authenticator.forgetToken(token);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/drivers/{id}/assignments',
      action: 'drivers.read',
      tag: 'drivers',
      summary: 'Which vehicles a driver was assigned to, newest first',
      params: byId,
      answer: pageOf(assignment),
      async run({ params, caller }) {
        await visibleDriver({ database }, caller, params.id);
        const items = registry
          .vehicles()
          .filter(vehicle => inGroups(caller, vehicle.group))
          .flatMap(vehicle => registry.assignments(vehicle.id).filter(one => one.driver === params.id))
          .sort((a, b) => b.from - a.from)
          .map(one => ({ ...one, from: iso(one.from), to: isoOrNull(one.to) }));
        return { items, next: null };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/drivers/{id}/assignments',
      action: 'fleet.manage',
      tag: 'drivers',
      summary: 'Say who drove which vehicle when; trips of that time are amended',
      params: byId,
      body: z.object({ vehicle: id, from: instant, to: instant.nullable().default(null) }),
      answer: assignment,
      status: 201,
      async run({ params, body, caller }) {
        await visibleDriver({ database }, caller, params.id);
        visibleVehicle({ registry }, caller, body.vehicle);
        if (body.to !== null && body.to <= body.from)
          throw invalid([{ field: 'to', message: 'must be after `from`', said: [{ code: 'order_of_times' }] }]);
        const made = { id: newId(random), driver: params.id, ...body };
        await registry.change({ type: 'assignment_put', assignment: made });
        return { ...made, from: iso(made.from), to: isoOrNull(made.to) };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/drivers/{id}/assignments/{assignment}',
      action: 'fleet.manage',
      tag: 'drivers',
      turn: ({ params }) => [`assignment/${params.assignment}`],
      summary: 'Take an assignment back',
      params: byId.extend({ assignment: z.string().max(128) }),
      async run({ params, caller }) {
        await visibleDriver({ database }, caller, params.id);
        const found = registry
          .vehicles()
          .flatMap(vehicle => registry.assignments(vehicle.id))
          .find(one => one.id === params.assignment && one.driver === params.id);
        if (found === undefined) throw notFound('assignment', params.assignment);
        visibleVehicle({ registry }, caller, found.vehicle);
        await registry.change({ type: 'assignment_deleted', id: found.id, vehicle: found.vehicle });
      },
    }),
  ];
};
