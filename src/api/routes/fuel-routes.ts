import { DateTime } from 'luxon';
import { z } from 'zod';
import { type Capacity, fuelReportOf } from '../../rollups/fuel-report.js';
import type { ApiDeps } from '../api-deps.js';
import { dayRange, daysAsked } from '../http/day-range.js';
import { byId, group, id, paging } from '../http/fields.js';
import { pageOfRanking } from '../http/page.js';
import { forbidden } from '../http/problem.js';
import { type AnyRoute, defineRoute } from '../http/route.js';
import { mayDo } from '../roles.js';
import { inGroups } from '../scope.js';
import { dropWire, figuresWire, fuelEvent, fuelItemWire, fuelPrices, fuelReport, refuelWire } from '../wire/fuel.js';
import { visibleVehicle } from './vehicle-routes.js';

/** Where nobody says since when: four weeks, as scorecards. */
const DEFAULT_DAYS = 28;
/** Of one vehicle in one answer. */
const MOST_DROPS = 500;

export const fuelRoutes = ({ registry, database, clock }: Pick<ApiDeps, 'registry' | 'database' | 'clock'>): AnyRoute[] => {
  const capacityOf = (vehicle: string): Capacity | undefined => {
    const known = registry.vehicle(vehicle);
    return known && { tank: known.tank_l ?? null, battery_kwh: known.battery_kwh ?? null };
  };

  return [
    defineRoute({
      method: 'get',
      path: '/fuel',
      action: 'live.read',
      tag: 'fuel',
      summary: 'Fuel, idling, CO₂ and what was wasted, by vehicle or driver, with how it was measured',
      query: paging.extend({
        ...dayRange.shape,
        by: z.enum(['vehicle', 'driver']).default('vehicle'),
        vehicle: id.optional(),
        driver: id.optional(),
        group: group.optional(),
        sort: z.enum(['id', 'litres', 'l_per_100km', 'idle_litres', 'co2_kg']).default('id'),
      }),
      answer: fuelReport,
      async run({ query, caller }) {
        if ((query.by === 'driver' || query.driver !== undefined) && !mayDo(caller.role, 'drivers.read'))
          throw forbidden('Fuel by driver is for those who may see drivers.');
        const range = daysAsked(query, registry.settings().zone, clock.now(), DEFAULT_DAYS);
        const narrowed = caller.groups.length > 0 || query.group !== undefined || query.vehicle !== undefined;
        const vehicles = narrowed
          ? registry
              .vehicles()
              .filter(({ group: of }) => inGroups(caller, of) && (query.group ?? of) === of)
              .map(({ id: vehicle }) => vehicle)
              .filter(vehicle => (query.vehicle ?? vehicle) === vehicle)
          : undefined;
        const [fuel, driven] = await Promise.all([
          database.fuelDays({ ...range, vehicles }),
          database.driverDays({ ...range, vehicles }),
        ]);
        const ofDriver = <T extends { driver: string }>(days: readonly T[]): readonly T[] =>
          query.driver === undefined ? days : days.filter(({ driver }) => driver === query.driver);
        const { fuel: prices } = registry.settings();
        const { items, totals } = fuelReportOf(ofDriver(fuel), ofDriver(driven), query.by, capacityOf, prices);
        const by = { litres: 'litres', l_per_100km: 'per100Km', idle_litres: 'idleLitres', co2_kg: 'co2' } as const;
        if (query.sort !== 'id') {
          const key = by[query.sort];
          items.sort((a, b) => (b[key] ?? -1) - (a[key] ?? -1) || (a.id < b.id ? -1 : 1));
        }
        const page = pageOfRanking(items, { limit: query.limit, cursor: query.cursor }, item => item.id);
        const currency = prices?.currency ?? null;
        const nameOf = async (item: string): Promise<string | null> =>
          query.by === 'vehicle' ? (registry.vehicle(item)?.name ?? null) : ((await database.driver(item))?.name ?? null);
        return {
          ...range,
          by: query.by,
          items: await Promise.all(page.items.map(async item => fuelItemWire(item, query.by, await nameOf(item.id), currency))),
          totals: figuresWire(totals, currency),
          next: page.next,
        };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/vehicles/{id}/fuel-events',
      action: 'live.read',
      tag: 'fuel',
      summary: 'Refuels, and drops that no engine burnt, newest first',
      params: byId,
      query: dayRange,
      answer: z.object({ items: z.array(fuelEvent) }),
      async run({ params, query, caller }) {
        const { tank_l, fuel_type } = visibleVehicle({ registry }, caller, params.id);
        const { zone, fuel: prices } = registry.settings();
        const range = daysAsked(query, zone, clock.now(), DEFAULT_DAYS);
        const [days, drops] = await Promise.all([
          database.fuelDays({ ...range, vehicles: [params.id] }),
          database.alerts({
            vehicle: params.id,
            kind: 'fuel_drop',
            from: DateTime.fromISO(range.from, { zone }).toMillis(),
            to: DateTime.fromISO(range.to, { zone }).plus({ days: 1 }).toMillis(),
            limit: MOST_DROPS,
            cursor: undefined,
          }),
        ]);
        const items = [
          ...days.flatMap(({ refuels = [], fuelType }) =>
            refuels.map(refuel => refuelWire(refuel, tank_l ?? null, prices?.per_unit[fuelType])),
          ),
          ...drops.items
            .filter(({ status }) => status !== 'retracted' && status !== 'void')
            .map(alert => dropWire(alert, tank_l ?? null, prices?.per_unit[fuel_type ?? 'petrol'])),
        ];
        return { items: items.sort((a, b) => (a.at < b.at ? 1 : -1)) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/settings/fuel',
      action: 'live.read',
      tag: 'fuel',
      summary: 'What fuel costs; a currency of XXX and no prices where nobody has said',
      answer: fuelPrices,
      run: () => registry.settings().fuel ?? { currency: 'XXX', per_unit: {} },
    }),
    defineRoute({
      method: 'put',
      path: '/settings/fuel',
      action: 'fleet.manage',
      tag: 'fuel',
      turn: () => ['settings'],
      summary: 'Say what fuel costs: from then on costs are shown, for the past too',
      body: fuelPrices,
      answer: fuelPrices,
      async run({ body, caller }) {
        if (caller.groups.length > 0) throw forbidden('What fuel costs holds for all groups.', { code: 'beyond_groups' });
        await registry.change({ type: 'settings_put', settings: { ...registry.settings(), fuel: body } });
        return body;
      },
    }),
  ];
};
