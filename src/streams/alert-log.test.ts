// Proves: an alert change gets its cursor once, whoever brings it however often and wherever the process dies; nobody hears of it before it
// is on disk; a viewer resumes from any cursor that is kept; and what people did goes over to the alert that takes another's place.
import { expect, test } from '@jest/globals';
import { ManualClock } from '../../tests/mqtt/manual-clock.js';
import { MemoryStateStore } from '../../tests/simulation/memory-state-store.js';
import type { AlertOutcome } from '../model/alert.js';
import { Counters } from '../model/counters.js';
import type { AlertEntry } from '../ports/live.js';
import type { StateWrite } from '../ports/state-store.js';
import { AlertLog } from './alert-log.js';
import type { AlertEffect } from './fold/effects.js';

const outcome = (id: string, changed: Partial<AlertOutcome> = {}): AlertOutcome => ({
  id,
  kind: 'harsh_braking',
  severity: 'warning',
  vehicle: 'v-1',
  driver: null,
  trip: null,
  occurredAt: 1_000,
  endedAt: null,
  raisedAt: 2_000,
  late: false,
  location: null,
  value: -4,
  threshold: -3.5,
  unit: 'm/s2',
  rule: 'default-harsh-braking',
  geofence: null,
  dtc: null,
  message: 'Braked',
  suppressed: 0,
  evidence: { from: 1, to: 2 },
  ...changed,
});

const at = (offset: number, n = 0) => ({ partition: 3, offset, n, vehicle: 'v-1' });
const raise = (offset: number, id: string, changed?: Partial<AlertOutcome>, n = 0): AlertEffect => ({
  ...at(offset, n),
  id,
  change: 'raised',
  outcome: outcome(id, changed),
});
const update = (offset: number, id: string, changed?: Partial<AlertOutcome>): AlertEffect => ({
  ...at(offset),
  id,
  change: 'updated',
  outcome: outcome(id, changed),
});
const retract = (offset: number, id: string, replacedBy: string | null, n = 0): AlertEffect => ({
  ...at(offset, n),
  id,
  change: 'retracted',
  reason: 'Late data',
  replacedBy,
});
const handle = (
  offset: number,
  id: string,
  action: Extract<AlertEffect, { change: 'handled' }>['action'],
  note = '',
): AlertEffect => ({
  ...at(offset),
  id,
  change: 'handled',
  action,
  by: 'kim',
  at: 5_000,
  note,
});

/** Fails, or is slow, when the test says so. */
class FickleStore extends MemoryStateStore {
  failing = false;
  slow = false;

  override async write(writes: readonly StateWrite[]): Promise<void> {
    if (this.slow) await new Promise(resolve => setTimeout(resolve, 5));
    if (this.failing) throw new Error('disk full');
    await super.write(writes);
  }
}

const open = async (state = new FickleStore(), entriesKept = 1_000) => {
  const log = await AlertLog.load({ state, clock: new ManualClock(), counters: new Counters(), entriesKept });
  const heard: AlertEntry[] = [];
  log.onEntry(entry => heard.push(entry));
  return { state, log, heard };
};

const told = (entries: readonly AlertEntry[]): string[] =>
  entries.map(({ cursor, change, alert }) => `${cursor} ${change} ${alert.id}`);

// Proves: latency is counted for alerts that are new, by the record they came of, and never for what is only told again.
test('who measures hears of what was raised, once', async () => {
  const { log } = await open();
  const heard: [string, number][] = [];
  log.onRaised(raised => heard.push(...raised.map(({ alert, offset }): [string, number] => [alert.id, offset])));
  const effects = [raise(10, 'a'), raise(11, 'b'), update(12, 'a', { value: -5 })];
  await log.take(effects);
  await log.take(effects);
  await log.take([raise(13, 'a')]);
  expect(heard).toEqual([
    ['a', 10],
    ['b', 11],
  ]);
});

test('the same effects again are known by their keys: one entry each, the same cursors', async () => {
  const { state, log, heard } = await open();
  const effects = [raise(10, 'a'), raise(10, 'b', {}, 1), update(11, 'a', { value: -5 })];
  await log.take(effects);
  await log.take(effects);
  const again = await open(state);
  expect((await again.log.take(effects)).map(({ id }) => id)).toEqual(['a', 'b']);
  expect(told(heard)).toEqual(['1 raised a', '2 raised b', '3 updated a']);
  expect(again.heard).toEqual([]);
  expect(told(await again.log.after(0, 100))).toEqual(told(heard));
  expect(again.log.head()).toBe(3);
  await again.log.take([...effects, raise(12, 'c')]);
  expect(told(again.heard)).toEqual(['4 raised c']);
});

