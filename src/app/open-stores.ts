import { availableParallelism } from 'node:os';
import { closeHere } from '../adapters/leveldb/block-closer.js';
import { openDataDirectory } from '../adapters/leveldb/data-directory.js';
import { journalDefaults, LevelJournal } from '../adapters/leveldb/leveldb-journal.js';
import { LevelStateStore } from '../adapters/leveldb/leveldb-state-store.js';
import { ThreadedCloser } from '../adapters/leveldb/threaded-closer.js';
import { openDatabase } from '../adapters/sql/open-database.js';
import type { Settings } from '../config/settings.js';
import type { Counters } from '../model/counters.js';
import type { Clock, Random } from '../ports/clock.js';
import { refuseNewerTables } from './refuse-newer-tables.js';

interface Given {
  settings: Settings;
  clock: Clock;
  random: Random;
  counters: Counters;
  /** Told when a disk takes nothing any more, and when it does again. */
  disk: NonNullable<Parameters<typeof LevelStateStore.open>[1]>;
}

/**
 * What a server keeps: journal and state in the data directory, people and outcomes in SQL.
 * @throws {DataDirectoryError} another process has it, or a newer version wrote it  @throws {DatabaseSchemaError} tables of a newer version
 */
export const openStores = async ({ settings, clock, random, counters, disk }: Given) => {
  const freshId = Buffer.from(random.secret(8)).toString('hex');
  const directory = await openDataDirectory(settings.data_dir, settings.partitions, freshId);
  const journal = await LevelJournal.open({
    directory: directory.journal,
    partitions: settings.partitions,
    ...journalDefaults,
    closer:
      availableParallelism() > 1
        ? new ThreadedCloser(settings.partitions, () => counters.add('chain_thread_ends_total'))
        : closeHere(settings.partitions),
    watch: disk,
  });
  const state = await LevelStateStore.open(directory.state, disk);
  const database = await openDatabase(settings.database_url ? { url: settings.database_url } : { file: directory.sql });
  await refuseNewerTables([database, state, journal], clock);
  return { directory, journal, state, database };
};
