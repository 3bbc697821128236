import type { Browser, Page } from 'playwright-core';

interface TraceEvent {
  ph: string;
  name: string;
  pid: number;
  tid: number;
  /** Of the thread's processor, us; only on whole events. */
  tdur?: number;
  args?: { name?: string };
}

export interface MainThread {
  /** @returns what it cost since, and its costliest task; CPU time, ms */
  stop(): Promise<{ cpu: number; longest: number }>;
}

/** Follows the main thread of the one page that works: what it computes, which other work on the machine hardly changes. */
export const mainThreadOf = async (browser: Browser, page: Page): Promise<MainThread> => {
  await browser.startTracing(page, { categories: ['toplevel'] });
  return {
    async stop() {
      const { traceEvents } = JSON.parse((await browser.stopTracing()).toString('utf8')) as { traceEvents: TraceEvent[] };
      const names = traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain');
      const costs = names.map(({ pid, tid }) =>
        traceEvents
          // The outer of the two that stand for one task.
          .filter(event => event.pid === pid && event.tid === tid && event.name === 'ThreadControllerImpl::RunTask')
          .map(({ tdur = 0 }) => tdur / 1_000),
      );
      const [busiest = []] = costs.sort((a, b) => sum(b) - sum(a));
      return { cpu: sum(busiest), longest: Math.max(0, ...busiest) };
    },
  };
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
