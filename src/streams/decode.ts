import type { Fact } from '../model/fact.js';
import type { JournalRecord, RecordBatch } from '../model/record.js';
import type { Decoded } from '../protocols/protocol.js';
import { decodeRecordBody, type NamesAt } from './fold/history.js';
import type { DecodedRecord } from './fold/partition-fold.js';

/** Reads each record by the protocol that recorded it. One that cannot be read says so and disturbs no other. */
export const decodeAll = (records: RecordBatch, namesAt: NamesAt): DecodedRecord[] =>
  records.map(record => decodeOne(record, namesAt));

const utf8 = new TextDecoder();

const decodeOne = (record: JournalRecord, namesAt: NamesAt): DecodedRecord => {
  if (record.header.kind === 'message') return new DecodedWhenAsked(record, namesAt);
  try {
    return { record, fact: JSON.parse(utf8.decode(record.body)) as Fact, decoded: undefined, failed: undefined };
  } catch (error) {
    return { record, fact: undefined, decoded: undefined, failed: error };
  }
};

/**
 * A message that is decoded each time it is asked what it says, and keeps nothing of it: the fold asks once, when it gets there. The readings
 * of a batch, all decoded ahead, would live just long enough to be copied twice by the garbage collector.
 */
class DecodedWhenAsked implements DecodedRecord {
  readonly fact = undefined;
  private error: unknown;

  constructor(
    readonly record: JournalRecord,
    private readonly namesAt: NamesAt,
  ) {}

  get decoded(): Decoded | undefined {
    try {
      return decodeRecordBody(this.record, this.namesAt);
    } catch (error) {
      this.error = error;
      return undefined;
    }
  }

  get failed(): unknown {
    return this.error ?? (this.decoded ? undefined : this.error);
  }
}
