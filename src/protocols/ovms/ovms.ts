import { foreignDevice } from '../foreign-device.js';
import type { Protocol } from '../protocol.js';
import { decodeMetric } from './decode-metric.js';

const TOPIC = /^ovms\/([^/]+)\/([^/]+)\/(?:metric\/.|notify\/.|event$|status$)/;
const NONE = [] as const;

/**
 * Open Vehicles v3 on `ovms/<user>/<vehicle id>`: one plain value per topic, told when it changes. A position comes in parts, which the
 * fold joins (`joinFix`).
 */
export const ovms: Protocol = {
  name: 'ovms',
  topics: ['ovms/+/+/metric/#', 'ovms/+/+/notify/#', 'ovms/+/+/event', 'ovms/+/+/status'],

  route(topic, payload) {
    const vehicle = TOPIC.exec(topic)?.[2];
    const routed = vehicle === undefined ? undefined : foreignDevice('ovms', vehicle, payload);
    return routed ? [routed] : NONE;
  },

  decode: decodeMetric,
};
