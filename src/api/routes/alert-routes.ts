import { z } from 'zod';
import type { Alert, AlertAction, AlertHandling } from '../../model/alert.js';
import type { ApiDeps } from '../api-deps.js';
import type { Caller } from '../caller.js';
import { byId, id, pageOf, paging, period } from '../http/fields.js';
import { conflict, forbidden, notFound } from '../http/problem.js';
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

const reason = z.string().trim().min(1).max(2_000);

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

  /** Appends the fact and answers the alert as it makes it. */
  const act = async (caller: Caller, before: Alert, action: Exclude<AlertAction, 'erased'>, note: string): Promise<Alert> => {
    const fact = { id: before.id, vehicle: before.vehicle, action, by: caller.id, at: clock.now(), note } as const;
    await registry.change({ type: 'alert_handled', ...fact });
    const after = await alerts.alert(before.id);
    const shown = after?.notes.some(({ by, at, action: done }) => by === fact.by && at === iso(fact.at) && done === action);
    return shown ? after! : handled(before, fact);
  };

  /** A driver contests what is held against them; a coach or manager does it for somebody. */
  const contestable = async (caller: Caller, alertId: string): Promise<Alert> => {
    const found = (await alerts.alert(alertId)) ?? (await database.alert(alertId));
    const own = caller.role === 'driver';
    if (own && caller.driver === null) throw forbidden('This log-in belongs to no driver.');
    const visible = found !== undefined && (own ? found.driver === caller.driver : seesVehicle(caller, registry, found.vehicle));
    if (!visible) throw notFound('alert', alertId);
    return found;
  };

  const handling = (verb: string): AnyRoute => {
    const { status, summary, from } = HANDLINGS[verb]!;
    return defineRoute({
      method: 'post',
      path: `/alerts/{id}/${verb}`,
      action: 'alerts.handle',
      tag: 'alerts',
      turn: ({ params }) => [`alert/${params.id}`],
      summary: `${summary}; who, when and the note are kept`,
      params: byId,
      body: z.object({ note: z.string().trim().max(2_000).default('') }),
      answer: alert,
      audit: noWords,
      async run({ params, body, caller }) {
        const before = await visible(caller, params.id);
        if (!from.includes(before.status))
          throw conflict(`The alert is ${before.status} already.`, { code: 'alert_is', status: before.status });
        return act(caller, before, status, body.note);
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
        contested: z
          .enum(['true', 'false'])
          .transform(given => given === 'true')
          .optional()
          .describe('True: those that somebody contests and nobody has decided about'),
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
    defineRoute({
      method: 'post',
      path: '/alerts/{id}/contest',
      action: 'alerts.contest',
      tag: 'alerts',
      turn: ({ params }) => [`alert/${params.id}`],
      summary: 'Say that it is wrong, and why; a manager then voids it or rejects that. Drivers contest their own',
      params: byId,
      example: { reason: 'The road is rough there.' },
      // `note` is how the other verbs call it.
      body: z
        .object({ reason: reason.optional(), note: reason.optional() })
        .refine(({ reason: given, note }) => (given ?? note) !== undefined, { path: ['reason'], message: 'is required' }),
      answer: alert,
      audit: noWords,
      async run({ params, body, caller }) {
        const before = await contestable(caller, params.id);
        if (before.status === 'void' || before.status === 'retracted')
          throw conflict(`The alert is ${before.status} already.`, { code: 'alert_is', status: before.status });
        if (before.contest?.status === 'open') throw conflict('The alert is contested already.', { code: 'contested_already' });
        if (before.contest?.status === 'rejected' && caller.role === 'driver')
          throw conflict('This was contested before, and rejected.', { code: 'contest_was_rejected' });
        return act(caller, before, 'contested', (body.reason ?? body.note)!);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/alerts/{id}/contest/reject',
      action: 'alerts.handle',
      tag: 'alerts',
      turn: ({ params }) => [`alert/${params.id}`],
      summary: 'The alert stands: answer who contested it',
      params: byId,
      body: z.object({ note: z.string().trim().max(2_000).default('') }),
      answer: alert,
      audit: noWords,
      async run({ params, body, caller }) {
        const before = await visible(caller, params.id);
        if (before.contest?.status !== 'open') throw conflict('Nobody contests the alert.', { code: 'not_contested' });
        return act(caller, before, 'contest_rejected', body.note);
      },
    }),
  ];
};

/** What is written of a driver stands with the alert, where it can be erased; the audit trail keeps that it was done. */
const noWords = (): null => null;

/** The alert as the fact makes it, for the moment until the store shows it: the fact is durable, so this is what will be. */
const handled = (
  before: Alert,
  fact: { action: Exclude<AlertAction, 'erased'>; by: string; at: number; note: string },
): Alert => {
  const { action, by, note } = fact;
  const at = iso(fact.at);
  const notes = [...before.notes, { by, at, note, action }];
  const { contest } = before;
  const closed = (status: 'accepted' | 'rejected') =>
    contest?.status === 'open' && { contest: { ...contest, status, decided_by: by, decided_at: at, answer: note } };
  if (action === 'contested') {
    return {
      ...before,
      notes,
      contest: { status: 'open', reason: note, by, at, decided_by: null, decided_at: null, answer: null },
    };
  }
  if (action === 'contest_rejected') return { ...before, notes, ...closed('rejected') };
  return { ...before, notes, status: action, handled_by: by, handled_at: at, ...(action === 'void' && closed('accepted')) };
};
