import { EVERY, type Offset, type RecordKey } from '../model/record.js';
import { type Millis, seconds } from '../model/units.js';
import type { Clock } from '../ports/clock.js';
import type { Journal } from '../ports/journal.js';
import type { CarriedOut } from '../streams/carried-out.js';
import type { RollUp } from '../streams/roll-up.js';

/** A change answers when it is in force; a fold that is far behind does not hold it up for longer. */
const IN_FORCE_WITHIN = seconds(8);
const RENEWED_WITHIN = seconds(2);

interface Given {
  journal: Pick<Journal, 'head' | 'partitionOf'>;
  carriedOut: CarriedOut;
  rollUp: RollUp;
  clock: Clock;
}

/** Waiting until what was said counts, but not for ever. */
export const inForceWithin = ({ journal, carriedOut, rollUp, clock }: Given) => {
  const atMost = (limit: Millis, work: Promise<unknown>): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const cancel = clock.after(limit, () => resolve(undefined));
      work.then(resolve, reject).finally(cancel);
    });
  /** Until what has grown is in SQL, while it is there. */
  const renewed = () => atMost(RENEWED_WITHIN, rollUp.flush());
  /** Until what stands at `offset` counts everywhere, in SQL too. */
  const inForce = async (key: RecordKey, offset: Offset): Promise<void> => {
    const partitions = key === EVERY ? [...journal.head().keys()] : [journal.partitionOf(key)];
    const folded = Promise.all(partitions.map(p => carriedOut.reached(p, offset)));
    await atMost(IN_FORCE_WITHIN, folded);
    await renewed();
  };
  return { inForce, renewed };
};
