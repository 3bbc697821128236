import { setTimeout as sleep } from 'node:timers/promises';
import type { VehicleId } from '../../model/ids.js';
import type { Outage } from '../../model/outage.js';
import type { Offset } from '../../model/record.js';
import type { Instant } from '../../model/units.js';
import type { Past } from '../../streams/history/past.js';
import type { Slice } from '../../streams/history/slice.js';
import { type PackedRecords, packRecords } from './packed-records.js';

/** What a thread that folds the past asks the main thread for: LevelDB lets nobody else in. */
export type JournalRead =
  | { type: 'slice'; vehicle: VehicleId; since: Instant; until: Instant }
  | { type: 'records'; vehicle: VehicleId; from: Offset; to: Offset }
  | { type: 'outage'; rule: string; vehicle: VehicleId; group: string | null; at: Instant };

export type JournalAnswer =
  | { type: 'slice'; slice: Slice | undefined }
  | { type: 'outage'; outage: Outage | undefined }
  /** The first batch of the stretch; undefined where there is none. */
  | { type: 'records'; packed: PackedRecords | undefined };

/** Records waiting for the live fold beyond this: live data goes first. */
const BEHIND = 2_000;

export interface JournalReadsParts {
  past: Past;
  /** Records that the live fold has not got to. */
  behind(): number;
  /** After a read the next one waits this many times as long as it took. */
  restAfterRead: number;
}

/** Answers one thread, a read at a time, with pauses, and not while live data waits. */
export const journalReads =
  ({ past, behind, restAfterRead }: JournalReadsParts) =>
  async (asked: JournalRead): Promise<JournalAnswer> => {
    while (behind() > BEHIND) await sleep(50);
    const began = performance.now();
    let answer: JournalAnswer;
    if (asked.type === 'slice') {
      answer = { type: 'slice', slice: await past.slice(asked.vehicle, asked.since, asked.until) };
    } else if (asked.type === 'outage') {
      answer = { type: 'outage', outage: await past.outageAt(asked.rule, asked.vehicle, asked.group, asked.at) };
    } else {
      answer = { type: 'records', packed: undefined };
      for await (const batch of past.journal.ofVehicle(asked.vehicle, asked.from, asked.to)) {
        if (batch.length === 0) continue;
        answer.packed = packRecords(batch);
        break;
      }
    }
    await sleep((performance.now() - began) * restAfterRead);
    return answer;
  };

/** The memory that changes hands with an answer instead of being copied. */
export const memoryIn = (answer: JournalAnswer): ArrayBuffer[] =>
  answer.type === 'records' && answer.packed ? [answer.packed.bodies] : [];
