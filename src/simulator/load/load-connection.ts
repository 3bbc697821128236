import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { generate, type IConnackPacket, parser } from 'mqtt-packet';
import type { DeviceId } from '../../model/ids.js';
import type { Millis } from '../../model/units.js';
import { LoadRefusedError } from './load-refused-error.js';
import type { MessageTemplate } from './message-template.js';

export interface LoadDevice {
  id: DeviceId;
  /** Without: no password is sent, for servers that are open to any device. */
  secret?: string | undefined;
}

const CONNACK = 2;
const PUBACK = 4;
const PINGRESP = 13;

/** One connection, of a device or of a gateway: writes prepared PUBLISH packets and reads PUBACKs, nothing else. */
export class LoadConnection {
  /** Messages on their way that may still be sent before an acknowledgement is due. */
  free: number;
  readonly #socket: Socket;
  readonly #freeIds: number[];
  /** When each message on its way should have been sent, by packet id. */
  readonly #since: Float64Array;
  /** Fixed header, topic and packet id of a PUBLISH by device; the same for all messages of one length. */
  readonly #heads = new Map<DeviceId, Buffer>();
  #headsFor = -1;
  #carry: Buffer | undefined;

  private constructor(
    socket: Socket,
    device: LoadDevice,
    window: number,
    private readonly onAck: (connection: LoadConnection, since: Millis) => void,
    onLost: (error: Error) => void,
  ) {
    this.free = window;
    this.#socket = socket;
    this.#freeIds = Array.from({ length: window }, (_, i) => window - i);
    this.#since = new Float64Array(window + 1);
    socket.on('data', chunk => this.#read(chunk));
    socket.on('error', onLost);
    socket.on('close', () => onLost(new Error(`the server closed the connection of ${device.id}`)));
  }

  /** @throws {LoadRefusedError} the server does not take the device */
  static async open(
    target: { host: string; port: number; localAddress?: string },
    device: LoadDevice,
    window: number,
    onAck: (connection: LoadConnection, since: Millis) => void,
    onLost: (error: Error) => void,
  ): Promise<LoadConnection> {
    const socket = connect({ ...target, noDelay: true });
    await once(socket, 'connect');
    const password = device.secret === undefined ? undefined : Buffer.from(device.secret);
    const login = {
      cmd: 'connect',
      clientId: `load-${device.id}`,
      username: device.id,
      password,
      clean: true,
      keepalive: 0,
    } as const;
    socket.write(generate({ ...login, protocolId: 'MQTT', protocolVersion: 4 }));
    const [first] = (await Promise.race([once(socket, 'data'), once(socket, 'close')])) as [Buffer | boolean];
    const answer = Buffer.isBuffer(first) ? parseConnack(first) : undefined;
    if (answer?.returnCode !== 0) {
      socket.destroy();
      throw new LoadRefusedError(`the server refuses ${device.id}`, { device: device.id, code: answer?.returnCode });
    }
    return new LoadConnection(socket, device, window, onAck, onLost);
  }

  /** Sends one message of a device. Only while `free` is above 0. @param since when it was due, for its latency */
  send(device: DeviceId, template: MessageTemplate, ts: number, step: Millis, seq: number, since: Millis): void {
    const size = template.bytes.length;
    const head = this.#headOf(device, template);
    const packet = Buffer.allocUnsafe(head.length + size);
    head.copy(packet);
    const id = this.#freeIds.pop()!;
    packet.writeUInt16BE(id, head.length - 2);
    template.write(packet, head.length, ts, step, seq);
    this.free -= 1;
    this.#since[id] = since;
    this.#socket.write(packet);
  }

  close(): void {
    this.#socket.removeAllListeners('close');
    this.#socket.end(generate({ cmd: 'disconnect' }));
  }

  #headOf(device: DeviceId, { bytes }: MessageTemplate): Buffer {
    if (bytes.length !== this.#headsFor) {
      this.#heads.clear();
      this.#headsFor = bytes.length;
    }
    let head = this.#heads.get(device);
    if (head === undefined) {
      const topic = `telltale/v1/${device}/events`;
      const packet = generate({ cmd: 'publish', topic, payload: bytes, qos: 1, messageId: 1, dup: false, retain: false });
      head = Buffer.from(packet.subarray(0, packet.length - bytes.length));
      this.#heads.set(device, head);
    }
    return head;
  }

  #read(chunk: Buffer): void {
    let data = chunk;
    if (this.#carry !== undefined) data = Buffer.concat([this.#carry, chunk]);
    let at = 0;
    // All that a server sends to a device that only publishes is shorter than 128 bytes: its length is one byte.
    while (at + 2 <= data.length) {
      const end = at + 2 + data[at + 1]!;
      if (end > data.length) break;
      const type = data[at]! >> 4;
      if (type === PUBACK) this.#acknowledged((data[at + 2]! << 8) | data[at + 3]!);
      else if (type !== PINGRESP && type !== CONNACK) this.#socket.destroy(new Error(`unexpected packet type ${type}`));
      at = end;
    }
    this.#carry = at === data.length ? undefined : data.subarray(at);
  }

  #acknowledged(id: number): void {
    this.#freeIds.push(id);
    this.free += 1;
    this.onAck(this, this.#since[id]!);
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
