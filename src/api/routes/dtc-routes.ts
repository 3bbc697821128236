import type { DtcRecord } from '../../model/vehicle-record.js';
import type { ApiDeps } from '../api-deps.js';
import { byId, pageOf, paging } from '../http/fields.js';
import { type AnyRoute, defineRoute } from '../http/route.js';
import { dtc, dtcWire } from '../wire/dtc.js';
import { visibleVehicle } from './vehicle-routes.js';

export const dtcRoutes = ({ registry, database, unitOf }: Pick<ApiDeps, 'registry' | 'database' | 'unitOf'>): AnyRoute[] => [
  defineRoute({
    method: 'get',
    path: '/vehicles/{id}/dtcs',
    action: 'live.read',
    tag: 'vehicles',
    summary: 'Trouble codes of a vehicle, those that are there and those that were cleared, first seen last first',
    params: byId,
    query: paging,
    answer: pageOf(dtc),
    async run({ params, query, caller }) {
      visibleVehicle({ registry }, caller, params.id);
      const page = await database.records({ topic: 'dtc', vehicle: params.id, limit: query.limit, cursor: query.cursor });
      return { items: page.items.map(record => dtcWire(record as DtcRecord, unitOf)), next: page.next };
    },
  }),
];
