import type { LineEnd } from '../../../src/app/shards/line-calls.js';
import type { ShardTask } from '../../../src/app/shards/shard-messages.js';
import { ShardServer } from '../../../src/app/shards/shard-server.js';
import { ShardEndedError, type ShardThread } from '../../../src/app/shards/shard-thread-port.js';
import type { Process } from './process.js';
import type { VirtualTime } from './virtual-time.js';

/** A thread that folds, on the one thread of the world: what goes over its line is cloned as between threads, and comes in a turn of its own. */
export class SimThread implements ShardThread {
  readonly line: LineEnd;
  private alive = true;
  private ended: (error: Error) => void = () => {};

  constructor(
    private readonly task: ShardTask,
    private readonly time: VirtualTime,
    private readonly process: Process,
  ) {
    const [here, there] = this.ends();
    this.line = here;
    new ShardServer(
      there,
      task,
      () => undefined,
      () => time.now,
    );
  }

  private ends(): [LineEnd, LineEnd] {
    const hear: ((message: never) => void)[] = [];
    const end = (mine: number): LineEnd => ({
      say: (message, memory = []) => {
        if (!this.alive || !this.process.alive) return;
        const copy = structuredClone(message, { transfer: memory });
        this.time.after(0, () => this.alive && this.process.alive && hear[1 - mine]!(copy as never));
      },
      onMessage: heard => {
        hear[mine] = heard;
      },
    });
    return [end(0), end(1)];
  }

  /** It dies, in the middle of whatever it does. */
  die(): void {
    if (!this.alive) return;
    this.alive = false;
    this.ended(new ShardEndedError(`the thread of shard ${this.task.shard} ended`, { shard: this.task.shard }));
  }

  onEnd(ended: (error: Error) => void): void {
    this.ended = ended;
  }

  busy(): number {
    return 0;
  }

  async close(): Promise<void> {
    this.alive = false;
  }
}
