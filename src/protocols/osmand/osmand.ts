import { nobodyNamed } from '../fault-words.js';
import { foreignDevice } from '../foreign-device.js';
import { emptyAnswer } from '../http-answers.js';
import type { HttpProtocol, HttpRequest } from '../http-protocol.js';
import { looseObject, looseText } from '../loose-values.js';
import { decodeOsmand } from './decode-osmand.js';

const utf8 = new TextDecoder();

/**
 * OsmAnd's live tracking and Traccar Client: a query, a form, or the newer client's JSON. 400 makes a client keep the point.
 * @see https://www.traccar.org/osmand/
 */
export const osmand: HttpProtocol = {
  name: 'osmand',

  route(request) {
    const answer = (outcome: 'taken' | 'rejected') => emptyAnswer(outcome === 'taken' ? 200 : 400);
    const text = sentIn(request);
    const id = text.trimStart().startsWith('{') ? idOfJson(text) : idOfQuery(text);
    const routed = id === undefined ? undefined : foreignDevice('osmand', id, Buffer.from(text));
    if (routed !== undefined) return { routed: [routed], topic: 'osmand', answer };
    return { routed: [], topic: 'osmand', answer, refused: NOBODY };
  },

  decode: decodeOsmand,
};

const NOBODY = { reason: 'wrong_type', ...nobodyNamed('no device id') } as const;

/** The query where it has one (Freematics puts its own text into the body besides), else the body. */
const sentIn = ({ query, body }: HttpRequest): string =>
  body.length === 0 || idOfQuery(query) !== undefined ? query : utf8.decode(body);

const idOfQuery = (query: string): string | undefined => {
  const sent = new URLSearchParams(query);
  return looseText(sent.get('id')) ?? looseText(sent.get('deviceid'));
};

const idOfJson = (text: string): string | undefined => {
  try {
    return looseText(looseObject(JSON.parse(text))?.device_id);
  } catch {
    return undefined;
  }
};
