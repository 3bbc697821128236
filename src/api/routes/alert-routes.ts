import { z } from 'zod';
import type { Alert, AlertHandling } from '../../model/alert.js';
import type { ApiDeps } from '../api-deps.js';
import type { Caller } from '../caller.js';
import { byId, id, pageOf, paging, period } from '../http/fields.js';
import { conflict, notFound } from '../http/problem.js';
import { type AnyRoute, defineRoute } from '../http/route.js';
import { seesVehicle, visibleVehicles } from '../scope.js';
import { alert, alertKind, alertStatus, severity } from '../wire/alert.js';
import { iso } from '../wire/iso.js';

type Handled = Exclude<AlertHandling['status'], 'open'>;

/** What people do with alerts, by the last word of the path, and the states it may be done in. */
const HANDLINGS: Readonly<Record<string, { status: Handled; summary: string; from: readonly Alert['status'][] }>> = {
  acknowledge: { status: 'acknowledged', summary: 'Somebody looks after it', from: ['open', 'acknowledged'] },
  resolve: { status: 'resolved', summary: 'It is dealt with', from: ['open', 'acknowledged', 'resolved'] },
  void: { status: 'void', summary: 'It was wrong', from: ['open', 'acknowledged', 'resolved', 'void'] },
};

export const alertRoutes = ({
  registry,
  alerts,
  database,
  clock,
}: Pick<ApiDeps, 'registry' | 'alerts' | 'database' | 'clock'>): AnyRoute[] => {
  /** From the server's own store, which is ahead of SQL and there without it; older ones from SQL. */
  const visible = async (caller: Caller, alertId: string): Promise<Alert> => {
    const found = (await alerts.alert(alertId)) ?? (await database.alert(alertId));
    if (found === undefined || !seesVehicle(caller, registry, found.vehicle)) throw notFound('alert', alertId);
    return found;
  };

  const handling = (verb: string): AnyRoute => {
    const { status, summary, from } = HANDLINGS[verb]!;
    return defineRoute({
      method: 'post',
      path: `/alerts/{id}/${verb}`,
      action: 'alerts.handle',
      tag: 'alerts',
      summary: `${summary}; who, when and the note are kept`,
      params: byId,
      body: z.object({ note: z.string().trim().max(2_000).default('') }),
      answer: alert,
      async run({ params, body, caller }) {
        const before = await visible(caller, params.id);
        if (!from.includes(before.status)) throw conflict(`The alert is ${before.status} already.`);
        const at = clock.now();
        const fact = { id: before.id, vehicle: before.vehicle, action: status, by: caller.id, at, note: body.note } as const;
        await registry.change({ type: 'alert_handled', ...fact });
        const after = await alerts.alert(params.id);
        return after?.handled_at === iso(at) ? after : handled(before, fact);
      },
    });
  };

  return [
    defineRoute({
      method: 'get',
      path: '/alerts',
      action: 'live.read',
      tag: 'alerts',
      summary: 'Alerts, newest first',
      query: paging.extend({
        vehicle: id.optional(),
        driver: id.optional(),
        kind: alertKind.optional(),
        severity: severity.optional(),
        status: alertStatus.optional(),
        trip: z.string().max(64).optional(),
        ...period.shape,
      }),
      answer: pageOf(alert),
      run: ({ query, caller }) =>
        database.alerts({ ...query, cursor: query.cursor, vehicles: visibleVehicles(caller, registry) }),
    }),
    defineRoute({
      method: 'get',
      path: '/alerts/{id}',
      action: 'live.read',
      tag: 'alerts',
      summary: 'One alert',
      params: byId,
      answer: alert,
      run: ({ params, caller }) => visible(caller, params.id),
    }),
    ...Object.keys(HANDLINGS).map(handling),
  ];
};

/** The alert as the fact makes it, for the moment until the store shows it: the fact is durable, so this is what will be. */
const handled = (before: Alert, fact: { action: Handled; by: string; at: number; note: string }): Alert => ({
  ...before,
  status: fact.action,
  handled_by: fact.by,
  handled_at: iso(fact.at),
  notes: [...before.notes, { by: fact.by, at: iso(fact.at), note: fact.note, action: fact.action }],
});
