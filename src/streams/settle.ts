import { concatMap } from 'rxjs';
import type { Partition } from '../model/record.js';
import type { AlertLog } from './alert-log.js';
import type { CarriedOut } from './carried-out.js';
import type { DeliveredRun } from './deliver.js';
import type { FoldShards } from './fold/fold-shards.js';
import type { RollUp } from './roll-up.js';
import type { SavePace } from './save-pace.js';
import type { Stage } from './stage.js';

interface SavePorts {
  shards: FoldShards;
  alerts: AlertLog;
  rollUp: RollUp;
}

/** Saves partitions whose time has come, now that what they said is carried out, and lets the journal hand over again behind the last of them. */
export const settle =
  (ports: SavePorts & { carriedOut: CarriedOut }, pace: SavePace): Stage<DeliveredRun, DeliveredRun> =>
  runs$ =>
    runs$.pipe(
      concatMap(async run => {
        const { shards, carriedOut } = ports;
        if (run.carriedOut) await run.carriedOut;
        for (const { partition, records, last, effects } of run.partitions) {
          shards.handedOver(partition, effects.rows);
          carriedOut.settled(partition, last);
          if (shards.snapshotDue(partition) && pace.isTime(partition)) {
            await save(ports, partition);
            await shards.saved(partition);
            pace.saved(partition);
          }
          run.done(records);
        }
        run.settle?.();
        return run;
      }),
    );

/** One snapshot of a partition, with the rows that SQL does not have yet, and without the outbox keys it no longer needs. */
export const save = async ({ shards, alerts, rollUp }: SavePorts, partition: Partition): Promise<void> => {
  const next = shards.positions().get(partition) ?? 0;
  const outbox = await alerts.outboxBefore(partition, shards.savedUpTo(partition));
  if (next === 0) return;
  await rollUp.spill(partition, rows => shards.snapshot(partition, [...rows, ...outbox]));
};
