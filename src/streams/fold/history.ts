import type { DeviceId } from '../../model/ids.js';
import type { Reading } from '../../model/reading.js';
import type { JournalRecord, Offset } from '../../model/record.js';
import { type Instant, seconds } from '../../model/units.js';
import { decoderNamed } from '../../protocols/index.js';
import type { Decoded } from '../../protocols/protocol.js';

/** A `ts` further ahead of its arrival than this waits until its time has come (guarantee 5). */
export const AHEAD = seconds(60);

/** It came before its time: a device's clock is ahead, or the server's is behind. */
export const isAheadOfArrival = ({ at, received }: Reading): boolean => at - received > AHEAD;

/**
 * Whether a reading counts yet. One that came before its time does from then on, as if it had arrived then: `received` is changed so.
 * @param upTo such readings up to here are in the fold
 */
export const comesInItsTime = (reading: Reading, upTo: Instant): boolean => {
  if (!isAheadOfArrival(reading)) return true;
  if (reading.at > upTo) return false;
  reading.received = reading.at;
  return true;
};

/** What the owner of a device calls its signals, where a record of it stands; see `Conditions.namesAt`. */
export type NamesAt = (device: DeviceId, offset: Offset) => Readonly<Record<string, string>> | undefined;

/** Decodes one record by the protocol that recorded it. @throws {Error} no such protocol any more */
export const decodeRecordBody = ({ offset, header, body }: JournalRecord, namesAt: NamesAt): Decoded => {
  const decoder = decoderNamed(header.format);
  if (!decoder) throw new Error(`record ${offset} is in format "${header.format}", which nothing here decodes`);
  const { device, topic, received } = header;
  const names = namesAt(device, offset);
  return decoder.decode(body, { device, topic, received, offset, ...(names && { names }) });
};

/** The readings of a record; none where its decoder throws: it was put aside when it came. */
export const readingsOf = (record: JournalRecord, namesAt: NamesAt): readonly Reading[] => {
  try {
    return decodeRecordBody(record, namesAt).readings;
  } catch {
    return [];
  }
};
