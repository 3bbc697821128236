import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { journalDefaults, LevelJournal } from '../src/adapters/leveldb/leveldb-journal.js';
import { LevelStateStore } from '../src/adapters/leveldb/leveldb-state-store.js';
import { Counters } from '../src/model/counters.js';
import type { Clock } from '../src/ports/clock.js';
import type { Database } from '../src/ports/database.js';
import { AlertLog } from '../src/streams/alert-log.js';
import { CarriedOut } from '../src/streams/carried-out.js';
import type { FoldShards } from '../src/streams/fold/fold-shards.js';
import { startPipeline } from '../src/streams/pipeline.js';
import { QuarantineStore } from '../src/streams/quarantine-store.js';
import { RollUp } from '../src/streams/roll-up.js';

/** What shards are made of. No snapshot is ever due. */
export interface FoldParts {
  journal: LevelJournal;
  state: LevelStateStore;
  counters: Counters;
  partitions: number;
  snapshotEvery: number;
}

export interface OpenPipeline extends Pick<FoldParts, 'journal' | 'state' | 'counters'> {
  fold: FoldShards;
  quarantine: QuarantineStore;
  /** Stops it, and removes its files. */
  close(): Promise<void>;
}

/** The pipeline over a journal on disk, without listeners and without SQL: rows wait in memory. */
export const openPipeline = async (clock: Clock, foldOf: (parts: FoldParts) => FoldShards): Promise<OpenPipeline> => {
  const partitions = 64;
  const folder = await mkdtemp(join(tmpdir(), 'pipeline-bench-'));
  const journal = await LevelJournal.open({ directory: join(folder, 'journal'), partitions, ...journalDefaults });
  const state = await LevelStateStore.open(join(folder, 'state'));
  const counters = new Counters();
  const fold = foldOf({ journal, state, counters, partitions, snapshotEvery: Number.MAX_SAFE_INTEGER });
  const rollUp = new RollUp({
    database: {} as Database,
    state,
    clock,
    counters,
    grown: async () => {},
    positions: () => fold.positions(),
    flushEvery: 250,
    rowsAtOnce: 5_000,
    rowsInMemory: 100_000,
    watch() {},
    reject() {},
  });
  const alerts = await AlertLog.load({ state, clock, counters, entriesKept: 100_000 });
  const quarantine = new QuarantineStore(state, { entries: 100, bytes: 1_000_000 }, counters);
  const deliverTo = { alerts, quarantine, rollUp, counters, tell() {}, changed() {} };
  const pipeline = await startPipeline(
    { journal, shards: fold, carriedOut: new CarriedOut(), alerts, rollUp, deliverTo },
    error => {
      throw error;
    },
  );
  return {
    ...{ journal, state, counters, fold, quarantine },
    async close() {
      await pipeline.stop();
      await journal.close();
      await state.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
