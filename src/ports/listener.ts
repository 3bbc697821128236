import type { DeviceId } from '../model/ids.js';
import type { Speaker } from '../model/speaker.js';
import type { Instant } from '../model/units.js';
import type { Closeable } from './journal.js';

/** Who says something as whom on which topic: one object for all of their messages, in which a sink keeps whom it found them to speak for. */
export interface Talker {
  readonly device: DeviceId | undefined;
  readonly topic: string;
  speaker: Speaker | undefined;
}

/** A message as it came, before anybody looked into it. */
export interface ArrivedMessage {
  /** Who the connection is logged in as; `undefined` behind an external broker, where the topic tells. */
  device: DeviceId | undefined;
  topic: string;
  payload: Uint8Array;
  qos: 0 | 1 | 2;
  dup: boolean;
  /** Stored state handed over on subscribing (an external broker's retained messages); a live publish with the flag is not. */
  stored: boolean;
  received: Instant;
  /** Of a listener that knows them again: its device and topic are those of the message. */
  talker?: Talker;
}

/** What the server does with messages. */
export interface MessageSink {
  /**
   * Takes one message. Called without waiting for earlier ones; acknowledgements to a device keep the order of its messages.
   * @param done called once: when the message is on disk (or was refused for good and is in quarantine), with an error when it
   *   could not be taken now, so that it must not be acknowledged
   */
  take(message: ArrivedMessage, done: (error?: Error) => void): void;
  /** True while the sink is full: the listener stops reading from sockets until `drained`. */
  readonly full: boolean;
  /** Called by the listener once; the sink calls back whenever it has room again. */
  onDrained(resume: () => void): void;
}

export type GateAnswer = { device: DeviceId } | { refused: 'bad_credentials' };

/** Who may connect, and as whom. */
export interface DeviceGate {
  /** @returns the device, or the reason for the refusal */
  authenticate(user: string | undefined, password: Uint8Array | undefined): GateAnswer | Promise<GateAnswer>;
  mayPublish(device: DeviceId, topic: string): boolean;
  maySubscribe(device: DeviceId, filter: string): boolean;
}

/** Who may hear alerts of the fleet at the embedded broker, beside devices: people and programs with their own credentials. */
export interface ViewerGate {
  /** @param user `user:<name>` or `token:…` @returns who it is, as the broker knows it: never the id of a device */
  authenticate(user: string, password: Uint8Array | undefined): Promise<string | undefined>;
  maySubscribe(viewer: string, filter: string): boolean;
}

/** How devices are heard: our own broker, or a client of somebody else's. */
export interface Listener extends Closeable {
  /** Where devices connect to, as a URL. */
  readonly address: string;
  /** False while the broker behind it cannot be reached. */
  readonly connected: boolean;
  /** Tells a device something; best effort, dropped and counted when its connection is full or away. */
  publish(topic: string, payload: Uint8Array): void;
  /** Says something to whoever hears that topic, with QoS 1. Resolves with whether the broker has it: false while it is away or full. */
  deliver(topic: string, payload: Uint8Array): Promise<boolean>;
}
