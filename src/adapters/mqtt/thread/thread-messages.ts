import type { DeviceId } from '../../../model/ids.js';
import type { Admission } from '../broker-gate.js';
import type { MqttLimits } from '../mqtt-limits.js';
import type { TlsFiles } from '../mqtt-server.js';

/** What the thread of the broker is started with. */
export interface BrokerPlace {
  host: string;
  port: number;
  tls?: TlsFiles;
  limits?: Partial<MqttLimits>;
  /** Where it counts (shared-counters.ts). */
  counts: SharedArrayBuffer;
}

export type ToBroker =
  /** Runs of answers to messages: first number, how many, `ANSWER`. */
  | { type: 'answers'; runs: Float64Array }
  /** null: it could not be found out. */
  | { type: 'admitted'; id: number; admission: Admission | null }
  | { type: 'may_subscribe'; id: number; allowed: readonly boolean[] | null }
  | { type: 'tell'; topic: string; payload: Uint8Array }
  | { type: 'drop'; device: DeviceId }
  | { type: 'renew_tls'; files: TlsFiles }
  | { type: 'close' };

export type FromBroker =
  | { type: 'listening'; address: string }
  /** It cannot listen; the thread ends. */
  | { type: 'failed'; message: string; context: Readonly<Record<string, unknown>> }
  /** A message batch (message-batch.ts). */
  | { type: 'messages'; batch: ArrayBuffer | SharedArrayBuffer }
  | { type: 'admit'; id: number; user: string | undefined; password: Uint8Array | undefined; willTopic: string | undefined }
  | { type: 'ask_subscribe'; id: number; device: DeviceId; filters: readonly string[] }
  /** So many more of what it was told are with their sessions. */
  | { type: 'told'; count: number }
  | { type: 'closed' };

/** What became of a message. */
export const ANSWER = { taken: 0, notTaken: 1, notAllowed: 2 } as const;

/** The part of a MessagePort, or of a Worker, that is spoken over. */
export interface Line<Out> {
  postMessage(message: Out, memory?: readonly ArrayBuffer[]): void;
}
