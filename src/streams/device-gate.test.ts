// Proves: a device gets in with its own secret only (or the one before, for a day), and speaks and hears below its own id only; in trial
// mode anybody may, but never for a device that has a secret.
import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { ManualClock } from '../../tests/mqtt/manual-clock.js';
import type { Device } from '../model/vehicle.js';
import { deviceGate } from './device-gate.js';

const hash = (secret: string): string => createHash('sha256').update(secret).digest('hex');
const bytes = (text: string): Uint8Array => Buffer.from(text);

const scene = (open: boolean) => {
  const clock = new ManualClock();
  const device = (id: string, changed: Partial<Device>): Device => ({
    id,
    vehicle: id,
    format: 'telltale-v1',
    foreign_id: null,
    secret_hash: hash('s3cret'),
    old_secret_hash: null,
    old_valid_until: null,
    ...changed,
  });
  const devices: Record<string, Device> = {
    'd-1': device('d-1', {}),
    'd-2': device('d-2', { old_secret_hash: hash('before'), old_valid_until: clock.now() + 1_000 }),
    'd-3': device('d-3', { secret_hash: '' }),
    hub: device('hub', { speaks_for: ['d-1'] }),
  };
  return { clock, gate: deviceGate({ device: id => devices[id] }, clock, open) };
};

test.each([
  ['d-1', 's3cret', true],
  ['d-1', 'wrong', false],
  ['d-1', undefined, false],
  ['d-1', '', false],
  ['d-3', '', false],
  ['nobody', 's3cret', false],
  ['', 's3cret', false],
  [undefined, undefined, false],
  ['fleet', 's3cret', false],
  ['__proto__', 's3cret', false],
])('required: %s with %s', (user, password, gets) => {
  const answer = scene(false).gate.authenticate(user, password === undefined ? undefined : bytes(password));
  expect(answer).toEqual(gets ? { device: user } : { refused: 'bad_credentials' });
});

test('after a rotation the old secret holds until its time, the new one beside it', () => {
  const { gate, clock } = scene(false);
  expect(gate.authenticate('d-2', bytes('before'))).toEqual({ device: 'd-2' });
  expect(gate.authenticate('d-2', bytes('s3cret'))).toEqual({ device: 'd-2' });
  clock.advance(1_000);
  expect(gate.authenticate('d-2', bytes('before'))).toEqual({ refused: 'bad_credentials' });
  expect(gate.authenticate('d-2', bytes('s3cret'))).toEqual({ device: 'd-2' });
});

test.each([
  ['new-1', undefined, { device: 'new-1' }],
  ['d-3', 'anything', { device: 'd-3' }],
  [undefined, undefined, { device: '' }],
  ['d-1', 'wrong', { refused: 'bad_credentials' }],
  ['d-1', 's3cret', { device: 'd-1' }],
  ['fleet', undefined, { refused: 'bad_credentials' }],
  ['a/b', undefined, { refused: 'bad_credentials' }],
  ['+', undefined, { refused: 'bad_credentials' }],
  ['x'.repeat(65), undefined, { refused: 'bad_credentials' }],
])('open: %s with %s', (user, password, answer) => {
  expect(scene(true).gate.authenticate(user, password === undefined ? undefined : bytes(password))).toEqual(answer);
});

const publishes: [string, string, boolean][] = [
  ['d-1', 'telltale/v1/d-1/events', true],
  ['d-1', 'telltale/v1/d-1/status', true],
  ['d-1', 'telltale/v1/d-1/errors', false],
  ['d-1', 'telltale/v1/d-2/events', false],
  ['d-1', 'telltale/v1/d-1', false],
  ['d-1', 'telltale/v1/d-10/events', false],
  ['d-1', 'other/d-1/events', false],
  ['d-1', 'x/telltale/v1/d-1/events', false],
  ['hub', 'telltale/v1/d-1/events', true],
  ['hub', 'telltale/v1/hub/events', true],
  ['hub', 'telltale/v1/d-2/events', false],
  ['d-1', 'telltale/v1/hub/events', false],
];
test.each(publishes)('%s publishes to %s: %s', (device, topic, may) => {
  expect(scene(false).gate.mayPublish(device, topic)).toBe(may);
});

const subscribes: [string, string, boolean][] = [
  ['d-1', 'telltale/v1/d-1/errors', true],
  ['d-1', 'telltale/v1/d-1/#', true],
  ['d-1', 'telltale/v1/d-1/+', true],
  ['d-1', 'telltale/v1/+/errors', false],
  ['d-1', 'telltale/v1/#', false],
  ['d-1', 'telltale/+/d-1/errors', false],
  ['d-1', '#', false],
  ['d-1', '+/v1/d-1/errors', false],
  ['d-1', '$share/g/telltale/v1/d-1/errors', false],
  ['d-1', '$SYS/#', false],
];
test.each(subscribes)('%s subscribes to %s: %s', (device, filter, may) => {
  expect(scene(false).gate.maySubscribe(device, filter)).toBe(may);
});

test('who did not say who it is speaks for devices without a secret, and for no other', () => {
  const { gate } = scene(true);
  expect(gate.mayPublish('', 'telltale/v1/new-1/events')).toBe(true);
  expect(gate.mayPublish('', 'telltale/v1/d-3/events')).toBe(true);
  expect(gate.mayPublish('', 'telltale/v1/d-1/events')).toBe(false);
  expect(gate.mayPublish('', 'telltale/v1/fleet/events')).toBe(false);
  expect(gate.maySubscribe('', 'telltale/v1/+/errors')).toBe(false);
});
