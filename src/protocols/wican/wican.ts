import { foreignDevice } from '../foreign-device.js';
import type { Protocol } from '../protocol.js';
import { decodeWican } from './decode-wican.js';

const PREFIX = 'wican/';
const NONE = [] as const;

/** MeatPi WiCAN below `wican/<device id>`: status, CAN frames with OBD replies, and the values of its filters and AutoPID. */
export const wican: Protocol = {
  name: 'wican',
  topics: [`${PREFIX}+/#`],

  route(topic, payload) {
    if (!topic.startsWith(PREFIX)) return NONE;
    const slash = topic.indexOf('/', PREFIX.length);
    const below = topic.slice(slash + 1);
    // Requests go to the device, on topics below its own.
    if (slash < 0 || below === 'can/tx' || below === 'cmd') return NONE;
    const routed = foreignDevice('wican', topic.slice(PREFIX.length, slash), payload);
    return routed ? [routed] : NONE;
  },

  decode: decodeWican,
};
