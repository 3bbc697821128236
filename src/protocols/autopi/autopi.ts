import { foreignDevice, whoeverIsConnected } from '../foreign-device.js';
import type { Protocol, Routed } from '../protocol.js';
import { decodeAutopi } from './decode-autopi.js';

/** Modules of the AutoPi that stand first in a topic where its owner set none: they name no device. */
const MODULES = new Set(['obd', 'track', 'acc', 'event', 'ec2x', 'rpi', 'spm', 'stn', 'power', 'sys']);
const ROOT = 'autopi';
const OPEN_BRACE = 0x7b;
const NONE: readonly Routed[] = [];

/**
 * AutoPi's MQTT returner: `<module>/<type>` (`obd/rpm`, `track/pos`), where only the connection tells who it is, or with the option `topic`
 * set, `<id>/<type>` or `<id>`. Behind an external broker the option has to be `autopi/<id>`.
 */
export const autopi: Protocol = {
  name: 'autopi',
  topics: [`${ROOT}/#`, 'obd/+', 'track/+', 'acc/+', 'event/+'],

  hears: topic => /^[^/]+(?:\/[^/]+)?$/.test(topic),

  route(topic, payload) {
    const levels = topic.split('/');
    const [first, second] = levels;
    if (first === ROOT) return levels.length < 2 || levels.length > 3 ? NONE : toDevice(second!, payload);
    // Any short topic may be one of ours, so the message has to look like it as well.
    if (levels.length > 2 || !first || !isStamped(payload)) return NONE;
    return MODULES.has(first) ? [whoeverIsConnected(payload)] : toDevice(first, payload);
  },

  decode: decodeAutopi,
};

const toDevice = (id: string, payload: Uint8Array): readonly Routed[] => {
  const routed = foreignDevice('autopi', id, payload);
  return routed ? [routed] : NONE;
};

/** Every message of the returner is an object with a `_stamp`. */
const isStamped = (payload: Uint8Array): boolean =>
  payload[0] === OPEN_BRACE && Buffer.from(payload.buffer, payload.byteOffset, payload.length).includes('"_stamp"');