test('nobody hears of what is not on disk, and what failed gets its cursor when it comes again', async () => {
  const { state, log, heard } = await open(undefined, 2);
  await log.take([raise(1, 'a'), raise(2, 'b')]);
  state.failing = true;
  await expect(log.take([raise(3, 'c')])).rejects.toThrow('disk full');
  expect(log.head()).toBe(2);
  expect(log.oldest()).toBe(0);
  expect(log.openAlerts('v-1')).toBe(2);
  expect(heard).toHaveLength(2);
  state.failing = false;
  await log.take([raise(3, 'c')]);
  expect(told(heard)).toEqual(['1 raised a', '2 raised b', '3 raised c']);
  expect(told(await log.after(log.oldest(), 10))).toEqual(['2 raised b', '3 raised c']);
});

test('listeners find the entry on disk when they hear of it', async () => {
  const { state, log } = await open();
  state.slow = true;
  const found: boolean[] = [];
  log.onEntry(({ alert }) => void state.get(`alerts/by-id/${alert.id}`).then(text => found.push(text !== undefined)));
  await log.take([raise(1, 'a'), raise(2, 'b')]);
  await new Promise(resolve => setImmediate(resolve));
  expect(found).toEqual([true, true]);
});

test('effects taken at the same time keep their order and get cursors without holes', async () => {
  const { state, log, heard } = await open();
  state.slow = true;
  await Promise.all(Array.from({ length: 10 }, (_, i) => log.take([raise(i, `a${i}`), update(i + 100, `a${i}`)])));
  expect(heard.map(({ cursor }) => cursor)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  expect(told(heard).slice(0, 4)).toEqual(['1 raised a0', '2 updated a0', '3 raised a1', '4 updated a1']);
});

test('the stream is trimmed to its bound; who asks for older is told from where it goes on', async () => {
  const { state, log } = await open(undefined, 5);
  for (let i = 1; i <= 12; i++) await log.take([raise(i, `a${i}`)]);
  expect(log.oldest()).toBe(7);
  expect((await log.after(log.oldest(), 100)).map(({ cursor }) => cursor)).toEqual([8, 9, 10, 11, 12]);
  expect((await log.after(9, 2)).map(({ cursor }) => cursor)).toEqual([10, 11]);
  expect(await log.after(12, 10)).toEqual([]);
  const again = await open(state, 5);
  expect([again.log.oldest(), again.log.head()]).toEqual([7, 12]);
  // Trimmed from the stream, not from the store.
  expect((await again.log.alert('a1'))?.status).toBe('open');
});

test('what people did stays over what the fold says later', async () => {
  const { state, log, heard } = await open();
  await log.take([raise(1, 'a'), handle(2, 'a', 'acknowledged', 'seen'), update(3, 'a', { value: -6, endedAt: 9_000 })]);
  expect(await log.alert('a')).toMatchObject({ status: 'acknowledged', value: -6, handled_by: 'kim' });
  expect(heard.map(({ change }) => change)).toEqual(['raised', 'acknowledged', 'updated']);
  expect(log.openAlerts('v-1')).toBe(0);
  await log.take([handle(4, 'a', 'void', 'no')]);
  expect(heard[3]!.change).toBe('voided');
  expect((await open(state)).log.openAlerts('v-1')).toBe(0);
});

test('late data moves a start: retracted with its heir, who goes on with notes and acknowledgement, on the stream too', async () => {
  const { state, log, heard } = await open();
  await log.take([raise(1, 'old'), handle(2, 'old', 'acknowledged', 'seen')]);
  await log.take([raise(3, 'new'), retract(3, 'old', 'new', 1)]);
  expect(await log.alert('old')).toMatchObject({ status: 'retracted', replaced_by: 'new', message: 'Late data' });
  expect(await log.alert('new')).toMatchObject({ status: 'acknowledged', handled_by: 'kim', notes: [{ note: 'seen' }] });
  const seen = new Map(heard.map(({ alert }) => [alert.id, alert]));
  expect(seen.get('new')).toEqual(await log.alert('new'));
  // And once only, whoever brings it again.
  const again = await open(state);
  await again.log.take([raise(3, 'new'), retract(3, 'old', 'new', 1)]);
  expect(again.heard).toEqual([]);
  expect(again.log.openAlerts('v-1')).toBe(0);
});

test('later data brings a retracted alert back as it was', async () => {
  const { log, heard } = await open();
  await log.take([raise(1, 'a'), handle(2, 'a', 'resolved'), retract(3, 'a', null), raise(4, 'a')]);
  expect(heard.map(({ change }) => change)).toEqual(['raised', 'resolved', 'retracted', 'raised']);
  expect(await log.alert('a')).toMatchObject({ status: 'resolved', replaced_by: null });
});

test('what was never raised can be neither handled nor retracted', async () => {
  const { log, heard } = await open();
  expect(await log.take([handle(1, 'x', 'resolved'), retract(2, 'y', null)])).toEqual([]);
  expect(heard).toEqual([]);
  expect(await log.alert('x')).toBeUndefined();
});

test('keys below a saved position are given out for removal, those of other partitions are not', async () => {
  const { state, log } = await open();
  await log.take([raise(9, 'a'), raise(10, 'b'), { ...raise(5, 'c'), partition: 4 }]);
  await state.write(await log.outboxBefore(3, 10));
  const left: string[] = [];
  for await (const [key] of state.range('alerts/outbox/', 'alerts/outbox/~')) left.push(key);
  expect(left).toHaveLength(2);
  expect(left[0]).toContain('0000000000000010');
});

test('what comes while a group is written goes into one further write, in order, and each caller hears of its own', async () => {
  const state = new FickleStore();
  state.slow = true;
  let writes = 0;
  const write = state.write.bind(state);
  state.write = async given => {
    writes++;
    await write(given);
  };
  const { log } = await open(state);
  const taken = await Promise.all([1, 2, 3, 4].map(partition => log.take([{ ...raise(10, `a-${partition}`), partition }])));
  expect(taken.map(alerts => alerts.map(({ id }) => id))).toEqual([['a-1'], ['a-2'], ['a-3'], ['a-4']]);
  expect(writes).toBe(2);
  expect((await log.after(0, 10)).map(({ cursor, alert }) => [cursor, alert.id])).toEqual([
    [1, 'a-1'],
    [2, 'a-2'],
    [3, 'a-3'],
    [4, 'a-4'],
  ]);
});

test('effects of several partitions that come again after a restart, among new ones, are told once', async () => {
  const state = new FickleStore();
  const { log: first } = await open(state);
  const old = [1, 2].flatMap(partition => [10, 20].map(offset => ({ ...raise(offset, `p${partition}-${offset}`), partition })));
  await first.take(old);
  const { log: second, heard } = await open(state);
  await second.take([...old, { ...raise(30, 'p1-30'), partition: 1 }, { ...raise(5, 'p9-5'), partition: 9 }]);
  await second.take([
    { ...raise(20, 'p2-20'), partition: 2 },
    { ...raise(21, 'p2-21'), partition: 2 },
  ]);
  expect(heard.map(({ alert }) => alert.id)).toEqual(['p1-30', 'p9-5', 'p2-21']);
});

test('the same effect twice in one group, of a fold that was started afresh while the first one still waited, is told once', async () => {
  const state = new FickleStore();
  state.slow = true;
  const { log, heard } = await open(state);
  await Promise.all([log.take([raise(1, 'a')]), log.take([raise(2, 'b')]), log.take([raise(2, 'b'), raise(3, 'c')])]);
  expect(heard.map(({ cursor, alert }) => [cursor, alert.id])).toEqual([
    [1, 'a'],
    [2, 'b'],
    [3, 'c'],
  ]);
});

test('words that are erased are gone from the alert and from all that was told of it, of no other, and after a crash half way too', async () => {
  const { state, log, heard } = await open(undefined, 5_000);
  await log.take([raise(1, 'a'), raise(2, 'b')]);
  await log.take([handle(3, 'a', 'contested', 'Rough road, says Ann'), handle(4, 'b', 'acknowledged', 'Bob knows')]);
  // More than is looked through at once stands between.
  await log.take(Array.from({ length: 1_200 }, (_, n) => update(10 + n, 'b', { value: -n })));
  await log.take([handle(2_000, 'a', 'contest_rejected', 'Ann was told')]);
  const before = await log.alert('a');
  await log.take([handle(2_001, 'a', 'erased')]);
  const words = async (stream: AlertLog) => JSON.stringify([await stream.alert('a'), await stream.after(0, 10_000)]);
  await untilQuiet(async () => !/Ann/.test(await words(log)));
  expect(await log.alert('a')).toEqual({
    ...before,
    notes: before!.notes.map(one => ({ ...one, note: '' })),
    contest: { ...before!.contest, reason: '', answer: '' },
  });
  expect(heard.at(-1)).toMatchObject({ change: 'updated', alert: { id: 'a', contest: { status: 'rejected' } } });
  expect(await words(log)).toMatch(/Bob knows/);
  const entries = await log.after(0, 10_000);
  expect(entries.map(({ cursor }) => cursor)).toEqual(entries.map((_, n) => n + 1));
  for await (const [key] of state.range('alerts/erasing/', 'alerts/erasing/~')) throw new Error(key);

  // The process died when the alert was written and the stream was not.
  await state.write([
    { put: 'alerts/erasing/a', value: '' },
    { put: `alerts/stream/${'0'.repeat(15)}3`, value: JSON.stringify({ ...entries[2], alert: before }) },
  ]);
  const again = await open(state, 5_000);
  expect(await words(again.log)).toMatch(/Ann/);
  await untilQuiet(async () => !/Ann/.test(await words(again.log)));
});

const untilQuiet = async (done: () => Promise<boolean>): Promise<void> => {
  for (let n = 0; n < 200; n++) {
    if (await done()) return;
    await new Promise(resolve => setTimeout(resolve, 5));
  }
  throw new Error('it never came about');
};
