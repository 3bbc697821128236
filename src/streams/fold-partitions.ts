import { mergeMap, Observable } from 'rxjs';
import type { HandOver } from '../ports/journal.js';
import type { FoldedPartition, FoldShards } from './fold/fold-shards.js';
import type { Stage } from './stage.js';

/** Records of many partitions, and whom to tell when all that came of them is carried out. */
export interface HandedOver {
  records: HandOver;
  /** Of so many more records all is carried out. */
  done(records: number): void;
  settle: () => void;
}

/** Some partitions of one hand-over, as they were done. */
export interface FoldedRun {
  partitions: readonly FoldedPartition[];
  done(records: number): void;
  /** On the last run of a hand-over, which holds none. */
  settle?: () => void;
}

/**
 * Decodes, orders, tracks and evaluates each vehicle's readings, in journal order. One value for as many partitions as were done in one go: what a value
 * costs in a stream is more than what the few records cost that a partition has of a hand-over.
 */
export const foldPartitions =
  (shards: FoldShards): Stage<HandedOver, FoldedRun> =>
  handOvers$ =>
    // Not one after the other: whether they are is the shards' business.
    handOvers$.pipe(
      mergeMap(
        ({ records, done, settle }) =>
          new Observable<FoldedRun>(runs => {
            shards
              .fold(records, partitions => runs.next({ partitions, done }))
              .then(
                () => {
                  runs.next({ partitions: [], done, settle });
                  runs.complete();
                },
                error => runs.error(error),
              );
          }),
      ),
    );
