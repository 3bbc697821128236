import type { Writable } from 'node:stream';

/**
 * Joins what is written to one socket during one turn of the event loop into one write: after a group commit a pipelining
 * device gets hundreds of acknowledgements in one packet.
 */
export class WriteBatcher {
  #waiting: BatchedWriter[] = [];

  writer(socket: Writable): BatchedWriter {
    return new BatchedWriter(socket, this);
  }

  /** @internal */
  mark(writer: BatchedWriter): void {
    if (this.#waiting.push(writer) === 1) process.nextTick(this.#flush);
  }

  #flush = (): void => {
    const writers = this.#waiting;
    this.#waiting = [];
    for (const writer of writers) writer.flush();
  };
}

/** The write side of one socket. */
export class BatchedWriter {
  #pieces: Buffer[] = [];
  #bytes = 0;

  constructor(
    private readonly socket: Writable,
    private readonly batcher: WriteBatcher,
  ) {}

  /** Bytes that the peer has not taken yet. */
  get waitingBytes(): number {
    return this.#bytes + this.socket.writableLength;
  }

  write(bytes: Buffer): void {
    this.#bytes += bytes.length;
    if (this.#pieces.push(bytes) === 1) this.batcher.mark(this);
  }

  flush(): void {
    const pieces = this.#pieces;
    if (pieces.length === 0) return;
    const joined = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces, this.#bytes);
    pieces.length = 0;
    this.#bytes = 0;
    if (this.socket.writable) this.socket.write(joined);
  }
}
