import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { stateBroughtUpToDate } from './read-memory.js';
import type { Asleep, VehicleState } from './vehicle.js';

/** No more can be pointed back to. */
const LONGEST_PATTERN = 32_768;

/** Packs states of vehicles. One that was packed before is the pattern for all: they have nearly all of their names, and many of their values, in common. */
export class StatePacker {
  private pattern: Buffer | undefined;

  pack(state: VehicleState): Pick<Asleep, 'packed' | 'pattern'> {
    const text = Buffer.from(JSON.stringify(state));
    this.pattern ??= Buffer.from(text.subarray(0, LONGEST_PATTERN));
    const { pattern } = this;
    return { packed: deflateRawSync(text, { dictionary: pattern, level: 4, memLevel: 6 }).toString('latin1'), pattern };
  }
}

export const unpackState = ({ packed, pattern }: Asleep): VehicleState =>
  stateBroughtUpToDate(
    JSON.parse(inflateRawSync(Buffer.from(packed, 'latin1'), { dictionary: pattern }).toString()) as VehicleState,
  );
