import type { ForeignId } from '../model/foreign-id.js';
import type { Saying } from '../model/saying.js';
import type { Seconds } from '../model/units.js';
import type { Decoder, FaultReason, Routed } from './protocol.js';

/**
 * What the listener has to do, in the order in which it is told. Answers go out in this order too, each when its record is on disk; nothing
 * that stands behind a refused `identify` is carried out.
 */
export type StreamStep =
  /** The device says who it is. Known: `accept` is sent, and the connection is that device's. Else `refuse` is sent, and it ends. */
  | { kind: 'identify'; foreign: ForeignId; accept: Uint8Array; refuse: Uint8Array }
  /** Appended; the answer goes out when it is on disk, and never where it could not be taken: then the device sends it again. */
  | { kind: 'record'; routed: readonly Routed[]; answer: Uint8Array | undefined }
  /** Sent at once: it promises nothing. */
  | { kind: 'answer'; bytes: Uint8Array }
  /** Counted and put into quarantine; the conversation goes on. `code` never changes; `claimed` is who a damaged frame says it is from. */
  | { kind: 'fault'; code: string; reason: FaultReason; detail: string; said: Saying; bytes: Uint8Array; claimed?: ForeignId }
  /** Nothing sensible will come any more: the connection is to be ended. */
  | { kind: 'close'; why: string };

/** The state of one TCP connection, or of one UDP peer. Does no input or output, and holds at most one frame. */
export interface Conversation {
  /** Takes bytes as they came: pieces of a stream, or one datagram. */
  hear(bytes: Uint8Array): StreamStep[];
  /** The peer has gone. @returns what is wrong with what it left unfinished */
  end(): StreamStep[];
}

export interface ConversationStart {
  transport: 'tcp' | 'udp';
  /** Who it is known to be already; a device that says otherwise is believed. Without it, data before the hand-shake are a fault. */
  foreign?: ForeignId;
}

/**
 * A way in which devices speak over TCP or UDP. Like a `Protocol` it never throws, whatever the bytes; `decode` reads what a `record` step
 * routed.
 */
export interface StreamProtocol extends Decoder {
  transports: readonly ('tcp' | 'udp')[];
  /** A longer frame ends the connection. */
  mostFrameBytes: number;
  /** Silence after which a connection is of no use; trackers report in intervals of minutes to hours. */
  idle_s: Seconds;
  open(start: ConversationStart): Conversation;
}
