import { z } from 'zod';
import { seconds } from '../../model/units.js';
import type { ApiDeps } from '../api-deps.js';
import { byId, instant } from '../http/fields.js';
import { notFound } from '../http/problem.js';
import { type AnyRoute, defineRoute } from '../http/route.js';
import { seesVehicle } from '../scope.js';
import { alertKind } from '../wire/alert.js';
import { why, whyNot } from '../wire/why.js';
import { visibleVehicle } from './vehicle-routes.js';

/** Why an alert was raised, and why none was. */
export const whyRoutes = ({
  registry,
  alerts,
  database,
  history,
}: Pick<ApiDeps, 'registry' | 'alerts' | 'database' | 'history'>): AnyRoute[] => [
  defineRoute({
    method: 'get',
    path: '/alerts/{id}/why',
    action: 'live.read',
    tag: 'alerts',
    summary:
      'What the rule saw: samples, its version and thresholds, filter steps, suppressed repeats; 410 `expired` after retention',
    params: byId,
    answer: why,
    async run({ params, caller }) {
      const found = (await alerts.alert(params.id)) ?? (await database.alert(params.id));
      if (found === undefined || !seesVehicle(caller, registry, found.vehicle)) throw notFound('alert', params.id);
      return history.why(found) as Promise<z.infer<typeof why>>;
    },
  }),
  defineRoute({
    method: 'get',
    path: '/vehicles/{id}/why-not',
    action: 'live.read',
    tag: 'vehicles',
    summary: 'For each rule of a kind at a moment: what it saw, and which condition did not hold; 410 `expired` after retention',
    params: byId,
    query: z.object({
      kind: alertKind,
      at: instant,
      within_s: z.coerce.number().min(0).max(600).default(10).describe('How far around `at` is looked'),
    }),
    answer: whyNot,
    run({ params, query, caller }) {
      visibleVehicle({ registry }, caller, params.id);
      return history.whyNot(params.id, query.kind, query.at, seconds(query.within_s)) as Promise<z.infer<typeof whyNot>>;
    },
  }),
];
