import type { StreamProtocol } from '../stream-protocol.js';
import { decodeFreematics } from './decode-freematics.js';
import { FreematicsConversation, MOST_DATAGRAM_BYTES } from './freematics-conversation.js';

/** Freematics ONE+ over UDP, in the text form of its Hub. A record is one datagram. */
export const freematics: StreamProtocol = {
  name: 'freematics',
  transports: ['udp'],
  mostFrameBytes: MOST_DATAGRAM_BYTES,
  idle_s: 3_600,
  open: () => new FreematicsConversation(),
  decode: decodeFreematics,
};
