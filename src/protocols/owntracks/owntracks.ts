import { foreignDevice } from '../foreign-device.js';
import type { Protocol } from '../protocol.js';
import { decodeOwntracks } from './decode-owntracks.js';

const PREFIX = 'owntracks/';
const NONE = [] as const;

/** OwnTracks apps, Queclink trackers behind qtripp, and the Greenwich box, on `owntracks/<user>/<device>` and below. */
export const owntracks: Protocol = {
  name: 'owntracks',
  topics: [`${PREFIX}+/+`, `${PREFIX}+/+/#`],

  route(topic, payload) {
    if (!topic.startsWith(PREFIX)) return NONE;
    const [user, device, below] = topic.slice(PREFIX.length).split('/');
    // `cmd` is what servers tell devices.
    if (!user || !device || below === 'cmd') return NONE;
    const routed = foreignDevice('owntracks', `${user}/${device}`, payload);
    return routed ? [routed] : NONE;
  },

  decode: decodeOwntracks,
};
