import { createHash, timingSafeEqual } from 'node:crypto';
import { isId, RESERVED_DEVICE_ID } from '../model/ids.js';
import type { Clock } from '../ports/clock.js';
import type { DeviceGate, ViewerGate } from '../ports/listener.js';
import { protocolNamed } from '../protocols/index.js';
import type { FleetRegistry } from './fleet-registry.js';

const hashOf = (secret: Uint8Array): Buffer => createHash('sha256').update(secret).digest();
const matches = (hash: Buffer, stored: string): boolean => {
  const wanted = Buffer.from(stored, 'hex');
  return wanted.length === hash.length && timingSafeEqual(wanted, hash);
};

/** A connection in trial mode that did not say who it is. */
const ANYBODY = '';
/** People and programs that listen; no id of a device has a colon. */
const VIEWER = /^(user|token|viewer):/;
/** A filter that is open at its first level hears what the server says to others, too. */
const REACHES_OURS = /^[+#$]/;
const OURS = 'telltale/v1/';
const TOPIC = /^telltale\/v1\/([^/+#]+)\//;

/**
 * Who may connect to the embedded broker, and speak below which topics: its own, and nobody else's.
 * @param open trial mode: any device may connect and is registered on sight, and who does not say who it is may speak for any device
 *   that has no secret; one that has a secret still needs it
 * @param viewers who may hear alerts of the fleet, and say nothing
 */
export const deviceGate = (
  registry: Pick<FleetRegistry, 'device'>,
  clock: Clock,
  open: boolean,
  viewers?: ViewerGate,
): DeviceGate => {
  const isOpen = (device: string): boolean =>
    open && isId(device) && device !== RESERVED_DEVICE_ID && !registry.device(device)?.secret_hash;
  /** Its own topics below ours, those of devices that are listed with it, and those of the format it is registered with; ingest finds out whom a message there speaks for. */
  const speaksFor = (device: string, topic: string): boolean => {
    const named = TOPIC.exec(topic)?.[1];
    if (named !== undefined) {
      if (device === ANYBODY) return isOpen(named);
      return named === device || (registry.device(device)?.speaks_for?.includes(named) ?? false);
    }
    if (topic.startsWith('telltale/')) return false;
    if (device === ANYBODY || isOpen(device)) return open;
    const protocol = protocolNamed(registry.device(device)?.format ?? '');
    return (
      protocol !== undefined &&
      (protocol.topics.some(filter => topicMatches(filter, topic)) || (protocol.hears?.(topic) ?? false))
    );
  };
  return {
    authenticate(user, password) {
      if (user === undefined || user === '') return open ? { device: ANYBODY } : { refused: 'bad_credentials' };
      if (VIEWER.test(user)) {
        if (viewers === undefined) return { refused: 'bad_credentials' };
        return viewers
          .authenticate(user, password)
          .then(viewer => (viewer ? { device: viewer } : { refused: 'bad_credentials' }));
      }
      if (isOpen(user)) return { device: user };
      const device = registry.device(user);
      if (!device?.secret_hash) return { refused: 'bad_credentials' };
      const hash = hashOf(password ?? new Uint8Array());
      if (matches(hash, device.secret_hash)) return { device: user };
      const oldIsValid = device.old_secret_hash !== null && (device.old_valid_until ?? 0) > clock.now();
      if (oldIsValid && matches(hash, device.old_secret_hash!)) return { device: user };
      return { refused: 'bad_credentials' };
    },
    mayPublish: (device, topic) =>
      !VIEWER.test(device) && (isBelow(device, topic) || speaksFor(device, topic)) && !topic.endsWith('/errors'),
    maySubscribe: (device, filter) =>
      VIEWER.test(device)
        ? (viewers?.maySubscribe(device, filter) ?? false)
        : !REACHES_OURS.test(filter) && speaksFor(device, filter),
  };
};

/** Whether a topic is one of the device's own: what nearly every message is, asked without cutting the topic up. */
const isBelow = (device: string, topic: string): boolean =>
  device !== ANYBODY &&
  topic.startsWith(OURS) &&
  topic.startsWith(device, OURS.length) &&
  topic[OURS.length + device.length] === '/' &&
  !device.includes('/');

/** Whether a filter of MQTT §4.7 covers a topic (or, level by level, a filter that asks for no more). */
const topicMatches = (filter: string, topic: string): boolean => {
  const [wanted, given] = [filter.split('/'), topic.split('/')];
  for (let i = 0; i < wanted.length; i++) {
    if (wanted[i] === '#') return true;
    if (given[i] === undefined || (wanted[i] !== '+' && wanted[i] !== given[i])) return false;
  }
  return wanted.length === given.length;
};
