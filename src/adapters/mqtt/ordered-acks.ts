/** One message whose acknowledgement is owed. */
export interface OwedAck<Header extends number = number> {
  readonly header: Header;
  readonly id: number;
  /** Undefined until settled. */
  reason: number | undefined;
  next: OwedAck<Header> | undefined;
}

/**
 * Acknowledgements leave in the order in which the messages came (MQTT 3.1.1 §4.6), however their commits end.
 * A linked list: adding and settling cost the same with one message in flight or a thousand.
 */
export class OrderedAcks<Header extends number = number> {
  #first: OwedAck<Header> | undefined;
  #last: OwedAck<Header> | undefined;
  #size = 0;

  /** @param send called for each acknowledgement when its turn has come */
  constructor(private readonly send: (header: Header, id: number, reason: number) => void) {}

  /** Messages that wait for their acknowledgement. */
  get size(): number {
    return this.#size;
  }

  add(header: Header, id: number): OwedAck<Header> {
    const owed: OwedAck<Header> = { header, id, reason: undefined, next: undefined };
    if (this.#last === undefined) this.#first = owed;
    else this.#last.next = owed;
    this.#last = owed;
    this.#size += 1;
    return owed;
  }

  /** Settling twice changes nothing. */
  settle(owed: OwedAck<Header>, reason: number): void {
    if (owed.reason !== undefined) return;
    owed.reason = reason;
    while (this.#first?.reason !== undefined) {
      const { header, id, reason: said } = this.#first;
      this.#first = this.#first.next;
      if (this.#first === undefined) this.#last = undefined;
      this.#size -= 1;
      this.send(header, id, said);
    }
  }
}
