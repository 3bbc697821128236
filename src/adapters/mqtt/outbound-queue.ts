/** A QoS 1 message to a session that its client has not acknowledged yet. */
export interface OutboundMessage {
  id: number;
  topic: string;
  payload: Buffer;
  /** It was on the wire once: the next time it goes as a repetition. */
  sent: boolean;
}

/** What a session still has to hear with QoS 1, oldest first. Bounded in number and bytes; it refuses the new, not the old. */
export class OutboundQueue {
  #messages: OutboundMessage[] = [];
  #bytes = 0;
  #lastId = 0;
  #onTheWire = 0;

  constructor(private readonly limits: { outboundMessages: number; outboundMessageBytes: number }) {}

  /** @returns false where there is no room: nothing was kept */
  add(topic: string, payload: Buffer): boolean {
    const { outboundMessages, outboundMessageBytes } = this.limits;
    if (this.#messages.length >= outboundMessages || this.#bytes + payload.length > outboundMessageBytes) return false;
    this.#messages.push({ id: this.#freeId(), topic, payload, sent: false });
    this.#bytes += payload.length;
    return true;
  }

  /** The connection is new: all goes out again. */
  rewind(): void {
    this.#onTheWire = 0;
  }

  /** Messages to be sent now, so that at most `window` are on the wire. */
  *due(window: number): Generator<OutboundMessage> {
    while (this.#onTheWire < Math.min(window, this.#messages.length)) yield this.#messages[this.#onTheWire++]!;
  }

  /** The client has it, or will never take it. Unknown ids are of no interest. */
  settle(id: number): void {
    const at = this.#messages.findIndex(message => message.id === id);
    if (at < 0) return;
    const [message] = this.#messages.splice(at, 1);
    this.#bytes -= message!.payload.length;
    if (at < this.#onTheWire) this.#onTheWire -= 1;
  }

  get size(): number {
    return this.#messages.length;
  }

  #freeId(): number {
    do this.#lastId = (this.#lastId % 0xffff) + 1;
    while (this.#messages.some(message => message.id === this.#lastId));
    return this.#lastId;
  }
}
