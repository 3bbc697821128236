// Proves that what nobody knows is counted per device and name, and that a device which invents names without end costs a bounded amount.
import { expect, test } from '@jest/globals';
import { UnknownFields } from './unknown-fields.js';

test('counts by device and name', () => {
  const fields = new UnknownFields();
  fields.add('a', ['x', 'y']);
  fields.add('a', ['x']);
  fields.add('b', ['x']);
  expect(fields.all()).toEqual({ a: { x: 2, y: 1 }, b: { x: 1 } });
});

test('names and devices are bounded', () => {
  const fields = new UnknownFields();
  for (let i = 0; i < 5_000; i++) fields.add(`d${i}`, [`n${i}`]);
  for (let i = 0; i < 5_000; i++) fields.add('d0', [`n${i}`]);
  const all = fields.all();
  expect(Object.keys(all).length).toBeLessThanOrEqual(2_000);
  expect(Object.keys(all.d0!).length).toBeLessThanOrEqual(64);
});
