import { Buffer } from 'node:buffer';
import { generate } from 'mqtt-packet';
import type { DeviceId } from '../../model/ids.js';

/** Fixed header, topic and packet id of one vehicle's messages: the same for all of one length, but for the id. */
export class PublishHead {
  #bytes: Buffer | undefined;
  #payloadBytes = -1;

  constructor(private readonly device: DeviceId) {}

  /** @returns what stands before a payload of that length, with the packet id in its last two bytes */
  before(payload: Uint8Array): Buffer {
    if (this.#bytes !== undefined && this.#payloadBytes === payload.length) return this.#bytes;
    const topic = `telltale/v1/${this.device}/events`;
    const packet = generate({
      cmd: 'publish',
      topic,
      payload: Buffer.from(payload),
      qos: 1,
      messageId: 1,
      dup: false,
      retain: false,
    });
    this.#bytes = Buffer.from(packet.subarray(0, packet.length - payload.length));
    this.#payloadBytes = payload.length;
    return this.#bytes;
  }
}
