// Proves that a message speaks for the device it may speak for and for no other, whatever it calls itself.
import { expect, test } from '@jest/globals';
import type { Device } from '../model/vehicle.js';
import { resolveDevice } from './resolve-device.js';

const device = (id: string, changed: Partial<Device> = {}): Device => ({
  id,
  vehicle: `vehicle-of-${id}`,
  format: 'telltale-v1',
  foreign_id: null,
  secret_hash: '',
  old_secret_hash: null,
  old_valid_until: null,
  ...changed,
});

const known = [
  device('own'),
  device('guarded', { secret_hash: 'ab' }),
  device('phone', { format: 'owntracks', foreign_id: 'jane/phone', secret_hash: 'ab' }),
  device('tracker', { format: 'flespi' }),
  device('listed', { format: 'flespi', foreign_id: '36' }),
  device('strict', { format: 'flespi', speaks_for: ['own'] }),
  device('hub', { speaks_for: ['own', 'phone'] }),
];
const registry = {
  device: (id: string) => known.find(one => one.id === id),
  deviceByForeignId: (format: string, id: string) => known.find(one => one.format === format && one.foreign_id === id),
};
const slice = new Uint8Array();
const idOf = (found: ReturnType<typeof resolveDevice>): string => ('device' in found ? found.device.id : Object.keys(found)[0]!);

test.each([
  ['its own name', { device: 'own', slice }, 'own', 'telltale-v1', 'own'],
  ['another name on its connection', { device: 'guarded', slice }, 'own', 'telltale-v1', 'refused'],
  ['a name behind a broker', { device: 'guarded', slice }, undefined, 'telltale-v1', 'guarded'],
  ['a name nobody knows', { device: 'new', slice }, undefined, 'telltale-v1', 'unknown'],
  ['a guarded name, anonymously', { device: 'guarded', slice }, '', 'telltale-v1', 'refused'],
  [
    'a guarded foreign name, anonymously',
    { device: 'x', foreign: { format: 'owntracks', id: 'jane/phone' }, slice },
    '',
    'owntracks',
    'refused',
  ],
  [
    'a foreign name on its own connection',
    { device: 'x', foreign: { format: 'owntracks', id: 'jane/phone' }, slice },
    'phone',
    'owntracks',
    'phone',
  ],
  [
    'any foreign name where none is registered',
    { device: 'x', foreign: { format: 'flespi', id: '35' }, slice },
    'tracker',
    'flespi',
    'tracker',
  ],
  [
    'a tracker that is registered, over its gateway',
    { device: 'x', foreign: { format: 'flespi', id: '36' }, slice },
    'tracker',
    'flespi',
    'listed',
  ],
  [
    'a tracker that is not on the gateway’s list',
    { device: 'x', foreign: { format: 'flespi', id: '36' }, slice },
    'strict',
    'flespi',
    'refused',
  ],
  [
    'a tracker of nobody, over a gateway with a list',
    { device: 'x', foreign: { format: 'flespi', id: '37' }, slice },
    'strict',
    'flespi',
    'unknown',
  ],
  ['a device listed with a hub', { device: 'own', slice }, 'hub', 'telltale-v1', 'own'],
  [
    'a foreign name listed with a hub',
    { device: 'x', foreign: { format: 'owntracks', id: 'jane/phone' }, slice },
    'hub',
    'owntracks',
    'phone',
  ],
  ['a device not listed with a hub', { device: 'guarded', slice }, 'hub', 'telltale-v1', 'refused'],
  ['no name, but a connection', { device: '', slice }, 'own', 'autopi', 'own'],
  ['no name at all', { device: '', slice }, undefined, 'autopi', 'refused'],
])('%s', (_name, routed, connected, format, found) => {
  expect(idOf(resolveDevice(registry, routed, connected, format))).toBe(found);
});
