import { mergeMap } from 'rxjs';
import type { Partition, RecordBatch } from '../model/record.js';
import type { FoldEffects } from './fold/effects.js';
import type { FoldShards } from './fold/fold-shards.js';
import type { Stage } from './stage.js';

/** Records of one partition, and whom to tell when all that came of them is carried out. */
export interface PartitionBatch {
  partition: Partition;
  records: RecordBatch;
  settle: () => void;
}

export interface FoldedBatch extends PartitionBatch {
  effects: FoldEffects;
}

/** Decodes, orders, tracks and evaluates each vehicle's readings, in journal order. Partitions do not wait for each other here. */
export const foldPartitions =
  (shards: FoldShards): Stage<PartitionBatch, FoldedBatch> =>
  batches$ =>
    // Not one after the other: whether they are is the shards' business.
    batches$.pipe(mergeMap(async batch => ({ ...batch, effects: await shards.fold(batch.partition, batch.records) })));
