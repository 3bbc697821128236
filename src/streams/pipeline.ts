import { Subject } from 'rxjs';
import type { Offset, Partition } from '../model/record.js';
import type { Clock } from '../ports/clock.js';
import type { HandOver, Journal, PartitionOwner } from '../ports/journal.js';
import type { AlertLog } from './alert-log.js';
import type { CarriedOut } from './carried-out.js';
import { type DeliverPorts, deliver } from './deliver.js';
import type { FoldShards } from './fold/fold-shards.js';
import { foldPartitions, type HandedOver } from './fold-partitions.js';
import type { RollUp } from './roll-up.js';
import { SavePace } from './save-pace.js';
import { save, settle } from './settle.js';

/*
 * The way of the data:
 *
 *   listener → ingest (route) → record ──▶ journal ──▶ fold (decode → order → track → evaluate) → deliver → settle
 *              ingest.ts                   adapters    fold/, here or in threads                │          snapshots
 *                                                                                               ├ alerts   alert-log.ts
 *                                                                                               ├ rows     roll-up.ts
 *                                                                                               └ live     live-board.ts
 */

export interface PipelineParts {
  journal: Journal;
  shards: FoldShards;
  /** Told how far each partition is. */
  carriedOut: CarriedOut;
  alerts: AlertLog;
  rollUp: RollUp;
  deliverTo: DeliverPorts;
  /** Snapshots are at least half a minute of it apart; without it the ticks alone say when. */
  clock?: Pick<Clock, 'now'>;
  /** The fold has much to make good: snapshots are further apart then. */
  farBehind?(): boolean;
}

export interface RunningPipeline {
  stop(): Promise<void>;
}

/**
 * Owns the journal's partitions and lets their records flow. Hand-overs come one after the other; the journal waits for each.
 * @param fail told once when a stage threw; the pipeline is then to be stopped and built afresh
 */
export const startPipeline = async (
  { journal, shards, carriedOut, alerts, rollUp, deliverTo, clock, farBehind = () => false }: PipelineParts,
  fail: (error: unknown) => void,
): Promise<RunningPipeline> => {
  const handOvers$ = new Subject<HandedOver>();
  let broken: unknown;
  const waiting = new Set<(error: unknown) => void>();
  const pace = new SavePace({
    clock,
    farBehind,
    rowsPress: () => rollUp.isPressed(),
    positions: () => shards.positions(),
    savedUpTo: p => shards.savedUpTo(p),
  });
  const subscription = handOvers$
    .pipe(foldPartitions(shards), deliver(deliverTo), settle({ shards, carriedOut, alerts, rollUp }, pace))
    .subscribe({
      error: error => {
        broken = error ?? new Error('a stage failed');
        for (const reject of waiting) reject(broken);
        fail(broken);
      },
    });

  const owner: PartitionOwner = {
    assign: async (p: Partition): Promise<Offset> => {
      const next = await shards.assign(p);
      carriedOut.assigned(p, next);
      return next;
    },
    records: (records: HandOver, done: (records: number) => void) =>
      broken
        ? Promise.reject(broken)
        : new Promise((resolve, reject) => {
            waiting.add(reject);
            const settle = () => {
              waiting.delete(reject);
              resolve();
            };
            handOvers$.next({ records, done, settle });
          }),
    release: async (p: Partition) => {
      carriedOut.released(p);
      // What a failed stage left half done must not be saved.
      if (!broken) await save({ shards, alerts, rollUp }, p);
      shards.release(p);
    },
  };
  const ownership = await journal.own(owner).catch(async error => {
    await shards.close();
    throw error;
  });
  ownership.ended.catch(fail);
  return {
    stop: async () => {
      await ownership.close();
      subscription.unsubscribe();
      await shards.close();
    },
  };
};
