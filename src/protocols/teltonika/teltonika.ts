import type { Conversation, ConversationStart, StreamProtocol } from '../stream-protocol.js';
import { decodeTeltonika } from './decode-teltonika.js';
import { MOST_PACKET_BYTES, TcpConversation } from './tcp-conversation.js';
import { UdpConversation } from './udp-conversation.js';

/**
 * Teltonika FMB, FMC and FMM: codec 8, 8 extended and 16. A record is one packet, from codec id to second count.
 * @see https://wiki.teltonika-gps.com/view/Teltonika_Data_Sending_Protocols
 */
export const teltonika: StreamProtocol = {
  name: 'teltonika',
  transports: ['tcp', 'udp'],
  mostFrameBytes: MOST_PACKET_BYTES,
  idle_s: 1_800,

  open(start: ConversationStart): Conversation {
    return start.transport === 'tcp' ? new TcpConversation(start.foreign) : new UdpConversation();
  },

  decode: decodeTeltonika,
};
