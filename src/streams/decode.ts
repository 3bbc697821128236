import type { Fact } from '../model/fact.js';
import { EVERY, type JournalRecord } from '../model/record.js';
import type { Decoded } from '../protocols/protocol.js';
import { decodeRecordBody, type NamesAt } from './fold/history.js';

const utf8 = new TextDecoder();

/**
 * Facts for all partitions by their bytes: each partition reads the same record, and a fence of ten thousand positions is some hundred kilobytes.
 * Nobody changes a fact.
 */
const shared = new WeakMap<Uint8Array, Fact>();

const factIn = ({ key, body }: JournalRecord): Fact | undefined => {
  const known = key === EVERY ? shared.get(body) : undefined;
  if (known !== undefined) return known;
  const fact = (JSON.parse(utf8.decode(body)) as Fact | null) ?? undefined;
  if (key === EVERY && fact !== undefined) shared.set(body, fact);
  return fact;
};

/** What is done with what a record says. */
export interface Hearer {
  message(record: JournalRecord, decoded: Decoded): Promise<void> | undefined;
  fact(record: JournalRecord, fact: Fact): Promise<void> | undefined;
  unreadable(record: JournalRecord, error: unknown): undefined;
}

/**
 * Reads a record by the protocol that recorded it, when the fold gets to it: the readings of a batch, all decoded ahead, would live just long enough to
 * be copied twice by the garbage collector. One that cannot be read says so, and disturbs no other.
 */
export const decode = (record: JournalRecord, namesAt: NamesAt, hearer: Hearer): Promise<void> | undefined => {
  let decoded: Decoded | undefined;
  let fact: Fact | undefined;
  try {
    if (record.header.kind === 'message') decoded = decodeRecordBody(record, namesAt);
    else fact = factIn(record);
  } catch (error) {
    return hearer.unreadable(record, error);
  }
  // Outside: what the fold throws is no matter of the decoder.
  if (decoded) return hearer.message(record, decoded);
  return fact ? hearer.fact(record, fact) : hearer.unreadable(record, 'nothing stands there');
};
