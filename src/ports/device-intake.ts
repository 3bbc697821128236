import type { DeviceId } from '../model/ids.js';
import type { Instant, Seconds } from '../model/units.js';
import type { Closeable } from './journal.js';

/** A request as a device of another maker made it. */
export interface DeviceRequest {
  method: string;
  /** Below the token, without the query. */
  path: string;
  /** What stood behind the `?`, as sent; empty where there was none. */
  query: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
  body: Uint8Array;
}

/** What the device has to hear. */
export interface DeviceAnswer {
  status: number;
  body: string;
  contentType: string;
}

/** What the server does with requests of devices. */
export interface DeviceRequests {
  /** Whether requests in this format are taken. */
  has(format: string): boolean;
  /** @returns whose secret stands in the path, or in the header `Authorization` (basic or bearer); undefined = nobody's */
  speaker(token: string | undefined, authorization: string | undefined): DeviceId | undefined;
  /** Takes a request of a device that is known by its secret; resolves when what it holds is on disk, or cannot be taken. */
  take(format: string, device: DeviceId, request: DeviceRequest): Promise<DeviceAnswer>;
  /** Takes a request of a device that cannot send a secret: its own id has to be registered under the format that it speaks. */
  takeUnnamed(request: DeviceRequest): Promise<DeviceAnswer>;
}

/** The way back to one peer of a TCP or UDP listener. */
export interface PeerLine {
  send(bytes: Uint8Array): void;
  /** Something that the peer sent is on disk, or will not be. */
  settled(): void;
  /** Nothing more is said to it: the connection is ended when what was sent has gone out. */
  hangUp(): void;
}

/** One TCP connection, or one UDP address. */
export interface Peer {
  /** It spoke for a registered device. */
  readonly known: boolean;
  /** Records that are not on disk yet. */
  readonly waiting: number;
  /** When the last whole frame came, at first when it was met. Single bytes are no sign of life. */
  readonly framedAt: Instant;
  hear(bytes: Uint8Array): void;
  /** Hung up on if it speaks for this device: what was taken is still answered. */
  shutOut(device: DeviceId): void;
  /** It will say nothing more. */
  gone(): void;
}

/** What the server does with the bytes of one format that comes over TCP or UDP. */
export interface StreamIntake {
  /** Silence after which a connection is of no use. */
  readonly idle_s: Seconds;
  meet(line: PeerLine): Peer;
  /** True while there is no room: nothing more is to be read until `onDrained` calls back. */
  readonly full: boolean;
  onDrained(resume: () => void): void;
}

/** A port at which devices of one format are heard. */
export interface StreamListener extends Closeable {
  /** `tcp://host:port` or `udp://host:port` */
  readonly address: string;
  /** Ends the connections that speak for this device; over UDP there are none, and every datagram is looked at by itself. */
  shutOut(device: DeviceId): void;
}
