/** What the embedded broker counts. Flat numbers, so that `/system` and `/metrics` show them as they are. */
export const newServerCounters = () => ({
  connections_opened: 0,
  connections_accepted: 0,
  connections_refused_full: 0,
  connections_taken_over: 0,
  connect_timeouts: 0,
  waiting_logins_dropped: 0,
  logins_refused: 0,
  refusals_delayed: 0,
  throttled_addresses_forgotten: 0,
  connects_rejected: 0,
  keep_alive_timeouts: 0,
  protocol_errors: 0,
  packets_too_large: 0,
  held_bytes_exceeded: 0,
  failures: 0,
  messages_received: 0,
  messages_refused: 0,
  /** Given to the sink and not taken; with QoS 1 and 2 the device sends again. */
  messages_not_taken: 0,
  qos0_lost: 0,
  qos2_repeated: 0,
  acknowledged: 0,
  /** Taken, but the connection was gone before the acknowledgement. */
  acknowledgements_undeliverable: 0,
  sink_full_pauses: 0,
  in_flight_pauses: 0,
  unread_bytes_dropped: 0,
  wills_published: 0,
  wills_lost: 0,
  sessions_dropped: 0,
  sessions_refused: 0,
  sessions_expired: 0,
  subscriptions_refused: 0,
  outbound_sent: 0,
  outbound_dropped: 0,
  slow_connections_closed: 0,
  /** Told to the broker's thread while too much waited there. */
  tellings_dropped: 0,
  /** Times that too many had talked on too many topics, so that all are told anew. */
  talkers_forgotten: 0,
  /** The broker's thread ended by itself; another took its place. */
  thread_ends: 0,
});

export type ServerCounters = ReturnType<typeof newServerCounters>;
