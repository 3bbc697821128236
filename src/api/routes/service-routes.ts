import type { z } from 'zod';
import type { LiveState } from '../../model/live-state.js';
import type { ServiceItem } from '../../model/service-plan.js';
import { offsetOf } from '../../model/weekly-hours.js';
import type { ApiDeps } from '../api-deps.js';
import { byId } from '../http/fields.js';
import { forbidden, unprocessable } from '../http/problem.js';
import { type AnyRoute, defineRoute } from '../http/route.js';
import { governs } from '../scope.js';
import { serviceDone } from '../wire/service-plan.js';
import { vehicle, vehicleWire, visibleVehicle } from './vehicle-routes.js';

/** Services that were done. The plan itself belongs to the vehicle. */
export const serviceRoutes = ({ registry, live, clock }: Pick<ApiDeps, 'registry' | 'live' | 'clock'>): AnyRoute[] => {
  const done = (item: ServiceItem, signals: LiveState['signals'] | undefined, body: z.infer<typeof serviceDone>): ServiceItem => {
    const now = clock.now();
    const today = new Date(now + offsetOf(registry.settings().zone, now)).toISOString().slice(0, 10);
    const runTime = signals?.engine_run_time_total?.value;
    return {
      ...item,
      due_date: body.due_date !== undefined ? body.due_date : item.every_days === null ? item.due_date : null,
      last: {
        odometer_km: body.odometer_km ?? signals?.odometer?.value ?? null,
        engine_hours: body.engine_hours ?? (runTime === undefined ? null : runTime / 3_600),
        date: body.date ?? today,
      },
    };
  };

  return [
    defineRoute({
      method: 'post',
      path: '/vehicles/{id}/service',
      action: 'fleet.manage',
      tag: 'vehicles',
      turn: ({ params }) => [`vehicle/${params.id}`],
      summary: 'A service of the plan was done: it counts from anew, and its alert ends with the next reading',
      params: byId,
      body: serviceDone,
      answer: vehicle,
      async run({ params, body, caller }) {
        const of = visibleVehicle({ registry }, caller, params.id);
        if (!governs(caller, of.group === null ? [] : [of.group]))
          throw forbidden('The vehicle is outside of your groups.', { code: 'beyond_groups' });
        const plan = of.service_plan ?? [];
        if (!plan.some(({ name }) => name === body.name)) {
          const known = plan.map(({ name }) => name).join(', ') || 'none';
          throw unprocessable('name', `is no service of the vehicle's plan, which has: ${known}`, {
            code: 'no_such',
            what: 'service',
            id: body.name,
          });
        }
        const signals = (await live.state(params.id))?.signals;
        const service_plan = plan.map(item => (item.name === body.name ? done(item, signals, body) : item));
        const next = { ...of, service_plan };
        await registry.change({ type: 'vehicle_put', vehicle: next });
        return vehicleWire(next);
      },
    }),
  ];
};
