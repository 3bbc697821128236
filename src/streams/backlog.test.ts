// Proves: what waits for the fold is told by its bytes where records are long, the oldest first, however much of it is folded at a time; and the
// list of writes stays short.
import { expect, test } from '@jest/globals';
import type { NewRecord } from '../model/record.js';
import { Backlog, workOf } from './backlog.js';

const record = (bytes: number): NewRecord => ({
  key: 'v-1',
  header: { kind: 'message', received: 0, format: 'telltale-v1', device: 'd-1', topic: 't', dup: false },
  body: new Uint8Array(bytes),
});

test('a short record is one, a long one as many as it is long', () => {
  expect(workOf([record(10), record(512), record(5_120)])).toBe(12);
});

test('the oldest are folded first, in parts too', () => {
  const backlog = new Backlog();
  backlog.wrote(10, 100);
  backlog.wrote(4, 4);
  expect(backlog.left(14)).toBe(104);
  expect(backlog.left(9)).toBeCloseTo(54);
  expect(backlog.left(4)).toBeCloseTo(4);
  expect(backlog.left(1)).toBeCloseTo(1);
  expect(backlog.left(0)).toBe(0);
  backlog.wrote(2, 30);
  expect(backlog.left(2)).toBeCloseTo(30);
});

test('what it has not seen written is one for each record', () => {
  const backlog = new Backlog();
  backlog.wrote(10, 100);
  expect(backlog.left(1_000)).toBe(1_090);
});

test('more writes than are told apart lose nothing', () => {
  const backlog = new Backlog(8);
  for (let i = 0; i < 1_000; i++) backlog.wrote(2, 10);
  expect(backlog.left(2_000)).toBeCloseTo(10_000);
  expect(backlog.left(10)).toBeCloseTo(50);
});
