// Proves: what cannot be taken is refused with its reason and its bytes kept, and can be taken once more as if it arrived now.
import { expect, test } from '@jest/globals';
import { ingestScene, settle } from '../../tests/harness/ingest-scene.js';
import { retryQuarantined } from './retry-quarantined.js';

test('what cannot be taken is refused for good: acknowledged, kept with its reason, its device told', async () => {
  const { disk, done, send, quarantine, told, books } = await ingestScene();
  send('big', { payload: Buffer.alloc(1_001) });
  send('topic', { topic: 'telltale/v1/d-1/nonsense' });
  send('foreign', { topic: 'house/kitchen', device: undefined });
  send('nobody', { topic: 'telltale/v1/d-2/events', device: 'd-2' });
  await settle();
  expect(done.sort()).toEqual(['big', 'foreign', 'nobody', 'topic']);
  expect(disk.appended).toEqual([]);
  const kept = await quarantine.list(undefined, 10);
  expect(kept.map(({ reason, device }) => [reason, device]).sort()).toEqual([
    ['too_large', 'd-1'],
    ['unknown_device', 'd-2'],
    ['unknown_topic', null],
    ['unknown_topic', 'd-1'],
  ]);
  expect(kept.map(({ said }) => said?.code).sort()).toEqual([
    'device_unknown',
    'sent_too_long',
    'topic_unheard',
    'topic_unheard',
  ]);
  expect(told.map(([topic]) => topic).sort()).toEqual([
    'telltale/v1/d-1/errors',
    'telltale/v1/d-1/errors',
    'telltale/v1/d-2/errors',
  ]);
  expect(books()).toEqual({ received: 4, accounted: 4 });
});

test('a message that can be neither recorded nor kept is not acknowledged', async () => {
  const { done, send, quarantine, books } = await ingestScene();
  quarantine.add = () => Promise.reject(new Error('disk full'));
  send('big', { payload: Buffer.alloc(1_001) });
  await settle();
  expect(done).toEqual(['big: disk full']);
  expect(books()).toEqual({ received: 1, accounted: 1 });
});

test('an entry of the quarantine is taken once more as if it arrived now; a part of one cannot be', async () => {
  const { disk, send, quarantine, ingest, clock, registry } = await ingestScene();
  send('{"ts":1}', { topic: 'telltale/v1/later/events', device: 'later' });
  await settle();
  const [entry] = await quarantine.list(undefined, 1);
  // Still nobody knows it: back it comes, as another entry.
  await retryQuarantined(quarantine, ingest, clock, entry!.id);
  const [again] = await quarantine.list(undefined, 10);
  expect(again!.id).not.toBe(entry!.id);
  expect(quarantine.size().entries).toBe(1);
  const known = registry.registerOnSight('later', 'telltale-v1');
  disk.synced();
  await known;
  const retried = retryQuarantined(quarantine, ingest, clock, again!.id);
  await settle();
  // Not gone before it is on disk.
  expect(quarantine.size().entries).toBe(1);
  disk.synced();
  await retried;
  expect(quarantine.size().entries).toBe(0);
  expect(disk.appended.at(-1)![0]).toMatchObject({ key: 'later', header: { received: clock.now(), device: 'later' } });
  await expect(retryQuarantined(quarantine, ingest, clock, again!.id)).rejects.toMatchObject({ code: 'RETRY' });
  await quarantine.add({ ...again!, id: 'cut', truncated: true });
  await expect(retryQuarantined(quarantine, ingest, clock, 'cut')).rejects.toMatchObject({ code: 'RETRY' });
});

test('a retry that fails keeps its entry', async () => {
  const { disk, send, quarantine, ingest, clock, registry } = await ingestScene();
  send('{"ts":1}', { topic: 'telltale/v1/later/events', device: 'later' });
  await settle();
  const known = registry.registerOnSight('later', 'telltale-v1');
  disk.synced();
  await known;
  const [entry] = await quarantine.list(undefined, 1);
  const retried = retryQuarantined(quarantine, ingest, clock, entry!.id);
  await settle();
  disk.synced(new Error('disk full'));
  await expect(retried).rejects.toThrow('disk full');
  expect(quarantine.size().entries).toBe(1);
});
