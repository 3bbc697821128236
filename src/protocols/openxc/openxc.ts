import { foreignDevice } from '../foreign-device.js';
import type { Protocol } from '../protocol.js';
import { decodeOpenxc } from './decode-openxc.js';

const TOPIC = /^openxc\/([^/]+)(?:\/[^/]+)?$/;

/** OpenXC vehicle interfaces, published on `openxc/<id>`: nothing in the stream says who it is. */
export const openxc: Protocol = {
  name: 'openxc',
  topics: ['openxc/+', 'openxc/+/+'],

  route(topic, payload) {
    const id = TOPIC.exec(topic)?.[1];
    const routed = id === undefined ? undefined : foreignDevice('openxc', id, payload);
    return routed ? [routed] : [];
  },

  decode: decodeOpenxc,
};
