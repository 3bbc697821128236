import type { Protocol } from '../protocol.js';
import { decodeFlespi } from './decode-flespi.js';
import { splitByIdent } from './split-by-ident.js';

const TOPIC = /^flespi\/message\/gw\/(?:devices\/[^/]+|channels\/[^/]+\/([^/]+))$/;

/** The flespi gateway: messages of hundreds of kinds of trackers, in one shape, of many vehicles on one connection. */
export const flespi: Protocol = {
  name: 'flespi',
  topics: ['flespi/message/gw/devices/+', 'flespi/message/gw/channels/+/+'],

  route(topic, payload) {
    const match = TOPIC.exec(topic);
    return match ? splitByIdent(payload, match[1]) : [];
  },

  decode: decodeFlespi,
};
