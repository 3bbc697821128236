import type { DeviceId } from '../../model/ids.js';
import type { Instant, Millis } from '../../model/units.js';
import type { Cancel } from '../../ports/clock.js';
import type { ArrivedMessage } from '../../ports/listener.js';
import type { MqttLimits } from './mqtt-limits.js';
import { OutboundQueue } from './outbound-queue.js';

/** What a session needs of the connection that it is on. */
export interface SessionLink {
  /** The session is no longer this connection's. */
  close(reason: number): void;
  /** Sends QoS 0 where there is room. @returns false where there is not */
  sendQos0(topic: string, payload: Buffer): boolean;
  /** Sends what is due of the session's outbound queue. */
  sendOutbound(): void;
}

/** A QoS 2 message that is in the sink. */
export interface Receipt {
  /** Told once, when the sink has answered: the PUBLISH came again, on this or a later connection, before it had. */
  waiting: ((error?: Error) => void) | undefined;
}

export type Will = Omit<ArrivedMessage, 'received'> & { delay_ms: Millis };

/** What outlives a connection: subscriptions, QoS 2 ids, messages on the way out, a will that is held back. */
export class Session {
  link: SessionLink | undefined;
  readonly subscriptions = new Map<string, 0 | 1>();
  /** QoS 2 ids between PUBLISH and PUBREC, and between PUBREC and PUBREL. The second can be many, and are mere numbers. */
  readonly receipts = new Map<number, Receipt>();
  readonly unreleased = new Set<number>();
  readonly outbound: OutboundQueue;
  /** How long it is kept when the connection ends; 0 ends with it. */
  expiry_ms: Millis = 0;
  /** When it ends; only while no connection holds it. */
  expiresAt: Instant = Number.POSITIVE_INFINITY;
  /** A will whose delay is running, and how to stop it. */
  heldWill: { will: Will; cancel: Cancel } | undefined;

  constructor(
    readonly device: DeviceId,
    readonly clientId: string,
    limits: MqttLimits,
  ) {
    this.outbound = new OutboundQueue(limits);
  }
}
