import { ByteQueue } from '../byte-queue.js';
import { foreignDevice } from '../foreign-device.js';
import type { Conversation, StreamStep } from '../stream-protocol.js';
import { unreadable } from '../unreadable.js';
import { readTrackFrame } from './track-frame.js';

export const MOST_FRAME_BYTES = 8_192;
const DOLLAR = 0x24;
const latin1 = new TextDecoder('latin1');

/**
 * Frames one behind the other, each with its IMEI. Every report is answered with `+SACK` once it is on disk: a device that is not set to ask
 * for it passes over it, one that is would send the report again without.
 */
export class QueclinkConversation implements Conversation {
  readonly #queue = new ByteQueue();
  #over = false;

  hear(bytes: Uint8Array): StreamStep[] {
    const steps: StreamStep[] = [];
    if (this.#over) return steps;
    this.#queue.push(bytes);
    for (let end = this.#queue.indexOf(DOLLAR); end >= 0; end = this.#queue.indexOf(DOLLAR))
      steps.push(read(this.#queue.take(end + 1)));
    if (this.#queue.length > MOST_FRAME_BYTES) {
      steps.push(unreadable('length', `no end within ${MOST_FRAME_BYTES} bytes`, this.#queue.take(MOST_FRAME_BYTES)));
      steps.push({ kind: 'close', why: 'a frame without end' });
      this.#queue.clear();
      this.#over = true;
    }
    this.#queue.settle();
    return steps;
  }

  end(): StreamStep[] {
    const rest = this.#queue.take(this.#queue.length);
    return latin1.decode(rest).trim() === '' ? [] : [unreadable('length', 'the connection ended within a frame', rest)];
  }
}

const read = (bytes: Uint8Array): StreamStep => {
  const text = latin1.decode(bytes).trim();
  const frame = text.length > MOST_FRAME_BYTES ? undefined : readTrackFrame(text);
  if (frame === undefined) return unreadable('frame', 'no frame of @Track', bytes);
  const { kind, report, version, imei, count } = frame;
  const routed = foreignDevice('queclink', imei, Buffer.from(text, 'latin1'))!;
  // The heartbeat is answered with its version; answers to commands with nothing.
  const sack = kind !== 'ACK' ? `+SACK:${count}$` : report === 'GTHBD' ? `+SACK:GTHBD,${version},${count}$` : undefined;
  return { kind: 'record', routed: [routed], answer: sack === undefined ? undefined : Buffer.from(sack) };
};
