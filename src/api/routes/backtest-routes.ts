import { z } from 'zod';
import type { RuleSettings } from '../../model/rule-settings.js';
import type { BacktestJob } from '../../ports/history.js';
import type { ApiDeps } from '../api-deps.js';
import { byId, instant } from '../http/fields.js';
import { invalid, notFound, unprocessable } from '../http/problem.js';
import { type AnyRoute, defineRoute } from '../http/route.js';
import { visibleVehicles } from '../scope.js';
import { backtestJob, backtestResult } from '../wire/backtest.js';
import { checkedRule, ruleBody } from './rule-routes.js';

const wantsLater = /(?:^|,)\s*respond-async\s*(?:;|,|$)/i;

/** Tries a rule before it is in force. */
export const backtestRoutes = ({ registry, rules, backtests }: Pick<ApiDeps, 'registry' | 'rules' | 'backtests'>): AnyRoute[] => {
  const referenceOf = ({ id, kind }: RuleSettings): RuleSettings | null =>
    registry.rules().find(rule => rule.id === id && rule.kind === kind) ??
    [...registry.rules()].sort((a, b) => (a.id < b.id ? -1 : 1)).find(rule => rule.kind === kind && rule.enabled) ??
    null;

  return [
    defineRoute({
      method: 'post',
      path: '/rules/backtest',
      action: 'fleet.manage',
      tag: 'rules',
      summary:
        'Run a rule that is not in force over the stored journal; with `?async=true` or `Prefer: respond-async` answers 202 and a job',
      query: z.object({ async: z.enum(['true', 'false']).default('false').describe('Do not wait for the end') }),
      body: z.strictObject({ from: instant, to: instant, rule: ruleBody }),
      answer: backtestResult,
      later: backtestJob,
      audit: ({ from, to, rule }: { from: number; to: number; rule: unknown }) => ({ from, to, rule }),
      async run({ body, query, caller, req, res }) {
        const { from, to } = body;
        if (to <= from) throw invalid([{ field: 'to', message: 'is not after `from`', said: [{ code: 'order_of_times' }] }]);
        const rule = checkedRule({ rules, registry }, body.rule.id ?? 'candidate', body.rule);
        if (rule.kind === 'device_offline')
          throw unprocessable(
            'rule.kind',
            'device_offline is about silence, which is measured by the server’s ticks: it cannot be tried',
            { code: 'silence_not_tried' },
          );
        const seen = visibleVehicles(caller, registry);
        const vehicles = seen ?? registry.vehicles().map(({ id }) => id);
        const owner = caller.id;
        const job = backtests.start(owner, { from, to, rule, reference: referenceOf(rule), vehicles });
        if (query.async === 'true' || wantsLater.test(req.get('prefer') ?? '')) {
          res.status(202).location(`/api/v1/rules/backtest/${job.id}`).set('Cache-Control', 'no-store').json(job);
          return undefined as never;
        }
        // Who does not wait for the answer does not want it.
        res.on('close', () => void backtests.cancel(owner, job.id));
        return resultOf(await backtests.ended(job.id));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/rules/backtest/{id}',
      action: 'fleet.manage',
      tag: 'rules',
      summary: 'How far a backtest is, and its result',
      params: byId,
      answer: backtestJob,
      run({ params, caller }) {
        const job = backtests.job(caller.id, params.id);
        if (!job) throw notFound('backtest', params.id);
        return job as z.infer<typeof backtestJob>;
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/rules/backtest/{id}',
      action: 'fleet.manage',
      tag: 'rules',
      summary: 'Cancel a backtest',
      params: byId,
      audit: false,
      run({ params, caller }) {
        if (!backtests.job(caller.id, params.id)) throw notFound('backtest', params.id);
        backtests.cancel(caller.id, params.id);
      },
    }),
  ];
};

const resultOf = ({ status, result, error }: BacktestJob): z.infer<typeof backtestResult> => {
  if (result) return result as z.infer<typeof backtestResult>;
  throw unprocessable('backtest', error ?? `it was ${status}`, { code: 'backtest_stopped' });
};
