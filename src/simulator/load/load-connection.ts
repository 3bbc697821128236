import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { generate, type IConnackPacket, parser } from 'mqtt-packet';
import type { DeviceId } from '../../model/ids.js';
import type { Millis } from '../../model/units.js';
import { LoadRefusedError } from './load-refused-error.js';
import type { MessageTemplate } from './message-template.js';
import type { PublishHead } from './publish-head.js';
import { WrittenAgain } from './written-again.js';

export interface LoadDevice {
  id: DeviceId;
  /** Without: no password is sent, for servers that are open to any device. */
  secret?: string | undefined;
}

/** What a connection tells of itself. */
export interface LoadListener {
  /** @param since when the message that is acknowledged was due */
  acknowledged(since: Millis): void;
  /** It was open, and ended otherwise than by `close`. */
  lost(): void;
}

const CONNACK = 2;
const PUBACK = 4;
const PINGRESP = 13;

/** What any socket has read. One for all of them: each handles what came before another one is read. */
const heard = Buffer.allocUnsafeSlow(64 * 1024);
const written = new WrittenAgain();

/** One connection, of a device or of a gateway: writes prepared PUBLISH packets and reads PUBACKs, nothing else. */
export class LoadConnection {
  /** Messages on their way that may still be sent before an acknowledgement is due. */
  free: number;
  readonly #socket: Socket;
  readonly #freeIds: number[];
  /** When each message on its way should have been sent, by packet id. */
  readonly #since: Float64Array;
  /** Takes the answer to CONNECT. */
  #answered: ((packet: Buffer) => void) | undefined;
  /** The beginning of a packet whose rest has not come. */
  #carry: Buffer | undefined;

  private constructor(
    target: { host: string; port: number; localAddress?: string },
    window: number,
    private readonly listener: LoadListener,
  ) {
    this.free = window;
    this.#freeIds = Array.from({ length: window }, (_, i) => window - i);
    this.#since = new Float64Array(window + 1);
    const onread = {
      buffer: heard,
      callback: (bytes: number): boolean => {
        this.#read(bytes);
        return true;
      },
    };
    this.#socket = connect({ ...target, noDelay: true, onread });
  }

  /** @throws {LoadRefusedError} the server does not take the device */
  static async open(
    target: { host: string; port: number; localAddress?: string },
    device: LoadDevice,
    window: number,
    listener: LoadListener,
  ): Promise<LoadConnection> {
    const connection = new LoadConnection(target, window, listener);
    await connection.#logIn(device);
    return connection;
  }

  /** Sends one message of a vehicle. Only while `free` is above 0. @param since when it was due, for its latency */
  send(head: PublishHead, template: MessageTemplate, ts: number, step: Millis, seq: number, since: Millis): void {
    const before = head.before(template.bytes);
    const packet = written.take(before.length + template.bytes.length);
    packet.set(before);
    const id = this.#freeIds.pop()!;
    packet[before.length - 2] = id >> 8;
    packet[before.length - 1] = id & 0xff;
    template.write(packet, before.length, ts, step, seq);
    this.free -= 1;
    this.#since[id] = since;
    this.#socket.write(packet);
    if (this.#socket.writableLength > 0) written.keep(packet);
  }

  close(): void {
    this.#socket.removeAllListeners('close');
    this.#socket.end(generate({ cmd: 'disconnect' }));
  }

  async #logIn({ id, secret }: LoadDevice): Promise<void> {
    const socket = this.#socket;
    await once(socket, 'connect');
    const password = secret === undefined ? undefined : Buffer.from(secret);
    const login = { cmd: 'connect', clientId: `load-${id}`, username: id, password, clean: true, keepalive: 0 } as const;
    const first = new Promise<Buffer>(resolve => {
      this.#answered = resolve;
    });
    socket.write(generate({ ...login, protocolId: 'MQTT', protocolVersion: 4 }));
    const [packet] = await Promise.race([first.then(bytes => [bytes]), once(socket, 'close')]);
    const answer = Buffer.isBuffer(packet) ? parseConnack(packet) : undefined;
    if (answer?.returnCode !== 0) {
      socket.destroy();
      throw new LoadRefusedError(`the server refuses ${id}`, { device: id, code: answer?.returnCode });
    }
    // What it failed of does not matter: 'close' follows.
    socket.on('error', () => {});
    socket.on('close', () => this.listener.lost());
  }

  /** @param bytes how many of `heard` came for this connection */
  #read(bytes: number): void {
    let data = heard;
    let to = bytes;
    if (this.#carry !== undefined) {
      data = Buffer.concat([this.#carry, heard.subarray(0, bytes)]);
      to = data.length;
      this.#carry = undefined;
    }
    let at = 0;
    // All that a server sends to a device that only publishes is shorter than 128 bytes: its length is one byte.
    while (at + 2 <= to) {
      const end = at + 2 + data[at + 1]!;
      if (end > to) break;
      const type = data[at]! >> 4;
      if (type === PUBACK) this.#acknowledged((data[at + 2]! << 8) | data[at + 3]!);
      else if (type === CONNACK) this.#answered?.(Buffer.from(data.subarray(at, end)));
      else if (type !== PINGRESP) this.#socket.destroy(new Error(`unexpected packet type ${type}`));
      at = end;
    }
    // A copy: the next socket reads into the same memory.
    if (at < to) this.#carry = Buffer.from(data.subarray(at, to));
  }

  #acknowledged(id: number): void {
    this.#freeIds.push(id);
    this.free += 1;
    this.listener.acknowledged(this.#since[id]!);
  }
}

const parseConnack = (bytes: Buffer): IConnackPacket | undefined => {
  let answer: IConnackPacket | undefined;
  const reader = parser({ protocolVersion: 4 });
  reader.on('packet', packet => {
    if (packet.cmd === 'connack') answer = packet;
  });
  reader.parse(bytes);
  return answer;
};
