import type { DeviceId } from '../../model/ids.js';
import type { Clock } from '../../ports/clock.js';
import type { MessageSink } from '../../ports/listener.js';
import type { BrokerGate } from './broker-gate.js';
import type { ConnectionRoster } from './connection-roster.js';
import type { LoginThrottle } from './login-throttle.js';
import type { ServerCounters } from './mqtt-counters.js';
import type { MqttLimits } from './mqtt-limits.js';
import type { SessionStore } from './session-store.js';
import type { Wills } from './wills.js';
import type { WriteBatcher } from './write-batcher.js';

/** What all connections of one broker share. */
export interface BrokerParts {
  gate: BrokerGate;
  /** Refuses what a device may not say (`gatedSink`). */
  sink: MessageSink;
  clock: Clock;
  limits: MqttLimits;
  counters: ServerCounters;
  roster: ConnectionRoster;
  sessions: SessionStore;
  wills: Wills;
  throttle: LoginThrottle;
  batcher: WriteBatcher;
  /** An id for a client that brings none; never given twice. */
  assignId(device: DeviceId): string;
}
