// Proves: a state that an earlier version saved is gone on with as that version would have: the snapshot, the events after it and what came of
// them were written by the fold before its memories were packed (state-of-before.json; one vehicle of a simulated drive, one minute of it).
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { SimulatedFold } from './simulated-fold.js';

interface Before {
  /** How many records the journal held at the snapshot. */
  records: number;
  state: Record<string, string>;
  /** What the vehicle sent after it, two hours before the last tick. */
  later: string[];
  outcome: Record<'trips' | 'days' | 'fuel' | 'health' | 'records' | 'alerts' | 'tracks', unknown[]>;
  live: unknown;
}

const before = JSON.parse(readFileSync(join(import.meta.dirname, 'state-of-before.json'), 'utf8')) as Before;
const VEHICLE = 'v-1';

/** A fold that finds that state, and a journal whose records up to it are of no more interest. */
const goneOnWith = async (): Promise<SimulatedFold> => {
  const fold = new SimulatedFold();
  await fold.state.write(Object.entries(before.state).map(([put, value]) => ({ put, value })));
  while (fold.journal.records.length < before.records) fold.tick(0);
  for (const payload of before.later) fold.send({ device: VEHICLE, received: sentAt(payload) + 50, payload });
  fold.tick(sentAt(before.later.at(-1)!) + 7_200_000);
  await fold.start();
  await fold.run(500);
  return fold;
};

const sentAt = (payload: string): number => (JSON.parse(payload) as { ts: number }).ts;

/** Of a chunk, without the accelerations: they are fitted in another way since. */
const digestOf = (chunk: unknown): string => {
  const { acceleration: _, ...columns } = (chunk as { columns: Record<string, unknown> }).columns;
  return createHash('sha256').update(JSON.stringify(columns)).digest('hex');
};

/** An alert as that version told it: what it says in other languages is told since. */
const withoutSentences = (text: string): unknown =>
  JSON.parse(text, (key, value: unknown) => (key === 'said' ? undefined : value));

/** Of one vehicle: what is written anew, the others are in no journal here. */
const ofVehicle = (rows: readonly unknown[]): unknown[] => rows.filter(row => (row as { vehicle?: string }).vehicle === VEHICLE);

test('what comes after the snapshot is what that version made of it', async () => {
  const fold = await goneOnWith();
  const { trips, days, fuel, health, records } = fold.outcome();
  expect([...fold.effects.values()].map(withoutSentences)).toEqual(before.outcome.alerts);
  expect(fold.effects.size).toBeGreaterThan(1);
  expect(before.outcome.trips).toEqual(expect.arrayContaining(trips));
  expect(trips.length).toBeGreaterThan(0);
  for (const [now, then] of [
    [days, before.outcome.days],
    [fuel, before.outcome.fuel],
    [health, before.outcome.health],
    [records, before.outcome.records],
  ] as const) {
    expect(ofVehicle(now).length).toBeGreaterThan(0);
    expect(then).toEqual(expect.arrayContaining(ofVehicle(now)));
  }
  expect(await fold.liveState(VEHICLE)).toEqual(before.live);
});

test('its open chunk of a track goes on where it was', async () => {
  const fold = await goneOnWith();
  const tracks = fold.outcome().points.map(digestOf);
  expect(tracks.length).toBeGreaterThan(0);
  expect(before.outcome.tracks).toEqual(expect.arrayContaining(tracks));
});
