// Proves: what comes faster than it is folded or written is held up and not lost, for a bounded time, within bounds, and no longer than it must be.
import { expect, test } from '@jest/globals';
import { ingestScene, settle } from '../../tests/harness/ingest-scene.js';

/** One message is on disk, the fold is far behind, and the next message waits. */
const heldUp = async () => {
  const held = await ingestScene();
  held.lag.records = 1_000_000;
  held.send('1');
  await settle();
  held.send('2');
  held.disk.synced();
  await settle();
  expect(held.done).toEqual(['1']);
  expect(held.disk.appended).toHaveLength(1);
  return held;
};

test('while the fold is far behind, the next write waits until more was folded than the one before added', async () => {
  const { disk, done, clock, lag } = await heldUp();
  const pass = async (ms: number) => {
    for (let i = 0; i < ms; i += 5) {
      clock.advance(5);
      await settle();
    }
  };
  await pass(100);
  expect(disk.appended).toHaveLength(1);
  lag.records -= 2;
  await pass(5);
  expect(disk.appended).toHaveLength(2);
  disk.synced();
  await settle();
  expect(done).toEqual(['1', '2']);
});

test('a fold that does not move at all holds devices up for a second, not for good', async () => {
  const { disk, clock } = await heldUp();
  for (let i = 0; i < 1_000; i += 5) {
    await settle();
    expect(disk.appended).toHaveLength(1);
    clock.advance(5);
  }
  await settle();
  expect(disk.appended).toHaveLength(2);
});

test('where each turn of the loop takes long, a second of it is a second by the clock', async () => {
  const { disk, clock } = await heldUp();
  for (let turn = 0; turn < 4; turn++) {
    await settle();
    expect(disk.appended).toHaveLength(1);
    clock.advance(250);
  }
  await settle();
  expect(disk.appended).toHaveLength(2);
});

test('a few long messages are as much work as many short ones: others wait for no more than the same of it', async () => {
  const { disk, ingest, send, clock, lag } = await ingestScene();
  const long = Buffer.alloc(1_000);
  const message = {
    device: 'd-1',
    topic: 'telltale/v1/d-1/events',
    payload: long,
    qos: 1,
    dup: false,
    stored: false,
    received: 1,
  } as const;
  for (let i = 0; i < 1_500; i++) ingest.take(message, () => {});
  lag.records = 1_500;
  await settle();
  disk.synced();
  await settle();
  send('1');
  await settle();
  expect(disk.appended).toHaveLength(1);
  // Of 1,500 records of two usual ones each two thousand may wait.
  lag.records = 1_100;
  clock.advance(5);
  await settle();
  expect(disk.appended).toHaveLength(1);
  lag.records = 1_000;
  clock.advance(5);
  await settle();
  expect(disk.appended).toHaveLength(2);
});

test('a fold that keeps up holds up nobody', async () => {
  const { disk, done, send, lag } = await ingestScene();
  lag.records = 2_000;
  send('1');
  await settle();
  send('2');
  disk.synced();
  await settle();
  disk.synced();
  await settle();
  expect(done).toEqual(['1', '2']);
});

test.each([
  ['messages', { maxWaitingMessages: 2 }],
  ['bytes', { maxWaitingBytes: 2 }],
])('full at its bound of %s, and says when there is room again', async (_bound, limit) => {
  const { disk, ingest, send } = await ingestScene(limit);
  let resumed = 0;
  ingest.onDrained(() => resumed++);
  send('1');
  expect(ingest.full).toBe(false);
  send('2');
  expect(ingest.full).toBe(true);
  await settle();
  // These are being written; the next two may wait.
  expect(ingest.full).toBe(false);
  send('3');
  send('4');
  expect(ingest.full).toBe(true);
  expect(resumed).toBe(0);
  disk.synced();
  await settle();
  disk.synced();
  await settle();
  expect(ingest.full).toBe(false);
  expect(resumed).toBeGreaterThan(0);
});
