import { connect, type Socket } from 'node:net';
import { generate, type IConnackPacket, type Packet, parser } from 'mqtt-packet';
import { until } from './until.js';

/** A client that sends exactly what it is told, and keeps what it hears. */
export class RawClient {
  readonly heard: Packet[] = [];
  closed = false;
  #version: 3 | 4 | 5;

  private constructor(
    readonly socket: Socket,
    version: 3 | 4 | 5,
  ) {
    this.#version = version;
    const reader = parser({ protocolVersion: version });
    reader.on('packet', packet => this.heard.push(packet));
    socket.on('data', chunk => reader.parse(chunk));
    socket.on('error', () => {});
    socket.on('close', () => {
      this.closed = true;
    });
  }

  static open(address: string, version: 3 | 4 | 5 = 4): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(address).port), '127.0.0.1');
      socket.once('error', reject);
      socket.once('connect', () => resolve(new RawClient(socket, version)));
    });
  }

  /** Opens and logs in. */
  static async loggedIn(address: string, device: string, version: 3 | 4 | 5 = 4, more: object = {}): Promise<RawClient> {
    const client = await RawClient.open(address, version);
    client.logIn(device, more);
    await client.next('connack');
    return client;
  }

  logIn(device: string, more: object = {}): void {
    this.send({
      cmd: 'connect',
      protocolId: this.#version === 3 ? 'MQIsdp' : 'MQTT',
      protocolVersion: this.#version,
      clientId: device,
      clean: true,
      keepalive: 0,
      username: device,
      password: Buffer.from('secret'),
      ...more,
    });
  }

  send(packet: Packet): void {
    this.socket.write(generate(packet, { protocolVersion: this.#version }));
  }

  /** A PUBLISH to the device's events. */
  publish(device: string, text: string | Buffer, qos: 0 | 1 | 2, id = 0, more: object = {}): void {
    this.send({
      cmd: 'publish',
      topic: `telltale/v1/${device}/events`,
      payload: text,
      qos,
      messageId: id,
      dup: false,
      retain: false,
      ...more,
    });
  }

  /** Waits for the `count`th packet of a kind. */
  async next<C extends Packet['cmd']>(cmd: C, count = 1): Promise<Extract<Packet, { cmd: C }>> {
    await until(`${count} × ${cmd}`, () => this.all(cmd).length >= count);
    return this.all(cmd)[count - 1]!;
  }

  all<C extends Packet['cmd']>(cmd: C): Extract<Packet, { cmd: C }>[] {
    return this.heard.filter((packet): packet is Extract<Packet, { cmd: C }> => packet.cmd === cmd);
  }

  get connack(): IConnackPacket {
    return this.all('connack')[0]!;
  }

  /** Ids of the acknowledgements heard, in order. */
  acknowledged(cmd: 'puback' | 'pubrec' | 'pubcomp' = 'puback'): number[] {
    return this.all(cmd).map(packet => packet.messageId!);
  }

  async whenClosed(): Promise<void> {
    await until('the connection to be closed', () => this.closed);
  }
}
