import { z } from 'zod';
import { dtcText } from '../../model/dtc-text.js';
import { HEALTH_PARTS, type HealthDay } from '../../model/health.js';
import type { Vehicle } from '../../model/vehicle.js';
import { furtherFindings } from '../../rollups/health/further-findings.js';
import { type HealthReport, healthReportOf } from '../../rollups/health/health-report.js';
import { type ServiceOutlook, serviceFindings, serviceOutlook } from '../../rollups/health/service-outlook.js';
import type { ApiDeps } from '../api-deps.js';
import { daysAsked } from '../http/day-range.js';
import { byId, group, pageOf, paging } from '../http/fields.js';
import { pageOfRanking } from '../http/page.js';
import { type AnyRoute, defineRoute } from '../http/route.js';
import { inGroups } from '../scope.js';
import { fleetHealth, vehicleHealth, vehicleHealthWire } from '../wire/health.js';
import { visibleVehicle } from './vehicle-routes.js';

/** Ageing shows in months. */
const DEFAULT_DAYS = 90;

export const healthRoutes = ({
  registry,
  database,
  live,
  clock,
}: Pick<ApiDeps, 'registry' | 'database' | 'live' | 'clock'>): AnyRoute[] => {
  const range = (days: number) => daysAsked({}, registry.settings().zone, clock.now(), days);
  const days = z.coerce.number().int().min(1).max(730).default(DEFAULT_DAYS).describe('How far back it looks');
  const servicesOf = async (
    { id, service_plan = [], odometer_km }: Vehicle,
    some: readonly HealthDay[],
    from: string,
  ): Promise<ServiceOutlook[]> => {
    const km = some.findLast(({ use }) => use.odometer !== null)?.use.odometer ?? odometer_km ?? undefined;
    const byHours = service_plan.some(({ every_hours }) => every_hours !== null);
    const runTime_s = byHours ? (await live.state(id))?.signals.engine_run_time_total?.value : undefined;
    const counters = { km, hours: runTime_s === undefined ? undefined : runTime_s / 3_600 };
    return serviceOutlook(service_plan, some, from, counters, clock.now(), registry.settings().zone);
  };
  const reportOf = (some: readonly HealthDay[], services: readonly ServiceOutlook[]): HealthReport =>
    healthReportOf(some, [...furtherFindings(some), ...serviceFindings(services)]);

  return [
    defineRoute({
      method: 'get',
      path: '/vehicles/{id}/health',
      action: 'live.read',
      tag: 'health',
      summary: 'What is known of the health of a vehicle, part by part, with forecasts and the data behind them',
      params: byId,
      query: z.object({ days }),
      answer: vehicleHealth,
      async run({ params, query, caller }) {
        const vehicle = visibleVehicle({ registry }, caller, params.id);
        const asked = range(query.days);
        const found = await database.healthDays({ ...asked, vehicles: [params.id] });
        const services = await servicesOf(vehicle, found, asked.from);
        return vehicleHealthWire(params.id, found, reportOf(found, services), services, code => dtcText(code).text);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/health',
      action: 'live.read',
      tag: 'health',
      summary: 'The health of the fleet, most urgent first',
      query: paging.extend({ group: group.optional(), days }),
      answer: pageOf(fleetHealth),
      async run({ query, caller }) {
        const vehicles = registry.vehicles().filter(({ group: of }) => inGroups(caller, of) && (query.group ?? of) === of);
        const narrowed = caller.groups.length > 0 || query.group !== undefined;
        const asked = range(query.days);
        const rows = await database.healthDays({
          ...asked,
          vehicles: narrowed ? vehicles.map(({ id }) => id) : undefined,
        });
        const byVehicle = new Map<string, HealthDay[]>();
        for (const row of rows) {
          const known = byVehicle.get(row.vehicle);
          if (known) known.push(row);
          else byVehicle.set(row.vehicle, [row]);
        }
        const healthOf = async (vehicle: Vehicle) => {
          const { id, name, group: of } = vehicle;
          const some = byVehicle.get(id) ?? [];
          const report = reportOf(some, await servicesOf(vehicle, some, asked.from));
          return {
            vehicle: id,
            name,
            group: of,
            day: some.at(-1)?.day ?? null,
            state: report.state,
            urgency: Math.round(report.urgency * 10) / 10,
            parts: Object.fromEntries(HEALTH_PARTS.map(part => [part, report.parts[part].state])),
            findings: report.findings,
            mil: some.at(-1)?.milOn ?? null,
          };
        };
        const found: Awaited<ReturnType<typeof healthOf>>[] = [];
        for (const vehicle of vehicles) found.push(await healthOf(vehicle));
        found.sort((a, b) => b.urgency - a.urgency || (a.vehicle < b.vehicle ? -1 : 1));
        return pageOfRanking(found, { limit: query.limit, cursor: query.cursor }, ({ vehicle }) => vehicle);
      },
    }),
  ];
};
