import { parentPort, workerData } from 'node:worker_threads';
import { giveWayEvery } from '../../adapters/system/give-way-every.js';
import { lineOf } from './line-calls.js';
import type { ShardTask } from './shard-messages.js';
import { ShardServer } from './shard-server.js';

/** A thread that folds. The other end: threaded-shards.ts. */
const port = parentPort;
if (!port) throw new Error('shard-thread is a worker thread, not a program');

/** Longer at a stretch, and questions wait. */
const WORK_AT_A_STRETCH = 5;

new ShardServer(lineOf(port), workerData as ShardTask, giveWayEvery(WORK_AT_A_STRETCH));
