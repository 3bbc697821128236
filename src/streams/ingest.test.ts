// Proves: a device is acknowledged when its message is on disk, in order, and not before; what cannot be taken is refused with its reason
// and its bytes kept; a disk that fails acknowledges nobody; and every message is accounted for.
import { expect, test } from '@jest/globals';
import { ManualClock } from '../../tests/mqtt/manual-clock.js';
import { MemoryStateStore } from '../../tests/simulation/memory-state-store.js';
import { Counters } from '../model/counters.js';
import type { NewRecord, Offset } from '../model/record.js';
import type { Journal } from '../ports/journal.js';
import type { ArrivedMessage } from '../ports/listener.js';
import { FleetRegistry } from './fleet-registry.js';
import { Ingest } from './ingest.js';
import { QuarantineStore } from './quarantine-store.js';
import { retryQuarantined } from './retry-quarantined.js';

/** A journal whose disk answers when the test says so. */
class SlowDisk {
  readonly appended: (readonly NewRecord[])[] = [];
  private pending: { resolve: (offsets: Offset[]) => void; reject: (error: Error) => void; records: readonly NewRecord[] }[] = [];
  private next = 1;

  append(records: readonly NewRecord[]): Promise<Offset[]> {
    this.appended.push(records);
    return new Promise((resolve, reject) => this.pending.push({ resolve, reject, records }));
  }

  /** Answers the oldest append that waits. */
  synced(error?: Error): void {
    const { resolve, reject, records } = this.pending.shift()!;
    if (error) reject(error);
    else resolve(records.map(() => this.next++));
  }

  async *ofVehicle() {}
}

const settle = async (): Promise<void> => {
  for (let i = 0; i < 4; i++) await new Promise(resolve => setImmediate(resolve));
};

const scene = async (given: { registerOnSight?: boolean; maxWaitingMessages?: number; maxWaitingBytes?: number } = {}) => {
  const disk = new SlowDisk();
  const journal = disk as unknown as Journal;
  const state = new MemoryStateStore();
  const clock = new ManualClock();
  const counters = new Counters();
  const registry = new FleetRegistry({ journal, state, clock, inForce: async () => {} });
  const quarantine = new QuarantineStore(state, { entries: 100, bytes: 1_000_000 }, counters);
  const told: [string, string][] = [];
  const lag = { records: 0 };
  const { registerOnSight = false, maxWaitingMessages = 1_000, maxWaitingBytes = 1_000_000 } = given;
  const ingest = new Ingest({
    journal,
    registry,
    quarantine,
    clock,
    counters,
    tell: (topic, { reason }) => told.push([topic, reason]),
    registerOnSight,
    maxPayloadBytes: 1_000,
    behind: () => lag.records,
    maxWaitingMessages,
    maxWaitingBytes,
  });
  if (!registerOnSight) {
    const known = registry.registerOnSight('d-1', 'telltale-v1');
    disk.synced();
    await known;
    disk.appended.length = 0;
  }
  const done: string[] = [];
  const send = (name: string, changed: Partial<ArrivedMessage> = {}): void => {
    const message: ArrivedMessage = {
      device: 'd-1',
      topic: 'telltale/v1/d-1/events',
      payload: Buffer.from(name),
      qos: 1,
      dup: false,
      stored: false,
      received: 1_000,
      ...changed,
    };
    ingest.take(message, error => done.push(error ? `${name}: ${error.message}` : name));
  };
  const books = () => {
    const { messages_received_total: received, ...rest } = counters.all();
    const {
      messages_recorded_total: recorded = 0,
      messages_refused_total: refused = 0,
      messages_not_taken_total: not = 0,
    } = rest;
    return { received, accounted: recorded + refused + not };
  };
  return { disk, registry, quarantine, counters, clock, told, ingest, done, send, books, lag };
};

const bodies = (records: readonly NewRecord[]): string[] => records.map(({ body }) => Buffer.from(body).toString());

test('group commit: what arrives while a write is under way goes into the next, acknowledged in order when it is on disk', async () => {
  const { disk, done, send, books } = await scene();
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
  const { disk, done, send, books } = await scene({ maxWaitingMessages: 10_000, maxWaitingBytes: 1e8 });
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
  const { disk, done, send, books } = await scene();
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

/** One message is on disk, the fold is far behind, and the next message waits. */
const heldUp = async () => {
  const held = await scene();
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
  const { disk, ingest, send, clock, lag } = await scene();
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
  const { disk, done, send, lag } = await scene();
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
  const { disk, ingest, send } = await scene(limit);
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

// Proves: whom a topic speaks for is not remembered over a change of the registry, nor from one connection to another.
test('a device that moved to another vehicle, or is gone, is asked for again', async () => {
  const { disk, send, registry, ingest, done } = await scene();
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

test('what cannot be taken is refused for good: acknowledged, kept with its reason, its device told', async () => {
  const { disk, done, send, quarantine, told, books } = await scene();
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
  expect(told.map(([topic]) => topic).sort()).toEqual([
    'telltale/v1/d-1/errors',
    'telltale/v1/d-1/errors',
    'telltale/v1/d-2/errors',
  ]);
  expect(books()).toEqual({ received: 4, accounted: 4 });
});

test('state that a broker kept is no event: acknowledged and passed over', async () => {
  const { disk, done, send, books, quarantine } = await scene();
  send('kept', { stored: true });
  await settle();
  expect(done).toEqual(['kept']);
  expect(disk.appended).toEqual([]);
  expect(quarantine.size().entries).toBe(0);
  expect(books()).toEqual({ received: 1, accounted: 1 });
});

test('a message that can be neither recorded nor kept is not acknowledged', async () => {
  const { done, send, quarantine, books } = await scene();
  quarantine.add = () => Promise.reject(new Error('disk full'));
  send('big', { payload: Buffer.alloc(1_001) });
  await settle();
  expect(done).toEqual(['big: disk full']);
  expect(books()).toEqual({ received: 1, accounted: 1 });
});

test('on sight: registered before the first record, once, and its messages recorded', async () => {
  const { disk, done, send } = await scene({ registerOnSight: true });
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

test('an entry of the quarantine is taken once more as if it arrived now; a part of one cannot be', async () => {
  const { disk, send, quarantine, ingest, clock, registry } = await scene();
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
  const { disk, send, quarantine, ingest, clock, registry } = await scene();
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
