import type { ChainHeads } from './chain-heads.js';
import { type ClosedBlock, closeBlocks } from './close-blocks.js';

/** Where blocks of the hash chains are closed: on this thread, or on one of their own. */
export interface BlockCloser {
  /** A block is closed when so much waits for it. */
  readonly blockBytes: number;
  /**
   * @param entries as `closeBlocks` takes them; in shared memory, and left alone until it is done
   * @param heads where the chains stand
   */
  close(entries: Buffer, heads: ChainHeads): Promise<ClosedBlock[]>;
  /** No more are to be closed. */
  end(): Promise<void>;
}

/** Hashing that much takes some milliseconds, and nothing else is done meanwhile. */
const BLOCK_BYTES = 1024 * 1024;

export const closeHere = (partitions: number): BlockCloser => ({
  blockBytes: BLOCK_BYTES,
  close: async (entries, heads) => closeBlocks(entries, heads, partitions),
  end: async () => {},
});
