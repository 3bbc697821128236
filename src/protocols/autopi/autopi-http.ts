import { foreignDevice, whoeverIsConnected } from '../foreign-device.js';
import { emptyAnswer } from '../http-answers.js';
import type { HttpProtocol } from '../http-protocol.js';
import { decodeAutopi } from './decode-autopi.js';

/** Lines of a trip export name their unit in each line; the first is enough. */
const UNIT = /"@uid"\s*:\s*"([^"\\]{1,128})"/;
const latin1 = new TextDecoder('latin1');
const LOOKED_AT = 4_096;

/** AutoPi's upload of its own queue: an array of messages; the token of the request says who it is. Without 2xx it sends the batch again. */
export const autopiHttp: HttpProtocol = {
  name: 'autopi',

  route({ body }) {
    const answer = (outcome: 'taken' | 'rejected') => emptyAnswer(outcome === 'taken' ? 200 : 400);
    if (body.length === 0) return { routed: [], topic: 'autopi', answer };
    const unit = UNIT.exec(latin1.decode(body.subarray(0, LOOKED_AT)))?.[1];
    const routed = (unit === undefined ? undefined : foreignDevice('autopi', unit, body)) ?? whoeverIsConnected(body);
    return { routed: [routed], topic: 'autopi', answer };
  },

  decode: decodeAutopi,
};
