import { MessageChannel } from 'node:worker_threads';
import { lineOf } from '../../src/app/shards/line-calls.js';
import { ShardServer } from '../../src/app/shards/shard-server.js';
import type { ShardThread } from '../../src/app/shards/shard-thread-port.js';
import { ThreadedShards, type ThreadedShardsOptions } from '../../src/app/shards/threaded-shards.js';

/**
 * Shards at the other end of real message channels, but in this thread, so that a test runs them from source: all that goes over is
 * cloned as between threads.
 */
export const channelShards = (
  options: Omit<ThreadedShardsOptions, 'start'>,
): { shards: ThreadedShards; kill(shard: number): void } => {
  const ends: ((error: Error) => void)[] = [];
  const shards = new ThreadedShards({
    ...options,
    start: task => {
      const { port1, port2 } = new MessageChannel();
      new ShardServer(lineOf(port1), task, () => undefined);
      const thread: ShardThread = {
        line: lineOf(port2),
        onEnd: ended => {
          ends[task.shard] = error => {
            port1.close();
            ended(error);
          };
        },
        busy: () => 0,
        close: async () => port1.close(),
      };
      return thread;
    },
  });
  return { shards, kill: shard => ends[shard]!(new Error(`thread ${shard} was killed`)) };
};
