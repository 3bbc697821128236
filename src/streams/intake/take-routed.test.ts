// Proves: what a device listener has routed goes into the same group commit as MQTT, for the device that was found or the foreign id's, and is
// answered when it is on disk; a slice of nobody goes into quarantine alone; and the books balance.
import { expect, test } from '@jest/globals';
import { ManualClock } from '../../../tests/mqtt/manual-clock.js';
import { MemoryStateStore } from '../../../tests/simulation/memory-state-store.js';
import { Counters } from '../../model/counters.js';
import type { NewRecord, Offset } from '../../model/record.js';
import type { Journal } from '../../ports/journal.js';
import { damaged } from '../../protocols/fault-words.js';
import type { Routed } from '../../protocols/protocol.js';
import { FleetRegistry } from '../fleet-registry.js';
import { Ingest } from '../ingest.js';
import { QuarantineStore } from '../quarantine-store.js';
import { retryQuarantined } from '../retry-quarantined.js';

const settle = async (): Promise<void> => {
  for (let i = 0; i < 6; i++) await new Promise(resolve => setImmediate(resolve));
};

const scene = async () => {
  const appends: { records: readonly NewRecord[]; synced(error?: Error): void }[] = [];
  let holding = false;
  const journal = {
    append: (records: readonly NewRecord[]): Promise<Offset[]> => {
      if (!holding) return Promise.resolve(records.map((_, i) => i));
      return new Promise((resolve, reject) => {
        appends.push({ records, synced: error => (error ? reject(error) : resolve(records.map((_, i) => i))) });
      });
    },
    async *ofVehicle() {},
  } as unknown as Journal;
  const state = new MemoryStateStore();
  const [clock, counters] = [new ManualClock(), new Counters()];
  const registry = new FleetRegistry({ journal, state, clock, inForce: async () => {} });
  const quarantine = new QuarantineStore(state, { entries: 100, bytes: 1_000_000 }, counters);
  for (const [id, foreign] of Object.entries({ 'd-1': 'i-1', 'd-2': 'i-2' })) {
    const device = { id, vehicle: `v-${id}`, format: 'flespi', foreign_id: foreign, secret_hash: '' };
    await registry.change({ type: 'device_put', device: { ...device, old_secret_hash: null, old_valid_until: null } });
  }
  holding = true;
  const ingest = new Ingest({
    ...{ journal, registry, quarantine, clock, counters, registerOnSight: false, maxPayloadBytes: 1_000 },
    ...{ tell: () => {}, behind: () => 0, maxWaitingMessages: 100, maxWaitingBytes: 1_000 },
  });
  const done: string[] = [];
  const take = (name: string, routed: readonly Routed[], device?: string): void =>
    ingest.takeRouted('flespi', routed, { topic: 'flespi', received: 5, ...(device && { device }) }, error =>
      done.push(error ? `${name} failed: ${error.message}` : name),
    );
  const books = () => ['received', 'recorded', 'refused', 'not_taken'].map(name => counters.get(`messages_${name}_total`));
  return { appends, ingest, quarantine, registry, done, take, books };
};

const of = (id: string, text = id): Routed => ({ device: id, foreign: { format: 'flespi', id }, slice: Buffer.from(text) });

test('one append with what MQTT sent meanwhile; each slice for its own vehicle; answered when it is on disk', async () => {
  const { appends, ingest, done, take, books } = await scene();
  take('both', [of('i-1'), of('i-2')]);
  take('given', [of('whatever')], 'd-2');
  ingest.take(
    {
      device: 'd-1',
      topic: 'flespi/message/gw/devices/1',
      payload: Buffer.from('{"ident":"i-1"}'),
      qos: 1,
      ...{ dup: false, stored: false, received: 5 },
    },
    () => done.push('mqtt'),
  );
  await settle();
  expect(appends).toHaveLength(1);
  expect(appends[0]!.records.map(({ key, header }) => [key, header.device])).toEqual([
    ['v-d-1', 'd-1'],
    ['v-d-2', 'd-2'],
    ['v-d-2', 'd-2'],
    ['v-d-1', 'd-1'],
  ]);
  expect(done).toEqual([]);
  appends[0]!.synced();
  await settle();
  expect(done).toEqual(['both', 'given', 'mqtt']);
  expect(books()).toEqual([3, 3, 0, 0]);
});

test('a slice of nobody goes into quarantine alone, and the others are answered when both are on disk', async () => {
  const { appends, done, quarantine, take, books } = await scene();
  take('mixed', [of('i-1'), of('i-8', 'bytes of nobody'), of('i-9')]);
  await settle();
  const entries = await quarantine.list(undefined, 10);
  expect(entries.map(({ reason, detail }) => [reason, detail]).sort()).toEqual([
    ['unknown_device', 'no such device: i-8'],
    ['unknown_device', 'no such device: i-9'],
  ]);
  expect(done).toEqual([]);
  appends[0]!.synced();
  await settle();
  expect(done).toEqual(['mixed']);
  expect(books()).toEqual([3, 1, 2, 0]);
  take('nobody', [of('i-9')]);
  await settle();
  expect(done).toEqual(['mixed', 'nobody']);
  expect(appends).toHaveLength(1);
});

test('a slice of nobody is taken once more when its device is registered, for that device', async () => {
  const { appends, done, quarantine, registry, ingest, take } = await scene();
  take('nobody', [of('i-9', 'bytes of i-9')]);
  await settle();
  const [entry] = await quarantine.list(undefined, 1);
  const device = { id: 'd-9', vehicle: 'v-d-9', format: 'flespi', foreign_id: 'i-9', secret_hash: '' };
  const known = registry.change({ type: 'device_put', device: { ...device, old_secret_hash: null, old_valid_until: null } });
  appends[0]!.synced();
  await known;
  const retried = retryQuarantined(quarantine, ingest, new ManualClock(), entry!.id);
  await settle();
  expect(appends[1]!.records).toMatchObject([{ key: 'v-d-9', header: { device: 'd-9', format: 'flespi' } }]);
  expect(Buffer.from(appends[1]!.records[0]!.body).toString()).toBe('bytes of i-9');
  appends[1]!.synced();
  await retried;
  expect([done, quarantine.size().entries]).toEqual([['nobody'], 0]);
});

test('what cannot be read is kept under its device', async () => {
  const { done, ingest, quarantine, books } = await scene();
  const context = { topic: 'teltonika', received: 5, device: 'd-1' };
  const why = { reason: 'unreadable', ...damaged('crc', 'the CRC is another one') } as const;
  ingest.takeUnreadable(Buffer.from('damaged'), why, context, () => done.push('kept'));
  await settle();
  expect(done).toEqual(['kept']);
  expect(await quarantine.list(undefined, 10)).toMatchObject([
    { device: 'd-1', topic: 'teltonika', reason: 'unreadable', said: { code: 'frame_damaged', what: 'crc' } },
  ]);
  expect(books()).toEqual([1, 0, 1, 0]);
});

test('a disk that fails, and a bound that is reached, are told', async () => {
  const { appends, done, ingest, take } = await scene();
  let drained = 0;
  ingest.onDrained(() => {
    drained += 1;
  });
  take('large', [of('i-1', 'x'.repeat(1_000))]);
  expect(ingest.full).toBe(true);
  await settle();
  expect(ingest.full).toBe(false);
  appends[0]!.synced(new Error('the disk is full'));
  await settle();
  expect(done).toEqual(['large failed: the disk is full']);
  expect(drained).toBe(1);
});
