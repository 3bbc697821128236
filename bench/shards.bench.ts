import { giveWayEvery } from '../src/adapters/system/give-way-every.js';
import { ThreadedShards } from '../src/app/shards/threaded-shards.js';
import type { NewRecord } from '../src/model/record.js';
import type { Clock } from '../src/ports/clock.js';
import { defaultRuleSettings } from '../src/rules/default-rules.js';
import { recordOfFact } from '../src/streams/fleet-registry.js';
import { LocalShards } from '../src/streams/fold/local-shards.js';
import { type CpuSpent, cpuEach, cpuSpent } from './cpu-spent.js';
import type { Figure } from './figure.js';
import { FROM, fleetMessages } from './fleet-messages.js';
import { nobodyFolds } from './nobody-folds.js';
import { openPipeline } from './open-pipeline.js';

/** Records in one append. */
const AT_ONCE = 1_000;
/** One append waits for the fold of the one so many before it. */
const AHEAD = 4;

const manualClock: Clock = { now: () => FROM, after: () => () => {}, every: () => () => {} };

/** @param shards threads; undefined: nobody folds */
const measure = async (shards: number | undefined, perMessage: number, copies: number): Promise<CpuSpent> => {
  const { journal, fold, close } = await openPipeline(manualClock, parts => {
    if (shards === undefined) return nobodyFolds();
    if (shards === 0) return new LocalShards({ ...parts, giveWay: giveWayEvery(5) });
    return new ThreadedShards({ ...parts, shards, changed: () => {} });
  });
  const feed = async (records: readonly NewRecord[]): Promise<void> => {
    for (let at = 0; at < records.length; at += AT_ONCE) {
      await journal.append(records.slice(at, at + AT_ONCE));
      while (journal.behind() > AHEAD * AT_ONCE) await new Promise(resolve => setTimeout(resolve, 1));
    }
    const key = records[records.length - 1]!.key;
    const end = journal.head().get(0)!;
    while (journal.behind() > 0 || fold.positions().get(journal.partitionOf(key))! < end)
      await new Promise(resolve => setTimeout(resolve, 1));
  };
  try {
    await feed(defaultRuleSettings().map(rule => recordOfFact({ type: 'rule_put', rule }, FROM)));
    // The first fleet gets the code compiled, in each thread; the second is measured.
    await feed(fleetMessages(perMessage, copies, 'a'));
    const second = fleetMessages(perMessage, copies, 'b');
    const before = await cpuSpent();
    await feed(second);
    const after = await cpuSpent();
    const events = second.length * perMessage;
    return cpuEach(before, after, events);
  } finally {
    await close();
  }
};

const NUMBERS = [0, 1, 2, 3];

/**
 * What it costs to fold in threads, by CPU time: of all threads, and of the main one, which is what is left to do where there are cores enough.
 * The journal is written meanwhile; what that and an owner who does nothing cost is told for itself. Linux only: it asks /proc.
 */
export const run = async (): Promise<Figure[]> => {
  const figures: Figure[] = [];
  for (const [perMessage, copies] of [
    [10, 15],
    [1, 3],
  ] as const) {
    const note = `arrays of ${perMessage}, all default rules, second fleet`;
    const of = perMessage === 1 ? 'single' : 'arrays';
    const nobody_ = await measure(undefined, perMessage, copies);
    figures.push({
      name: `shards.${of}.journal_only`,
      value: nobody_.main,
      unit: 'us/event',
      note: `main thread; ${note}; nobody folds`,
    });
    for (const shards of NUMBERS) {
      const { main, all } = await measure(shards, perMessage, copies);
      figures.push({
        name: `shards.${of}.${shards}.all`,
        value: all,
        unit: 'us/event',
        note: `all threads of the process; ${note}`,
      });
      figures.push({
        name: `shards.${of}.${shards}.main`,
        value: main - nobody_.main,
        unit: 'us/event',
        note: 'main thread, beyond writing the journal',
      });
    }
  }
  return figures;
};
