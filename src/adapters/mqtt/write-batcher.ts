import { Buffer } from 'node:buffer';
import type { Writable } from 'node:stream';
import type { AckHeader } from './packet-codec.js';

const ACK_BYTES = 4;

/**
 * Joins what is written to one socket during one turn of the event loop into one write: after a group commit a pipelining
 * device gets hundreds of acknowledgements in one packet.
 */
export class WriteBatcher {
  #waiting: BatchedWriter[] = [];
  /** Single acknowledgements of all sockets are written from here, for as long as it is free again when `write` comes back. */
  #ack = Buffer.allocUnsafeSlow(ACK_BYTES);

  writer(socket: Writable): BatchedWriter {
    return new BatchedWriter(socket, this);
  }

  /** @internal */
  mark(writer: BatchedWriter): void {
    if (this.#waiting.push(writer) === 1) process.nextTick(this.#flush);
  }

  /** @internal @returns the bytes of one acknowledgement, to be written before the next is asked for */
  ack(piece: number): Buffer {
    writeAck(this.#ack, 0, piece);
    return this.#ack;
  }

  /** @internal The socket has not taken them yet: they stay as they are. */
  keep(bytes: Buffer): void {
    if (bytes === this.#ack) this.#ack = Buffer.allocUnsafeSlow(ACK_BYTES);
  }

  #flush = (): void => {
    const writers = this.#waiting;
    this.#waiting = [];
    for (const writer of writers) writer.flush();
  };
}

/** Bytes, or an acknowledgement: its header above the 16 bits of its id. */
type Piece = Buffer | number;

const sizeOf = (piece: Piece): number => (typeof piece === 'number' ? ACK_BYTES : piece.length);

const writeAck = (target: Buffer, at: number, piece: number): void => {
  target[at] = piece >> 16;
  target[at + 1] = 2;
  target[at + 2] = (piece >> 8) & 0xff;
  target[at + 3] = piece & 0xff;
};

/** The write side of one socket. */
export class BatchedWriter {
  /** What waits for the end of the turn, in its order; most often it is one acknowledgement. */
  #first: Piece | undefined;
  #more: Piece[] | undefined;
  #bytes = 0;
  /** What the peer had not taken when the last turn was written: since then it can only have become less. */
  #left = 0;

  constructor(
    private readonly socket: Writable,
    private readonly batcher: WriteBatcher,
  ) {}

  /** Bytes that the peer has not taken yet. */
  get waitingBytes(): number {
    return this.#bytes + this.socket.writableLength;
  }

  /** @returns whether more bytes wait than that */
  waitsAbove(limit: number): boolean {
    return this.#bytes + this.#left > limit && this.waitingBytes > limit;
  }

  write(bytes: Buffer): void {
    this.#add(bytes);
  }

  /** An acknowledgement without a reason. */
  writeAck(header: AckHeader, id: number): void {
    this.#add((header << 16) | id);
  }

  flush(): void {
    if (this.#first === undefined) return;
    const joined = this.#joined();
    this.#first = undefined;
    this.#more = undefined;
    this.#bytes = 0;
    const { socket, batcher } = this;
    if (!socket.writable) return;
    socket.write(joined);
    this.#left = socket.writableLength;
    if (this.#left > 0) batcher.keep(joined);
  }

  #add(piece: Piece): void {
    this.#bytes += sizeOf(piece);
    if (this.#first === undefined) {
      this.#first = piece;
      this.batcher.mark(this);
    } else if (this.#more === undefined) this.#more = [piece];
    else this.#more.push(piece);
  }

  #joined(): Buffer {
    const first = this.#first!;
    if (this.#more === undefined) return typeof first === 'number' ? this.batcher.ack(first) : first;
    const joined = Buffer.allocUnsafe(this.#bytes);
    let at = 0;
    const put = (piece: Piece): void => {
      if (typeof piece === 'number') writeAck(joined, at, piece);
      else joined.set(piece, at);
      at += sizeOf(piece);
    };
    put(first);
    for (const piece of this.#more) put(piece);
    return joined;
  }
}
