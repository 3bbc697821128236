import { concatMap } from 'rxjs';
import type { Partition } from '../model/record.js';
import type { AlertLog } from './alert-log.js';
import type { DeliveredBatch } from './deliver.js';
import type { FoldShards } from './fold/fold-shards.js';
import type { RollUp } from './roll-up.js';
import type { SavePace } from './save-pace.js';
import type { Stage } from './stage.js';

/** Saves partitions whose time has come, now that what they said is carried out, and lets the journal hand over the next batch. */
export const settle =
  (shards: FoldShards, alerts: AlertLog, rollUp: RollUp, pace: SavePace): Stage<DeliveredBatch, Partition> =>
  batches$ =>
    batches$.pipe(
      concatMap(async ({ partition, records, effects, carriedOut, settle: done }) => {
        await carriedOut;
        const last = records[records.length - 1];
        shards.handedOver(partition, effects.rows);
        if (last) shards.settled(partition, last.offset);
        if (shards.snapshotDue(partition) && pace.isTime(partition)) {
          await save(shards, alerts, rollUp, partition);
          await shards.saved(partition);
        }
        done();
        return partition;
      }),
    );

/** One snapshot of a partition, with the rows that SQL does not have yet, and without the outbox keys it no longer needs. */
export const save = async (shards: FoldShards, alerts: AlertLog, rollUp: RollUp, partition: Partition): Promise<void> => {
  const next = shards.positions().get(partition) ?? 0;
  const outbox = await alerts.outboxBefore(partition, shards.savedUpTo(partition));
  if (next === 0) return;
  await rollUp.spill(partition, rows => shards.snapshot(partition, [...rows, ...outbox]));
};
