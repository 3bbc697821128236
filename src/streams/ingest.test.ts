// Proves: a device is acknowledged when its message is on disk, in order, and not before; a disk that fails acknowledges nobody; and every message is
// accounted for.
import { expect, test } from '@jest/globals';
import { bodies, ingestScene, settle } from '../../tests/harness/ingest-scene.js';
import type { ArrivedMessage } from '../ports/listener.js';

test('group commit: what arrives while a write is under way goes into the next, acknowledged in order when it is on disk', async () => {
  const { disk, done, send, books } = await ingestScene();
  send('1');
  send('2');
  await settle();
  send('3');
  send('4');
  await settle();
  expect(disk.appended.map(bodies)).toEqual([['1', '2']]);
  expect(done).toEqual([]);
  disk.synced();
  await settle();
  expect(done).toEqual(['1', '2']);
  expect(disk.appended.map(bodies)).toEqual([
    ['1', '2'],
    ['3', '4'],
  ]);
  disk.synced();
  await settle();
  expect(done).toEqual(['1', '2', '3', '4']);
  expect(books()).toEqual({ received: 4, accounted: 4 });
});

test('what waits goes in several writes where it is much, none of it twice, each acknowledged by its own', async () => {
  const { disk, done, send, books } = await ingestScene({ maxWaitingMessages: 10_000, maxWaitingBytes: 1e8 });
  const payload = Buffer.alloc(1_000);
  const names = Array.from({ length: 9_000 }, (_, i) => `${i}`);
  for (const name of names) send(name, { payload });
  await settle();
  const sizes: number[] = [];
  for (let writes = 0; done.length < names.length && writes < 100; writes++) {
    const before = done.length;
    disk.synced();
    await settle();
    sizes.push(done.length - before);
  }
  expect(done).toEqual(names);
  expect(disk.appended.map(records => records.length)).toEqual(sizes);
  // A mebibyte and the message that filled it.
  expect(Math.max(...sizes)).toBe(1_049);
  for (const name of names) send(name, { payload: Buffer.from('x') });
  await settle();
  expect(disk.appended[disk.appended.length - 1]).toHaveLength(4_096);
  expect(books().received).toBe(18_000);
});

test('a disk that fails acknowledges nobody of that write, and the next one goes on', async () => {
  const { disk, done, send, books } = await ingestScene();
  send('1');
  send('2');
  await settle();
  send('3');
  disk.synced(new Error('disk full'));
  await settle();
  expect(done).toEqual(['1: disk full', '2: disk full']);
  disk.synced();
  await settle();
  expect(done[2]).toBe('3');
  expect(books()).toEqual({ received: 3, accounted: 3 });
});

// Proves: whom a topic speaks for is not remembered over a change of the registry, nor from one connection to another.
test('a device that moved to another vehicle, or is gone, is asked for again', async () => {
  const { disk, send, registry, ingest, done } = await ingestScene();
  const take = async (name: string, changed: Partial<ArrivedMessage> = {}): Promise<string | undefined> => {
    send(name, changed);
    await settle();
    const [record] = disk.appended.splice(0).flat();
    if (record) disk.synced();
    await settle();
    return record?.key;
  };
  expect(await take('1')).toBe('d-1');
  expect(await take('2')).toBe('d-1');
  // A connection that may say only what it is itself.
  expect(await take('not mine', { device: 'd-2' })).toBeUndefined();
  const moved = registry.change({ type: 'device_put', device: { ...registry.device('d-1')!, vehicle: 'v-9' } });
  await settle();
  disk.appended.length = 0;
  disk.synced();
  await moved;
  expect(await take('3')).toBe('v-9');
  const gone = registry.change({ type: 'device_deleted', id: 'd-1' });
  await settle();
  disk.appended.length = 0;
  disk.synced();
  await gone;
  expect(await take('4')).toBeUndefined();
  expect(done).toEqual(['1', '2', 'not mine', '3', '4']);
  expect(ingest.full).toBe(false);
});

test('state that a broker kept is no event: acknowledged and passed over', async () => {
  const { disk, done, send, books, quarantine } = await ingestScene();
  send('kept', { stored: true });
  await settle();
  expect(done).toEqual(['kept']);
  expect(disk.appended).toEqual([]);
  expect(quarantine.size().entries).toBe(0);
  expect(books()).toEqual({ received: 1, accounted: 1 });
});

test('on sight: registered before the first record, once, and its messages recorded', async () => {
  const { disk, done, send } = await ingestScene({ registerOnSight: true });
  send('1', { topic: 'telltale/v1/new/events', device: undefined });
  send('2', { topic: 'telltale/v1/new/events', device: undefined });
  await settle();
  expect(disk.appended.map(records => records.map(({ header }) => header.format))).toEqual([
    ['vehicle_put', 'device_put'],
    ['telltale-v1', 'telltale-v1'],
  ]);
  disk.synced();
  disk.synced();
  await settle();
  expect(done).toEqual(['1', '2']);
});
