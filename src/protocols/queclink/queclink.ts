import type { StreamProtocol } from '../stream-protocol.js';
import { decodeQueclink } from './decode-queclink.js';
import { MOST_FRAME_BYTES, QueclinkConversation } from './queclink-conversation.js';

/** Queclink GV and GL trackers in the text form of @Track. A record is one frame, from `+` to `$`. */
export const queclink: StreamProtocol = {
  name: 'queclink',
  transports: ['tcp', 'udp'],
  mostFrameBytes: MOST_FRAME_BYTES,
  idle_s: 1_800,
  open: () => new QueclinkConversation(),
  decode: decodeQueclink,
};
