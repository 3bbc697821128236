import { foreignDevice } from '../foreign-device.js';
import type { Conversation, StreamStep } from '../stream-protocol.js';
import { unreadable } from '../unreadable.js';
import { type FreematicsFrame, readFreematicsFrame, sum8 } from './read-frame.js';

export const MOST_DATAGRAM_BYTES = 8_192;
const latin1 = new TextDecoder('latin1');
/** What we call every device in our answers. The firmware takes it for its number and may put it before later datagrams. */
const NUMBER_GIVEN = '1';

/**
 * One peer. Its events (login, ping, …) want an answer within seconds, else they come again; data want none. After the login a device may
 * call itself by the number of the answer, so who is behind an address is kept with its conversation.
 */
export class FreematicsConversation implements Conversation {
  #loggedIn: string | undefined;

  hear(datagram: Uint8Array): StreamStep[] {
    const bytes = datagram.slice(0, MOST_DATAGRAM_BYTES);
    const text = latin1.decode(bytes);
    const frame = datagram.length > MOST_DATAGRAM_BYTES ? 'frame' : readFreematicsFrame(text);
    if (typeof frame === 'string') {
      const detail = frame === 'checksum' ? 'the checksum is another one' : 'no frame of Freematics';
      const id = /^[A-Za-z0-9_-]{1,32}(?=#)/.exec(text)?.[0];
      const claimed = id === undefined ? {} : { claimed: { format: 'freematics', id } };
      return [{ ...unreadable(frame, detail, bytes), ...claimed }];
    }
    const said = firstOf(frame, 'ID');
    if (said !== undefined && said !== '') this.#loggedIn = said;
    const id = said || (frame.id === NUMBER_GIVEN ? (this.#loggedIn ?? frame.id) : frame.id);
    const routed = foreignDevice('freematics', id, bytes);
    return routed === undefined ? [] : [{ kind: 'record', routed: [routed], answer: answerTo(frame) }];
  }

  end(): StreamStep[] {
    return [];
  }
}

const answerTo = (frame: FreematicsFrame): Uint8Array | undefined => {
  const event = firstOf(frame, 'EV');
  if (event === undefined || !/^\d{1,6}$/.test(event)) return undefined;
  const stamp = firstOf(frame, 'TS');
  const text = `${NUMBER_GIVEN}#EV=${event},RX=1${stamp !== undefined && /^\d{1,12}$/.test(stamp) ? `,TS=${stamp}` : ''}`;
  return Buffer.from(`${text}*${sum8(text).toString(16).toUpperCase()}`);
};

const firstOf = ({ pairs }: FreematicsFrame, wanted: string): string | undefined => pairs.find(([key]) => key === wanted)?.[1];
