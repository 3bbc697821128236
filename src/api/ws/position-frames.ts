import type { VehicleId } from '../../model/ids.js';
import { textFrame } from './text-frame.js';

/** Frames stay below 64 KiB with their frame around them. */
const FRAME_BYTES = 60 * 1024;
const HEAD = '{"type":"positions","positions":[';

export const NO_POSITIONS = `${HEAD}]}`;

export interface PositionFrame {
  bytes: Buffer;
  /** Whose newest state a client lacks that was not sent this frame. */
  vehicles: readonly VehicleId[];
}

/** Packs positions that are text already into whole frames. */
export class PositionFrames {
  private readonly frames: PositionFrame[] = [];
  private parts: string[] = [];
  private vehicles: VehicleId[] = [];
  private length = 0;

  /** @param text some positions, with commas between them */
  add(text: string, vehicles: readonly { vehicle: VehicleId }[]): void {
    if (this.length + text.length + 1 > FRAME_BYTES) this.finish();
    this.parts.push(text);
    for (const { vehicle } of vehicles) this.vehicles.push(vehicle);
    this.length += text.length + 1;
  }

  /** @param left vehicles that went out of the box: told with the last frame */
  done(left: readonly VehicleId[] = []): readonly PositionFrame[] {
    for (let from = 0; from < left.length; from += LEFT_PER_FRAME) this.finish(left.slice(from, from + LEFT_PER_FRAME));
    this.finish();
    return this.frames;
  }

  private finish(left: readonly VehicleId[] = []): void {
    if (this.parts.length === 0 && left.length === 0) return;
    const tail = left.length === 0 ? ']}' : `],"left":${JSON.stringify(left)}}`;
    this.vehicles.push(...left);
    this.frames.push({ bytes: textFrame(HEAD + this.parts.join(',') + tail), vehicles: this.vehicles });
    this.parts = [];
    this.vehicles = [];
    this.length = 0;
  }
}

/** Ids are up to 64 characters: beside a full frame of positions these still fit below 64 KiB. */
const LEFT_PER_FRAME = 50;
