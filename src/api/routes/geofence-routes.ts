import type { z } from 'zod';
import type { Geofence } from '../../model/geofence.js';
import type { ApiDeps } from '../api-deps.js';
import type { Caller } from '../caller.js';
import { geofenceOf } from '../geofence-shape.js';
import { byId, pageOf, paging } from '../http/fields.js';
import { newId } from '../http/new-id.js';
import { pageOfList } from '../http/page.js';
import { conflict, forbidden, invalid, notFound } from '../http/problem.js';
import { type AnyRoute, defineRoute } from '../http/route.js';
import { concerns, governs, readableGroups } from '../scope.js';
import { geofence, geofenceBody } from '../wire/geofence.js';

type GeofenceWire = z.infer<typeof geofence>;

export const geofenceRoutes = ({ registry, random, giveWay }: Pick<ApiDeps, 'registry' | 'random' | 'giveWay'>): AnyRoute[] => {
  const found = (caller: Caller, fenceId: string): Geofence => {
    const existing = registry.geofence(fenceId);
    if (existing === undefined || !concerns(caller, existing.properties.groups)) throw notFound('geofence', fenceId);
    return existing;
  };

  const mayChange = (caller: Caller, fence: Geofence): void => {
    if (!governs(caller, fence.properties.groups))
      throw forbidden('The geofence reaches beyond your groups: name them in properties.groups.', { code: 'beyond_groups' });
  };

  const put = async (caller: Caller, fence: Geofence): Promise<GeofenceWire> => {
    mayChange(caller, fence);
    await registry.change({ type: 'geofence_put', geofence: fence });
    return wire(caller, fence);
  };

  const wire = (caller: Caller, fence: Geofence): GeofenceWire =>
    ({
      ...fence,
      properties: { ...fence.properties, groups: readableGroups(caller, fence.properties.groups) },
    }) as GeofenceWire;

  return [
    defineRoute({
      method: 'get',
      path: '/geofences',
      action: 'live.read',
      tag: 'geofences',
      summary: 'Geofences as GeoJSON Features, in order of id',
      query: paging,
      answer: pageOf(geofence),
      run({ query, caller }) {
        const wanted = registry
          .geofences()
          .filter(fence => concerns(caller, fence.properties.groups))
          .sort((a, b) => (a.id < b.id ? -1 : 1));
        const page = pageOfList(wanted, { limit: query.limit, cursor: query.cursor }, fence => fence.id);
        return { ...page, items: page.items.map(fence => wire(caller, fence)) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/geofences',
      action: 'fleet.manage',
      tag: 'geofences',
      turn: ({ body }) => (body.id === undefined ? [] : [`geofence/${body.id}`]),
      summary: 'A new geofence: Polygon, MultiPolygon, Point with `radius_m`, LineString with `width_m`',
      body: geofenceBody,
      answer: geofence,
      status: 201,
      async run({ body, caller, res }) {
        const fenceId = body.id ?? newId(random);
        if (registry.geofence(fenceId) !== undefined)
          throw conflict(`There is a geofence '${fenceId}' already.`, { code: 'taken', what: 'geofence', id: fenceId }, 'id');
        res.location(`/api/v1/geofences/${fenceId}`);
        return put(caller, await geofenceOf(fenceId, body, registry.settings().zone, giveWay));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/geofences/{id}',
      action: 'live.read',
      tag: 'geofences',
      summary: 'One geofence',
      params: byId,
      answer: geofence,
      run: ({ params, caller }) => wire(caller, found(caller, params.id)),
    }),
    defineRoute({
      method: 'put',
      path: '/geofences/{id}',
      action: 'fleet.manage',
      tag: 'geofences',
      turn: ({ params }) => [`geofence/${params.id}`],
      summary: 'Replace a geofence',
      params: byId,
      body: geofenceBody,
      answer: geofence,
      async run({ params, body, caller }) {
        mayChange(caller, found(caller, params.id));
        if (body.id !== undefined && body.id !== params.id)
          throw invalid([{ field: 'id', message: 'is not the id of the path' }]);
        return put(caller, await geofenceOf(params.id, body, registry.settings().zone, giveWay));
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/geofences/{id}',
      action: 'fleet.manage',
      tag: 'geofences',
      turn: ({ params }) => [`geofence/${params.id}`],
      summary: 'Delete a geofence; its alerts stay',
      params: byId,
      async run({ params, caller }) {
        mayChange(caller, found(caller, params.id));
        await registry.change({ type: 'geofence_deleted', id: params.id });
      },
    }),
  ];
};
