import { type Millis, seconds } from '../../model/units.js';

/** Every bound of a listener for devices over TCP or UDP. Each has a counter that tells when it bites (`StreamCount`). */
export interface StreamLimits {
  /** TCP connections at once, known or not. */
  connections: number;
  /** TCP connections that spoke for no registered device yet; the one that waits longest gives way. */
  strangers: number;
  /** From the opened connection to the first frame of a registered device. */
  introduce_ms: Millis;
  /** Records of one connection that are not on disk; more are not read. */
  inFlight: number;
  /** Answers that a peer does not read. */
  unreadBytes: number;
  /** How long a connection that was ended may take to go. */
  linger_ms: Millis;
  /** UDP addresses that are remembered; the one that was silent longest is forgotten. */
  peers: number;
}

export const DEFAULT_STREAM_LIMITS: StreamLimits = {
  connections: 5_000,
  strangers: 500,
  introduce_ms: seconds(30),
  inFlight: 256,
  unreadBytes: 64 * 1024,
  linger_ms: seconds(2),
  peers: 20_000,
};

/** What a listener counts. */
export type StreamCount =
  | 'opened'
  | 'closed_idle'
  | 'closed_unintroduced'
  | 'closed_slow'
  | 'refused_full'
  | 'strangers_dropped'
  | 'full_pauses'
  | 'datagrams'
  | 'datagrams_dropped_full'
  | 'answers_lost'
  | 'peers_forgotten'
  | 'failures';
