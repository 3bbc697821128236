import { createHash, timingSafeEqual } from 'node:crypto';
import { isId, RESERVED_DEVICE_ID } from '../model/ids.js';
import type { Clock } from '../ports/clock.js';
import type { DeviceGate } from '../ports/listener.js';
import type { FleetRegistry } from './fleet-registry.js';

const hashOf = (secret: Uint8Array): Buffer => createHash('sha256').update(secret).digest();
const matches = (hash: Buffer, stored: string): boolean => {
  const wanted = Buffer.from(stored, 'hex');
  return wanted.length === hash.length && timingSafeEqual(wanted, hash);
};

/**
 * Who may connect to the embedded broker, and speak below which topics: its own, and nobody else's.
 * @param open trial mode: any device may connect and is registered on sight; one that has a secret still needs it
 */
export const deviceGate = (registry: FleetRegistry, clock: Clock, open: boolean): DeviceGate => {
  const ownTopic = (device: string, topic: string): boolean => topic.startsWith(`telltale/v1/${device}/`);
  return {
    authenticate(user, password) {
      if (user === undefined || !isId(user) || user === RESERVED_DEVICE_ID) return { refused: 'bad_credentials' };
      const device = registry.device(user);
      if (!device) return open ? { device: user } : { refused: 'bad_credentials' };
      if (device.secret_hash === '') return open ? { device: user } : { refused: 'bad_credentials' };
      const hash = hashOf(password ?? new Uint8Array());
      if (matches(hash, device.secret_hash)) return { device: user };
      const oldIsValid = device.old_secret_hash !== null && (device.old_valid_until ?? 0) > clock.now();
      if (oldIsValid && matches(hash, device.old_secret_hash!)) return { device: user };
      return { refused: 'bad_credentials' };
    },
    mayPublish: (device, topic) => ownTopic(device, topic) && !topic.endsWith('/errors'),
    maySubscribe: (device, filter) => ownTopic(device, filter),
  };
};
