// Proves: whatever a device calls itself, the name that it gets where it is registered on sight is one of ours, and two have two.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isId, RESERVED_DEVICE_ID } from '../model/ids.js';
import { foreignDevice } from './foreign-device.js';

const nameOf = (id: string): string | undefined => foreignDevice('f', id, new Uint8Array())?.device;

test('names', () => {
  expect(nameOf('350000000000017')).toBe('350000000000017');
  expect(nameOf('fleet/van1')).toMatch(/^fleet_van1-.{8}$/);
  expect(nameOf('fleet/van1')).not.toBe(nameOf('fleet_van1'));
  expect(nameOf(RESERVED_DEVICE_ID)).not.toBe(RESERVED_DEVICE_ID);
  expect(nameOf('')).toBeUndefined();
  expect(nameOf('x'.repeat(129))).toBeUndefined();
});

test('any identity', () => {
  fc.assert(fc.property(fc.string({ minLength: 1, maxLength: 128 }), id => expect(isId(nameOf(id)!)).toBe(true)));
});
