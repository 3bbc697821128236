import { foreignDevice } from '../foreign-device.js';
import type { Protocol } from '../protocol.js';
import { decodeState } from './decode-state.js';
import { partsOfTopic } from './parts-of-topic.js';

/** The ESP32 firmware obd2-mqtt on `obd2mqtt/<identifier>_<state>`: one plain value per topic, as Home Assistant likes it. */
export const obd2Mqtt: Protocol = {
  name: 'obd2-mqtt',
  topics: ['obd2mqtt/+', 'obd2mqtt/+/+'],

  route(topic, payload) {
    const parts = partsOfTopic(topic);
    const routed = parts && foreignDevice('obd2-mqtt', parts.identifier, payload);
    return routed ? [routed] : [];
  },

  decode: decodeState,
};
