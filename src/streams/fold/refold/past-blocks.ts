import type { DeviceId } from '../../../model/ids.js';
import type { Reading } from '../../../model/reading.js';
import type { Offset } from '../../../model/record.js';
import type { Instant } from '../../../model/units.js';
import { compareKeys, type ReadingKey } from '../reading-order.js';
import type { PastBounds } from './past-bounds.js';

/** Records that follow each other in the journal, and what is in them. */
export interface PastBlock {
  /** Of the first and the last record of which something counts. */
  from: Offset;
  to: Offset;
  /** Which of them all it is, in order of arrival. */
  no: number;
  count: number;
  least: ReadingKey;
  most: ReadingKey;
  /** The newest time before it: what is too late in it is so by that. */
  newest: Instant;
}

/**
 * What there is in a long past, roughly: which times stand in which part of the journal. However long it is, so many blocks say it: when there are too
 * many, two neighbours become one.
 */
export class PastBlocks {
  private blocks: PastBlock[] = [];
  private size: number;

  constructor(private readonly bounds: PastBounds) {
    this.size = bounds.block;
  }

  /** The next reading that counts, in order of arrival. @param newest time of those before it */
  add({ at, device, seq, offset }: Reading, newest: Instant): void {
    const { blocks } = this;
    const block = blocks[blocks.length - 1];
    // A record is in one block.
    if (block !== undefined && (block.count < this.size || block.to === offset)) {
      block.count++;
      block.to = offset;
      if (isBefore(at, device, seq, block.least)) block.least = { at, device, seq };
      if (!isBefore(at, device, seq, block.most)) block.most = { at, device, seq };
      return;
    }
    const key = { at, device, seq };
    blocks.push({ from: offset, to: offset, no: 0, count: 1, least: key, most: key, newest });
    if (blocks.length > this.bounds.blocks) this.joinNeighbours();
  }

  /** By the earliest that is in them. */
  inOrder(): readonly PastBlock[] {
    for (const [no, block] of this.blocks.entries()) block.no = no;
    return [...this.blocks].sort((a, b) => compareKeys(a.least, b.least) || a.no - b.no);
  }

  private joinNeighbours(): void {
    const joined: PastBlock[] = [];
    for (let i = 0; i < this.blocks.length; i += 2) {
      const [first, second] = [this.blocks[i]!, this.blocks[i + 1]];
      if (second) {
        first.to = second.to;
        first.count += second.count;
        if (compareKeys(second.least, first.least) < 0) first.least = second.least;
        if (compareKeys(second.most, first.most) > 0) first.most = second.most;
      }
      joined.push(first);
    }
    this.blocks = joined;
    this.size *= 2;
  }
}

/** Most readings are told by their time alone. */
const isBefore = (at: Instant, device: DeviceId, seq: number | undefined, key: ReadingKey): boolean =>
  at === key.at ? compareKeys({ at, device, seq }, key) < 0 : at < key.at;
