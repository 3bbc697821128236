import { type Millis, seconds } from '../../model/units.js';

/** Every bound of the client of an external broker. */
export interface SubscriberLimits {
  /** From the first byte out to the broker's welcome. */
  connectTimeout_ms: Millis;
  /** Ping after it; the broker is taken for dead after one and a half. */
  keepAlive_ms: Millis;
  /** First pause before connecting again; doubled each time up to the second, less a random part of up to a half. */
  minBackoff_ms: Millis;
  maxBackoff_ms: Millis;
  /** A broker would send a packet that we refuse again for ever, so this is well above what the sink takes. */
  packetBytes: number;
  /** Messages that wait for their acknowledgement; more are not read. The broker's own window is mostly smaller. */
  inFlight: number;
  /** Our own messages that the broker has not acknowledged, and bytes that it has not read. */
  outboundMessages: number;
  outboundBytes: number;
  /** How long `close()` waits for what is in the sink. */
  linger_ms: Millis;
}

export const DEFAULT_SUBSCRIBER_LIMITS: SubscriberLimits = {
  connectTimeout_ms: seconds(10),
  keepAlive_ms: seconds(30),
  minBackoff_ms: 500,
  maxBackoff_ms: seconds(30),
  packetBytes: 16 * 1024 * 1024,
  inFlight: 10_000,
  outboundMessages: 1_000,
  outboundBytes: 1024 * 1024,
  linger_ms: seconds(3),
};

/** What the client of an external broker counts. */
export const newSubscriberCounters = () => ({
  connects: 0,
  connects_failed: 0,
  disconnects: 0,
  /** The broker did not know our session any more: what it should have kept for us is lost. */
  sessions_lost: 0,
  subscriptions_refused: 0,
  protocol_errors: 0,
  failures: 0,
  messages_received: 0,
  messages_stored: 0,
  /** Given to the sink and not taken; the broker sends them again. */
  messages_not_taken: 0,
  qos0_lost: 0,
  acknowledged: 0,
  acknowledgements_undeliverable: 0,
  sink_full_pauses: 0,
  in_flight_pauses: 0,
  outbound_sent: 0,
  outbound_dropped: 0,
});

export type SubscriberCounters = ReturnType<typeof newSubscriberCounters>;
