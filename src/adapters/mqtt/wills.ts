import type { Clock } from '../../ports/clock.js';
import type { MessageSink } from '../../ports/listener.js';
import type { ServerCounters } from './mqtt-counters.js';
import type { MqttLimits } from './mqtt-limits.js';
import type { Session, Will } from './session.js';

/** Publishes wills as messages of their devices. When a network breaks they come by the thousand, so they wait for room in the sink. */
export class Wills {
  #waiting: Will[] = [];

  constructor(
    private readonly sink: MessageSink,
    private readonly clock: Clock,
    private readonly limits: MqttLimits,
    private readonly counters: ServerCounters,
  ) {}

  /** The connection ended without a goodbye. A delay ends early when the session does (MQTT 5 §3.1.3.2.2). */
  leave(session: Session, will: Will): void {
    const delay = Math.min(will.delay_ms, session.expiry_ms, this.limits.willDelay_ms);
    if (delay === 0) {
      this.publish(will);
      return;
    }
    const cancel = this.clock.after(delay, () => {
      session.heldWill = undefined;
      this.publish(will);
    });
    session.heldWill = { will, cancel };
  }

  /** The device is back in time: nobody needs to hear of it. */
  forget(session: Session): void {
    session.heldWill?.cancel();
    session.heldWill = undefined;
  }

  sessionEnded(session: Session): void {
    const held = session.heldWill;
    this.forget(session);
    if (held !== undefined) this.publish(held.will);
  }

  publish(will: Will): void {
    if (!this.sink.full) this.#take(will);
    else if (this.#waiting.length < this.limits.waitingWills) this.#waiting.push(will);
    else this.counters.wills_lost += 1;
  }

  /** The sink has room again. */
  drained(): void {
    let taken = 0;
    while (taken < this.#waiting.length && !this.sink.full) this.#take(this.#waiting[taken++]!);
    this.#waiting.splice(0, taken);
  }

  #take({ device, topic, payload, qos }: Will): void {
    this.counters.messages_received += 1;
    this.sink.take({ device, topic, payload, qos, dup: false, stored: false, received: this.clock.now() }, this.#done);
  }

  #done = (error?: Error): void => {
    if (error === undefined) this.counters.wills_published += 1;
    else this.counters.wills_lost += 1;
  };
}
