import { useCallback, useEffect, useRef, useState } from 'react';
import { answerOf, api, type Schema } from '../api/client';
import { type RuleDraft, ruleBody } from './rule-draft';

export type BacktestResult = Schema<'BacktestResult'>;
const ASK_EVERY_MS = 400;
const DAY_MS = 86_400_000;

export type Backtest =
  | { state: 'none' }
  | { state: 'running'; done: number }
  | { state: 'failed'; error: unknown }
  | { state: 'done'; result: BacktestResult; of: string };

/** A rule tried on what is stored: runs on the server, can be stopped, and stops when nobody looks any more. */
export const useBacktest = (): {
  backtest: Backtest;
  start: (draft: RuleDraft, id: string | undefined, days: number) => void;
  stop: () => void;
} => {
  const [backtest, setBacktest] = useState<Backtest>({ state: 'none' });
  const running = useRef<{ stopped: boolean; job: string | undefined }>(undefined);
  const stop = useCallback((): void => {
    const current = running.current;
    if (current === undefined) return;
    current.stopped = true;
    running.current = undefined;
    if (current.job !== undefined)
      // Where that fails the job ends by itself, unseen.
      void api.DELETE('/rules/backtest/{id}', { params: { path: { id: current.job } } }).catch(() => undefined);
    setBacktest({ state: 'none' });
  }, []);
  useEffect(() => stop, [stop]);

  const start = useCallback(
    (draft: RuleDraft, id: string | undefined, days: number): void => {
      stop();
      const run: { stopped: boolean; job: string | undefined } = { stopped: false, job: undefined };
      running.current = run;
      setBacktest({ state: 'running', done: 0 });
      const to = Date.now();
      const body = { from: to - days * DAY_MS, to, rule: { ...(id !== undefined && { id }), ...ruleBody(draft) } };
      const ask = async (): Promise<void> => {
        let job = (await answerOf(
          api.POST('/rules/backtest', { params: { query: { async: 'true' } }, body: body as never }),
        )) as unknown as Schema<'BacktestJob'>;
        run.job = job.id;
        while (job.status === 'running' && !run.stopped) {
          setBacktest({ state: 'running', done: job.progress });
          await new Promise(resolve => window.setTimeout(resolve, ASK_EVERY_MS));
          if (run.stopped) return;
          job = await answerOf(api.GET('/rules/backtest/{id}', { params: { path: { id: job.id } } }));
        }
        if (run.stopped) return;
        running.current = undefined;
        if (job.result) setBacktest({ state: 'done', result: job.result, of: JSON.stringify(ruleBody(draft)) });
        else setBacktest({ state: 'failed', error: new Error(job.error ?? job.status) });
      };
      ask().catch((error: unknown) => {
        if (run.stopped) return;
        running.current = undefined;
        setBacktest({ state: 'failed', error });
      });
    },
    [stop],
  );
  return { backtest, start, stop };
};
