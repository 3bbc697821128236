import type { Conversation, StreamStep } from '../stream-protocol.js';
import { unreadable } from '../unreadable.js';
import { readAvlPacket } from './avl-packet.js';
import { ByteReader } from './byte-reader.js';
import { readImei, toTeltonika } from './imei.js';

const MOST_DATAGRAM = 2_048;

/** One datagram, one packet with its IMEI; there is no CRC but UDP's own. */
export class UdpConversation implements Conversation {
  hear(datagram: Uint8Array): StreamStep[] {
    const bytes = new ByteReader(datagram);
    const length = bytes.u16();
    const packetId = bytes.take(2);
    bytes.u8();
    const avlPacketId = bytes.u8();
    const foreign = readImei(bytes.take(bytes.u16()));
    const body = bytes.take(bytes.left).slice();
    const wrong = (code: string, detail: string): StreamStep[] => [unreadable(code, detail, datagram.slice(0, MOST_DATAGRAM))];
    if (bytes.short || datagram.length > MOST_DATAGRAM || length !== datagram.length - 2)
      return wrong('length', 'the length is another one');
    if (foreign === undefined) return wrong('login', 'no IMEI');
    const records = readAvlPacket(body);
    if (records === undefined) return wrong('records', 'the records do not fit their packet');
    const answer = Uint8Array.of(0, 5, packetId[0]!, packetId[1]!, 1, avlPacketId, records.length);
    return [{ kind: 'record', routed: [toTeltonika(foreign, body)], answer }];
  }

  end(): StreamStep[] {
    return [];
  }
}
