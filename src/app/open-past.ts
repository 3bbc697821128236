import { setImmediate } from 'node:timers/promises';
import type { DataDirectory } from '../adapters/leveldb/data-directory.js';
import type { LevelJournal } from '../adapters/leveldb/leveldb-journal.js';
import { openSigningKey } from '../adapters/system/signing-key.js';
import type { Counters } from '../model/counters.js';
import type { Clock, Random } from '../ports/clock.js';
import type { Database } from '../ports/database.js';
import type { StateStore } from '../ports/state-store.js';
import { Past } from '../streams/history/past.js';
import { HeadSigner } from '../streams/history/signed-heads.js';
import { PackEvidence } from './evidence/pack-evidence.js';
import { RunBacktests } from './history/run-backtests.js';
import { ThreadedHistory } from './history/threaded-history.js';
import { version } from './version.js';

interface Given {
  directory: DataDirectory;
  journal: LevelJournal;
  state: StateStore;
  database: Database;
  clock: Clock;
  random: Random;
  counters: Counters;
}

/** All that is told of what was: folds of the journal once more, rules tried on it, and proof that it is as it was written. */
export const openPast = async ({ directory, journal, state, database, clock, random, counters }: Given) => {
  const past = new Past(journal, state);
  const asked = { past, behind: () => journal.behind(), clock, count: (name: string) => counters.add(`${name}_total`) };
  const history = new ThreadedHistory(asked);
  const backtests = new RunBacktests({ ...asked, random });
  const signer = await openSigningKey(directory.signingKey);
  const heads = new HeadSigner(journal, state, signer, directory.id);
  const evidence = new PackEvidence({
    ...{ past, journal, heads, signer, database, clock, version },
    folds: history,
    journalId: directory.id,
    breathe: () => setImmediate(),
  });
  return {
    ...{ past, history, backtests, heads, evidence },
    closePast: () => {
      backtests.close();
      history.close();
    },
  };
};
