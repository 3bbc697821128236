// Proves: backtests run one at a time, and who asks for another is told so; one can be cancelled, by its owner alone, and its thread ends; its
// progress is told and only grows; and it does not hold up the loop on which alerts go out: the loop turns between any two of its reads, and it
// reads nothing while live data waits.
import { expect, test } from '@jest/globals';
import { waitFor } from '../../../tests/harness/wait-for.js';
import { systemClock } from '../../adapters/system/system-clock.js';
import { systemRandom } from '../../adapters/system/system-random.js';
import { BusyError } from '../../model/history-errors.js';
import type { JournalRecord } from '../../model/record.js';
import type { BacktestRequest } from '../../ports/history.js';
import type { Past } from '../../streams/history/past.js';
import { defaultBacktestLimits, RunBacktests } from './run-backtests.js';

const entry = new URL('./testing/asking-thread.mjs', import.meta.url);

const record: JournalRecord = {
  key: 'v-1',
  offset: 1,
  header: { kind: 'message', received: 0, format: 'telltale-v1', device: 'v-1', topic: '', dup: false },
  body: Buffer.from('{}'),
};

/** @param reads 0 = without end */
const request = (reads: number): BacktestRequest =>
  ({ from: reads, to: 1, rule: {}, reference: null, vehicles: ['v-1'] }) as unknown as BacktestRequest;

const setUp = () => {
  const seen = { reads: 0, reading: 0, mostAtOnce: 0, behind: 0, turnsAt: [] as number[], counts: [] as string[] };
  let turns = 0;
  let turning = true;
  const turn = () => {
    turns++;
    if (turning) setImmediate(turn);
  };
  turn();
  const ofVehicle = async function* () {
    seen.reads++;
    seen.turnsAt.push(turns);
    seen.mostAtOnce = Math.max(seen.mostAtOnce, ++seen.reading);
    try {
      yield [record];
    } finally {
      seen.reading--;
    }
  };
  const past = { facts: async () => [], journal: { ofVehicle } } as unknown as Past;
  const backtests = new RunBacktests(
    { past, behind: () => seen.behind, clock: systemClock, random: systemRandom, count: name => void seen.counts.push(name) },
    defaultBacktestLimits,
    entry,
  );
  const end = () => {
    turning = false;
    backtests.close();
  };
  return { backtests, seen, end };
};

test('one at a time; cancelled by its owner, it ends, and the next may start', async () => {
  const { backtests, seen, end } = setUp();
  try {
    const first = backtests.start('u-1', request(0));
    expect(() => backtests.start('u-2', request(0))).toThrow(BusyError);
    await waitFor('progress', () => first.progress > 0.1);
    const before = first.progress;
    await waitFor('more progress', () => first.progress > before);
    expect(backtests.job('u-2', first.id)).toBeUndefined();
    expect(backtests.cancel('u-2', first.id)).toBe(false);
    expect(first.status).toBe('running');
    expect(backtests.cancel('u-1', first.id)).toBe(true);
    expect((await backtests.ended(first.id)).status).toBe('cancelled');
    expect(backtests.cancel('u-1', first.id)).toBe(false);
    const { reads } = seen;
    const second = backtests.start('u-2', request(5));
    expect(await backtests.ended(second.id)).toMatchObject({ status: 'done', progress: 1, result: { events: 5 } });
    // The first one's thread read no more after it was cancelled, but for the read that was under way.
    expect(seen.reads - reads).toBeLessThanOrEqual(6);
    expect(seen.counts).toEqual(
      expect.arrayContaining(['backtests_started', 'backtests_busy', 'backtests_cancelled', 'backtests_done']),
    );
  } finally {
    end();
  }
}, 30_000);

test('the loop turns between any two reads, of which there is one at a time', async () => {
  const { backtests, seen, end } = setUp();
  try {
    const job = backtests.start('u-1', request(60));
    await backtests.ended(job.id);
    expect(seen.reads).toBe(60);
    expect(seen.mostAtOnce).toBe(1);
    const turns = seen.turnsAt.slice(1).map((at, i) => at - seen.turnsAt[i]!);
    expect(Math.min(...turns)).toBeGreaterThanOrEqual(1);
  } finally {
    end();
  }
}, 30_000);

test('it reads nothing while live data waits, and goes on when that is folded', async () => {
  const { backtests, seen, end } = setUp();
  try {
    seen.behind = 5_000;
    const job = backtests.start('u-1', request(3));
    // Long enough for its thread to have asked.
    await new Promise(resolve => setTimeout(resolve, 700));
    expect([job.status, seen.reads]).toEqual(['running', 0]);
    seen.behind = 0;
    expect(await backtests.ended(job.id)).toMatchObject({ status: 'done' });
    expect(seen.reads).toBe(3);
  } finally {
    end();
  }
}, 30_000);
