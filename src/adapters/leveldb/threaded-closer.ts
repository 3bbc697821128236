import { Worker } from 'node:worker_threads';
import type { BlockCloser } from './block-closer.js';
import { type ChainHeads, encodeHeads } from './chain-heads.js';
import { type ClosedBlock, closeBlocks } from './close-blocks.js';

export interface ChainPlace {
  partitions: number;
}

/** What the thread is asked. It answers with the blocks. */
export interface ToClose {
  memory: SharedArrayBuffer;
  bytes: number;
  /** As `encodeHeads` lays them out. */
  heads: Uint8Array;
}

/** The larger the blocks, the fewer of their heads are to be computed and stored. */
const BLOCK_BYTES = 4 * 1024 * 1024;
/** Less is hashed before a thread would have heard of it: a server that has little to do has no such thread. */
const WORTH_A_THREAD_BYTES = 256 * 1024;

interface Asked {
  resolve(blocks: ClosedBlock[]): void;
  reject(error: unknown): void;
}

/**
 * Closes blocks on a thread of their own, which begins with the first block that is worth it. Where it ends by itself, what it was asked is done here, and
 * the next block begins another one.
 */
export class ThreadedCloser implements BlockCloser {
  readonly blockBytes = BLOCK_BYTES;
  private thread: Worker | undefined;
  /** In the order they were asked. */
  private asked: Asked[] = [];

  /**
   * @param ended told when the thread ended by itself
   * @param entry the compiled thread, where it does not stand beside this file
   */
  constructor(
    private readonly partitions: number,
    private readonly ended: () => void,
    private readonly entry = new URL('./chain-thread.js', import.meta.url),
  ) {}

  async close(entries: Buffer, heads: ChainHeads): Promise<ClosedBlock[]> {
    const { buffer, byteOffset, length } = entries;
    if (length >= WORTH_A_THREAD_BYTES && buffer instanceof SharedArrayBuffer && byteOffset === 0) {
      try {
        return await this.ask({ memory: buffer, bytes: length, heads: encodeHeads(heads) });
      } catch {
        // It is done all the same.
      }
    }
    return closeBlocks(entries, heads, this.partitions);
  }

  private ask(task: ToClose): Promise<ClosedBlock[]> {
    this.thread ??= this.start();
    const { thread } = this;
    return new Promise((resolve, reject) => {
      this.asked.push({ resolve, reject });
      thread.postMessage(task);
    });
  }

  private start(): Worker {
    const place: ChainPlace = { partitions: this.partitions };
    const thread = new Worker(this.entry, { workerData: place, name: 'chains' });
    let cause: unknown;
    thread.on('message', (blocks: ClosedBlock[]) => this.asked.shift()?.resolve(blocks));
    thread.on('error', error => {
      cause = error;
    });
    // Always the last event of a thread, however it ended.
    thread.on('exit', () => {
      if (this.thread === thread) {
        this.thread = undefined;
        this.ended();
      }
      for (const { reject } of this.asked.splice(0)) reject(cause ?? new Error('the thread of the chains ended'));
    });
    return thread;
  }

  async end(): Promise<void> {
    const { thread } = this;
    this.thread = undefined;
    await thread?.terminate();
  }
}
