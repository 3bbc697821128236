import { foreignDevice, whoeverIsConnected } from '../foreign-device.js';
import { jsonAnswer } from '../http-answers.js';
import type { HttpProtocol, HttpRequest } from '../http-protocol.js';
import { looseObject, looseText } from '../loose-values.js';
import { decodeOwntracks } from './decode-owntracks.js';

const utf8 = new TextDecoder();

/**
 * OwnTracks in HTTP mode: the same JSON as over MQTT, posted. The app wants an array of messages for it back; ours is empty.
 * @see https://owntracks.org/booklet/tech/http/
 */
export const owntracksHttp: HttpProtocol = {
  name: 'owntracks',

  route(request) {
    const { body } = request;
    const answer = (outcome: 'taken' | 'rejected') => jsonAnswer(outcome === 'taken' ? 200 : 400, '[]');
    const id = identityOf(request);
    // A ping of the app: nothing in it.
    if (body.length === 0) return { routed: [], topic: 'owntracks', answer };
    const routed = (id === undefined ? undefined : foreignDevice('owntracks', id, body)) ?? whoeverIsConnected(body);
    return { routed: [routed], topic: 'owntracks', answer };
  },

  decode: decodeOwntracks,
};

/** Most exact first: the topic that the app would use over MQTT, the headers or the query with user and device, the two letters. */
const identityOf = ({ body, headers, query }: HttpRequest): string | undefined => {
  const sent = messageIn(body);
  const topic = looseText(sent?.topic);
  const [root, user, device] = topic?.split('/') ?? [];
  if (root === 'owntracks' && user && device) return `${user}/${device}`;
  const asked = new URLSearchParams(query);
  const u = headers['x-limit-u'] ?? asked.get('u');
  const d = headers['x-limit-d'] ?? asked.get('d');
  return u && d ? `${u}/${d}` : looseText(sent?.tid);
};

const messageIn = (body: Uint8Array): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(utf8.decode(body));
    return looseObject(Array.isArray(value) ? value[0] : value);
  } catch {
    return undefined;
  }
};
