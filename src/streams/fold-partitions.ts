import { concatMap } from 'rxjs';
import type { GiveWay } from '../ports/give-way.js';
import type { DecodedBatch } from './decode.js';
import type { FoldEffects } from './fold/effects.js';
import type { Shard } from './fold/shard.js';
import type { Stage } from './stage.js';

export interface FoldedBatch extends DecodedBatch {
  effects: FoldEffects;
}

/** Orders, tracks and evaluates each vehicle's readings: one step of the fold after the other, in journal order. */
export const foldPartitions =
  (shard: Shard, giveWay: GiveWay): Stage<DecodedBatch, FoldedBatch> =>
  batches$ =>
    batches$.pipe(
      concatMap(async batch => {
        // The batches of all partitions come together: in one go they would hold up everybody else.
        const pause = giveWay();
        if (pause) await pause;
        return { ...batch, effects: await shard.fold(batch.partition, batch.decoded) };
      }),
    );
