// Proves: a fact for all partitions is read once, however many partitions hear it from the same record; other facts are read as often as they are heard.
import { expect, test } from '@jest/globals';
import type { Fact } from '../model/fact.js';
import { EVERY, type JournalRecord } from '../model/record.js';
import { decode } from './decode.js';

const recordOf = (key: string, fact: unknown): JournalRecord => ({
  offset: 1,
  key,
  header: { kind: 'fact', received: 0, format: 'x', device: '', topic: '', dup: false },
  body: Buffer.from(JSON.stringify(fact)),
});

const heard = (records: readonly JournalRecord[]): Fact[] => {
  const facts: Fact[] = [];
  const fact = (_: JournalRecord, said: Fact): undefined => {
    facts.push(said);
  };
  for (const record of records) decode(record, () => undefined, { message: () => undefined, fact, unreadable: () => undefined });
  return facts;
};

test('of all partitions', () => {
  const record = recordOf(EVERY, { type: 'geofence_deleted', id: 'f' });
  const [one, two] = heard([record, { ...record }]);
  expect(one).toEqual({ type: 'geofence_deleted', id: 'f' });
  expect(two).toBe(one);
  const [other] = heard([recordOf(EVERY, { type: 'geofence_deleted', id: 'f' })]);
  expect(other).not.toBe(one);
});

test('of one vehicle', () => {
  const record = recordOf('v', { type: 'vehicle_deleted', id: 'v' });
  const [one, two] = heard([record, record]);
  expect(two).toEqual(one);
  expect(two).not.toBe(one);
});
