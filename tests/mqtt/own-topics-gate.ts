import type { DeviceGate } from '../../src/ports/listener.js';

/** User = device, password `secret`; publishes and hears below its own id. */
export const ownTopicsGate: DeviceGate = {
  authenticate: (user, password) =>
    user !== undefined && Buffer.from(password ?? []).toString() === 'secret' ? { device: user } : { refused: 'bad_credentials' },
  mayPublish: (device, topic) => topic.startsWith(`telltale/v1/${device}/`),
  maySubscribe: (device, filter) => filter.startsWith(`telltale/v1/${device}/`),
};
