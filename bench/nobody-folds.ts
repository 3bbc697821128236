import type { Offset, Partition } from '../src/model/record.js';
import { newFoldEffects } from '../src/streams/fold/effects.js';
import type { FoldedPartition, FoldShards } from '../src/streams/fold/fold-shards.js';

/** What the pipeline and the roll-up ask of shards while no snapshot is due. */
type Asked = 'assign' | 'fold' | 'handedOver' | 'snapshotDue' | 'snapshot' | 'savedUpTo' | 'release' | 'positions' | 'close';

/** Shards that take every record and make nothing of it: what remains is the way into the journal, and the hand-over. */
export const nobodyFolds = (): FoldShards => {
  const next = new Map<Partition, Offset>();
  const shards: Pick<FoldShards, Asked> = {
    async assign(p) {
      next.set(p, 0);
      return 0;
    },
    async fold(handOver, folded) {
      const some: FoldedPartition[] = [];
      for (const [partition, records] of handOver) {
        const last = records[records.length - 1]!.offset;
        next.set(partition, last + 1);
        some.push({ partition, records: records.length, last, effects: newFoldEffects() });
      }
      folded(some);
    },
    handedOver() {},
    snapshotDue: () => false,
    async snapshot() {},
    savedUpTo: () => 0,
    release() {},
    positions: () => next,
    async close() {},
  };
  return shards as FoldShards;
};
