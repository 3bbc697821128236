import { parentPort, workerData } from 'node:worker_threads';
import { standBack } from '../system/stand-back.js';
import { decodeHeads } from './chain-heads.js';
import { closeBlocks } from './close-blocks.js';
import type { ChainPlace, ToClose } from './threaded-closer.js';

/** The thread that closes blocks of the hash chains: it hashes what stands in shared memory, and keeps nothing. The other end is threaded-closer.ts. */
const port = parentPort;
if (!port) throw new Error('chain-thread is a worker thread, not a program');

/** A block can wait; an alert and an acknowledgement cannot. */
const STEPS_BACK = 5;

const { partitions } = workerData as ChainPlace;
standBack(STEPS_BACK);
port.on('message', ({ memory, bytes, heads }: ToClose) => {
  const blocks = closeBlocks(Buffer.from(memory, 0, bytes), decodeHeads(heads), partitions);
  // As they are they share memory with others that stay here.
  port.postMessage(blocks.map(({ chain, to, value }) => ({ chain, to, value: Uint8Array.from(value) })));
});
