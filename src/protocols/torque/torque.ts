import { foreignDevice, whoeverIsConnected } from '../foreign-device.js';
import { textAnswer } from '../http-answers.js';
import type { HttpProtocol } from '../http-protocol.js';
import { looseText } from '../loose-values.js';
import { decodeTorque, hasValues } from './decode-torque.js';

/** The md5 of 02:00:00:00:00:00, the address that every newer Android shows to apps: the same on countless phones. */
const ID_OF_EVERYBODY = '0f607264fc6318a92b9e13c65db7cd3c';

/**
 * Torque Pro's upload: all in the query, the path is its owner's. Any answer but `OK!` makes it send the points again.
 * A token in the path is the best identity; without one it is the e-mail address, and then the id.
 */
export const torque: HttpProtocol = {
  name: 'torque',

  route({ query }) {
    const answer = (outcome: 'taken' | 'rejected') =>
      outcome === 'taken' ? textAnswer(200, 'OK!') : textAnswer(403, 'unknown device');
    const sent = new URLSearchParams(query);
    const email = looseText(sent.get('eml')) ?? null;
    const id = looseText(sent.get('id')) ?? null;
    const identity = { eml: email, id };
    // The first requests of a session only say what the columns are called.
    if (!hasValues(sent)) return { routed: [], topic: 'torque', identity, answer };
    const name = email ?? (id === ID_OF_EVERYBODY ? null : id);
    const slice = Buffer.from(query);
    const routed = (name === null ? undefined : foreignDevice('torque', name, slice)) ?? whoeverIsConnected(slice);
    return { routed: [routed], topic: 'torque', identity, answer };
  },

  decode: decodeTorque,
};
