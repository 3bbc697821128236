import type { IncomingHttpHeaders } from 'node:http';
import type { Writable } from 'node:stream';
import { WebSocket } from 'ws';
import type { ApiDeps, SocketLimits } from '../api-deps.js';
import type { Caller } from '../caller.js';

/** A subscription of any channel, as its connection holds it. */
export interface Subscription {
  /** Up to where alerts were looked at; undefined on channels without a cursor. */
  readonly position: number | undefined;
  end(): void;
}

/** The server is closing. */
export const GOING_AWAY = 1001;
export const POLICY_VIOLATION = 1008;
export const INTERNAL_ERROR = 1011;
/** What the connection was let in with is no longer good. */
export const LOGGED_OUT = 4401;
/** The client reads too slowly; it resumes by cursor. */
const TOO_SLOW = 4408;

/** One connection: who it is, what it listens to, and how much it has not read yet. */
export class SocketClient {
  readonly subscriptions = new Map<string, Subscription>();
  /** Set by the pong of the client's own websocket layer, cleared when the next ping goes out. */
  alive = true;
  /** Whole frames that were written. */
  framesSent = 0;
  #framesThisSecond = 0;
  #second = 0;

  constructor(
    readonly socket: WebSocket,
    /** What the websocket writes to. */
    private readonly wire: Writable,
    readonly caller: Caller,
    /** What it was let in with, to ask again later. */
    readonly credentials: IncomingHttpHeaders,
    private readonly limits: SocketLimits,
    private readonly count: ApiDeps['count'],
  ) {}

  get open(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  /** True while the client has read enough of what it was sent that more may follow. */
  get keepsUp(): boolean {
    return this.socket.bufferedAmount < this.limits.unsentBytes;
  }

  /** Sends a text of its own. Answers to the client's own frames are few. */
  send(text: string): void {
    if (this.open) this.socket.send(text, { binary: false, compress: false });
  }

  /**
   * Sends whole frames that are laid out already (text-frame.ts) and shared by all clients that get them: one write and nothing else. Callers look
   * at `keepsUp` first. Without compression the websocket never keeps a frame back, so that none is cut in two by this.
   */
  sendFrames(frames: Buffer): void {
    if (!this.open) return;
    this.framesSent++;
    this.wire.write(frames);
  }

  answer(frame: Record<string, unknown>): void {
    // A client that asks and asks and never reads must not pile up answers here.
    if (this.keepsUp) this.send(JSON.stringify(frame));
    else this.closeSlow();
  }

  /** Counts a frame of the client. @returns by how many it is over its limit in this second; 0 = within */
  takeFrame(now: number): number {
    const second = Math.floor(now / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#framesThisSecond = 0;
    }
    return Math.max(0, ++this.#framesThisSecond - this.limits.framesPerSecond);
  }

  closeSlow(): void {
    if (!this.open) return;
    this.count('ws_closed_slow');
    this.close(TOO_SLOW, 'reads too slowly; resume with the last cursor');
  }

  close(code: number, reason: string): void {
    for (const subscription of this.subscriptions.values()) subscription.end();
    this.subscriptions.clear();
    this.socket.close(code, reason);
  }
}
