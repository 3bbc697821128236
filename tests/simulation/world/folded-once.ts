import { partitionOfKey } from '../../../src/adapters/leveldb/partition-of-key.js';
import type { Alert } from '../../../src/model/alert.js';
import { Counters } from '../../../src/model/counters.js';
import { EVERY, type JournalRecord, type Partition } from '../../../src/model/record.js';
import type { RollUpRow } from '../../../src/ports/database.js';
import { applyEffect } from '../../../src/streams/alert-document.js';
import { LocalShards } from '../../../src/streams/fold/local-shards.js';
import type { RefoldPace } from '../../../src/streams/fold/refold/refold-pace.js';
import { MemoryStateStore } from '../memory-state-store.js';

/** What is told to the outside, by its key in the outbox: which alert it is about. */
export type Told = Map<string, string>;

/** What came of a journal. */
export interface FoldedOnce {
  told: Told;
  alerts: Alert[];
  /** Rows by table and key. */
  rows: ReadonlyMap<string, unknown>;
}

/**
 * Folds a journal once, in the order in which it stands, with nothing going wrong, and says what had to be told under which key: guarantee 4 says
 * that a life with crashes tells just that.
 */
export const foldedOnce = async (
  records: readonly JournalRecord[],
  partitions: number,
  pace: RefoldPace | undefined,
): Promise<FoldedOnce> => {
  const byVehicle = new Map<string, JournalRecord[]>();
  for (const record of records) {
    const its = byVehicle.get(record.key);
    if (its) its.push(record);
    else byVehicle.set(record.key, [record]);
  }
  const partitionOf = (key: string): Partition => partitionOfKey(key, partitions);
  const journal = {
    partitionOf,
    oldest: () => 1,
    async *ofVehicle(vehicle: string, from: number, to: number) {
      yield (byVehicle.get(vehicle) ?? []).filter(({ offset }) => offset >= from && offset <= to);
    },
  };
  const shards = new LocalShards({
    ...{ journal, state: new MemoryStateStore(), counters: new Counters(), partitions, snapshotEvery: Number.POSITIVE_INFINITY },
    ...(pace && { pace }),
  });
  const told: Told = new Map();
  const alerts = new Map<string, Alert>();
  const rows = new Map<string, unknown>();
  const put = (some: readonly RollUpRow[]): void => {
    for (const row of some) {
      const key = `${row.table} ${row.key}`;
      if ('remove' in row) rows.delete(key);
      else rows.set(key, JSON.parse(JSON.stringify(row.row)));
    }
  };
  const handOver = new Map<Partition, JournalRecord[]>();
  for (let p = 0; p < partitions; p++) {
    await shards.assign(p);
    handOver.set(
      p,
      records.filter(({ key }) => key === EVERY || partitionOf(key) === p),
    );
  }
  await shards.fold(handOver, some => {
    for (const { effects } of some) {
      put(effects.rows);
      for (const effect of effects.alerts) {
        const alert = applyEffect(alerts.get(effect.id), effect, null);
        if (alert === undefined) continue;
        alerts.set(alert.id, alert);
        told.set(`${effect.partition}.${effect.offset}.${effect.n}`, alert.id);
      }
    }
  });
  await shards.grown(Number.POSITIVE_INFINITY, put);
  return { told, alerts: [...alerts.values()], rows };
};

/** A key of the outbox on disk as `foldedOnce` writes it; undefined where it is none. */
export const outboxKey = (key: string): string | undefined => {
  const [, partition, offset, n] = /^alerts\/outbox\/(\d+)\/(\d+)\/(\d+)$/.exec(key) ?? [];
  return partition === undefined ? undefined : `${Number(partition)}.${Number(offset)}.${Number(n)}`;
};

/** @returns what differs between what was told and what had to be */
export const wronglyTold = (told: Told, expected: Told): string[] => [
  ...[...expected]
    .filter(([key, id]) => told.get(key) !== id)
    .map(([key, id]) => `${id} was not told under key ${key}, but ${told.get(key)}`),
  ...[...told].filter(([key]) => !expected.has(key)).map(([key, id]) => `${id} was told under key ${key}, which nothing has`),
];
