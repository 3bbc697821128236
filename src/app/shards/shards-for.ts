import { availableParallelism } from 'node:os';
import type { LevelJournal } from '../../adapters/leveldb/leveldb-journal.js';
import type { Counters } from '../../model/counters.js';
import { seconds } from '../../model/units.js';
import type { GiveWay } from '../../ports/give-way.js';
import type { StateStore } from '../../ports/state-store.js';
import type { FoldShards } from '../../streams/fold/fold-shards.js';
import { LocalShards } from '../../streams/fold/local-shards.js';
import { CatchUpShards } from './catch-up-shards.js';
import { ThreadedShards } from './threaded-shards.js';

const SNAPSHOT_EVERY = seconds(30);

interface Given {
  journal: LevelJournal;
  state: StateStore;
  counters: Counters;
  partitions: number;
  /** So many vehicles of each partition may be awake. */
  mostAwake: number;
  /** Threads that fold; 0 = the main one does. */
  threads: number;
  /** Records that are no flood but a tail from before the start. */
  longTail: number;
  farBehind(): boolean;
  giveWay: GiveWay;
  changed(vehicles: Iterable<string>): void;
}

/**
 * Who folds: threads, where any were asked for; else the main one, and on more than one core threads for as long as there is a long tail to make good.
 * @returns made anew for each start of the fold
 */
export const shardsFor = ({ threads, longTail, farBehind, giveWay, changed, ...given }: Given): (() => FoldShards) => {
  const parts = { ...given, snapshotEvery: SNAPSHOT_EVERY };
  const { journal } = given;
  const threaded = (shards: number) => new ThreadedShards({ ...parts, shards, changed });
  return () => {
    if (threads > 0) return threaded(threads);
    const local = new LocalShards({ ...parts, giveWay });
    const cores = availableParallelism();
    if (cores === 1) return local;
    return new CatchUpShards({ journal, longTail, farBehind, local, threads: () => threaded(cores) });
  };
};
