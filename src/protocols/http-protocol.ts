import type { FaultWords } from './fault-words.js';
import type { Decoder, FaultReason, Routed } from './protocol.js';

/** A request as a device made it, below `/in/{format}/{token}` or at a port of its own. */
export interface HttpRequest {
  method: string;
  /** Without the query. */
  path: string;
  /** What stood behind the `?`, as sent; empty where there was none. */
  query: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
  body: Uint8Array;
}

export interface HttpAnswer {
  status: number;
  body: string;
  contentType: string;
}

/** What a request is. The server appends `routed` (nothing, where there is nothing to keep) and then answers. */
export interface HttpRouted {
  routed: readonly Routed[];
  /** The topic that stands in the record: HTTP has none, and `decode` may want to know. */
  topic: string;
  /** Why nothing of it can be taken, whoever sent it; then `routed` is empty. */
  refused?: FaultWords & { reason: FaultReason };
  /** All names that the device gave of itself, for people. */
  identity?: Readonly<Record<string, string | null>>;
  /**
   * What the device has to hear.
   * @param outcome taken = all of it is on disk, or there was nothing to keep; rejected = it is refused for good. What cannot be taken just
   *   now is no outcome: the server answers 503 by itself, and every one of these devices comes back
   */
  answer(outcome: 'taken' | 'rejected'): HttpAnswer;
}

/** A way in which devices speak over HTTP. Like a `Protocol` it never throws, whatever the bytes. */
export interface HttpProtocol extends Decoder {
  route(request: HttpRequest): HttpRouted;
}
