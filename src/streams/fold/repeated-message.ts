import type { JournalRecord } from '../../model/record.js';
import type { Journal } from '../../ports/journal.js';
import type { Decoded } from '../../protocols/protocol.js';
import { oldestPlace } from './recent-places.js';
import type { Vehicle } from './vehicle.js';

/** So many places of repeats are kept for re-folds; one of before them, in a re-fold that goes back that far, would count twice. */
export const REPEATS_KEPT = 256;

/** Only the protocol's DUP flag can say that a message without a time of its own is the same one once more (guarantee 2). */
export const mayRepeat = ({ header }: JournalRecord, { readings }: Decoded): boolean =>
  header.dup && readings.some(({ ownTime }) => !ownTime);

/**
 * Whether a message that its device marked as sent before stands in the journal already, among the vehicle's newest: the same bytes of the
 * same device on the same topic. Where the first copy was lost, the mark means nothing.
 */
export const isRepeat = async (
  journal: Pick<Journal, 'ofVehicle'>,
  { id, state }: Vehicle,
  { offset, header, body }: JournalRecord,
): Promise<boolean> => {
  const from = oldestPlace(state.fold.recent);
  if (from === undefined) return false;
  for await (const batch of journal.ofVehicle(id, from, offset - 1)) {
    for (const { header: before, body: sent } of batch) {
      if (before.kind !== 'message' || before.device !== header.device || before.topic !== header.topic) continue;
      if (Buffer.compare(sent, body) === 0) return true;
    }
  }
  return false;
};
