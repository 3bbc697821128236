import { nobodyNamed } from '../fault-words.js';
import { emptyAnswer } from '../http-answers.js';
import type { HttpProtocol } from '../http-protocol.js';
import { decodeFlespi } from './decode-flespi.js';
import { splitByIdent } from './split-by-ident.js';

const NOBODY = { reason: 'unreadable', ...nobodyNamed('no message with an ident') } as const;

/** A stream of flespi's that posts arrays of messages, of many vehicles in one. It repeats what is not answered with 200. */
export const flespiHttp: HttpProtocol = {
  name: 'flespi',

  route({ body }) {
    const answer = (outcome: 'taken' | 'rejected') => emptyAnswer(outcome === 'taken' ? 200 : 400);
    const routed = splitByIdent(body);
    if (routed.length > 0 || isEmptyArray(body)) return { routed, topic: 'flespi', answer };
    return { routed, topic: 'flespi', answer, refused: NOBODY };
  },

  decode: decodeFlespi,
};

/** How the stream asks whether anybody is there. */
const isEmptyArray = (body: Uint8Array): boolean =>
  body.length < 16 && /^\s*(?:\[\s*\])?\s*$/.test(Buffer.from(body).toString('latin1'));
