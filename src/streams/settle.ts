import { concatMap } from 'rxjs';
import type { Partition } from '../model/record.js';
import { seconds } from '../model/units.js';
import type { Clock } from '../ports/clock.js';
import type { AlertLog } from './alert-log.js';
import type { DeliveredBatch } from './deliver.js';
import type { FoldShards } from './fold/fold-shards.js';
import type { RollUp } from './roll-up.js';
import type { Stage } from './stage.js';

/**
 * Where a long tail is folded after a start, minutes of ticks go by in seconds. Saving at each half minute of theirs would take longer than the fold,
 * and spare little of it after another crash.
 */
const SAVED_AT_MOST_EVERY = seconds(30);

/** Saves partitions whose time has come, now that what they said is carried out, and lets the journal hand over the next batch. */
export const settle =
  (shards: FoldShards, alerts: AlertLog, rollUp: RollUp, clock?: Pick<Clock, 'now'>): Stage<DeliveredBatch, Partition> =>
  batches$ => {
    const savedAt = new Map<Partition, number>();
    const mayAgain = (partition: Partition): boolean => {
      const now = clock?.now() ?? 0;
      const since = now - (savedAt.get(partition) ?? Number.NEGATIVE_INFINITY);
      // A clock that was set back must not put it off.
      if (clock && since >= 0 && since < SAVED_AT_MOST_EVERY - seconds(1)) return false;
      savedAt.set(partition, now);
      return true;
    };
    return batches$.pipe(
      concatMap(async ({ partition, records, effects, carriedOut, settle: done }) => {
        await carriedOut;
        const last = records[records.length - 1];
        shards.handedOver(partition, effects.rows);
        if (last) shards.settled(partition, last.offset);
        if (shards.snapshotDue(partition) && mayAgain(partition)) await save(shards, alerts, rollUp, partition);
        done();
        return partition;
      }),
    );
  };

/** One snapshot of a partition, with the rows that SQL does not have yet, and without the outbox keys it no longer needs. */
export const save = async (shards: FoldShards, alerts: AlertLog, rollUp: RollUp, partition: Partition): Promise<void> => {
  const next = shards.positions().get(partition) ?? 0;
  const outbox = await alerts.outboxBefore(partition, shards.savedUpTo(partition));
  if (next === 0) return;
  await rollUp.spill(partition, rows => shards.snapshot(partition, [...rows, ...outbox]));
};
