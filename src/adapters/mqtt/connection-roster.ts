import type { Instant } from '../../model/units.js';
import type { MessageSink } from '../../ports/listener.js';
import type { ServerCounters } from './mqtt-counters.js';
import type { MqttLimits } from './mqtt-limits.js';

/** What the roster asks of a connection. */
export interface RosteredConnection {
  /** Looks whether a time is over. */
  tick(now: Instant): void;
  /** The sink has room again. */
  unblock(): void;
  /** Goes away without a word. */
  destroy(): void;
  /** Says goodbye because the server stops. */
  shutDown(): void;
  /** Takes nothing more in, but may still acknowledge. */
  stopReading(): void;
}

/** Every socket of the broker, by what it waits for, and the sums that are bounded over all of them. */
export class ConnectionRoster {
  readonly all = new Set<RosteredConnection>();
  /** Not logged in yet, the longest waiting first. */
  readonly waiting = new Set<RosteredConnection>();
  readonly loggedIn = new Set<RosteredConnection>();
  /** With a message that the sink had no room for, the longest waiting first. */
  readonly blocked = new Set<RosteredConnection>();
  /** Bytes that were read and not handled. */
  heldBytes = 0;
  /** The server stops: nothing new is read, and a connection that ends is no news of its device. */
  stopping = false;
  /** Told how many are logged in whenever that changes. */
  watch: (loggedIn: number) => void = () => {};
  #owed = 0;
  #onIdle: (() => void) | undefined;

  constructor(
    private readonly limits: MqttLimits,
    private readonly counters: ServerCounters,
  ) {}

  /** @returns whether there is room for one more socket */
  admit(): boolean {
    if (this.all.size < this.limits.connections && !this.stopping) return true;
    this.counters.connections_refused_full += 1;
    return false;
  }

  add(connection: RosteredConnection): void {
    this.counters.connections_opened += 1;
    this.all.add(connection);
    this.waiting.add(connection);
    if (this.waiting.size <= this.limits.waitingLogins) return;
    for (const longestWaiting of this.waiting) {
      this.counters.waiting_logins_dropped += 1;
      longestWaiting.destroy();
      return;
    }
  }

  /** It has logged in. */
  letIn(connection: RosteredConnection): void {
    this.waiting.delete(connection);
    this.loggedIn.add(connection);
    this.watch(this.loggedIn.size);
  }

  /** It takes part no longer, and its socket may take a moment more. */
  leave(connection: RosteredConnection): void {
    this.waiting.delete(connection);
    this.blocked.delete(connection);
    if (this.loggedIn.delete(connection)) this.watch(this.loggedIn.size);
  }

  remove(connection: RosteredConnection): void {
    this.leave(connection);
    this.all.delete(connection);
  }

  tick(now: Instant): void {
    for (const connection of this.all) connection.tick(now);
  }

  /** Lets the blocked go on while there is room; who is blocked anew stands at the end of the line. */
  drained(sink: MessageSink): void {
    for (const connection of this.blocked) {
      if (sink.full) return;
      this.blocked.delete(connection);
      connection.unblock();
    }
  }

  /** A message was given to the sink, and its answer is awaited. */
  owe(): void {
    this.#owed += 1;
  }

  settled(): void {
    this.#owed -= 1;
    if (this.#owed === 0) this.#onIdle?.();
  }

  /** Calls `then` once the sink has answered for every message that is in it. */
  whenIdle(then: () => void): void {
    if (this.#owed === 0) then();
    else this.#onIdle = then;
  }
}
