import { lookup as lookUp } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { TelltaleError } from '../../model/errors.js';
import { isInnerAddress } from './inner-addresses.js';

/** A name leads to this machine or its own network, where webhooks may not go. */
export class InnerAddressError extends TelltaleError {
  readonly code = 'INNER_ADDRESS';
  readonly fault = 'input';
}

/**
 * Looks a name up for a socket that is about to connect, and lets public addresses through only. The socket connects to the very
 * address that was looked at: a name that answers otherwise the next time (DNS rebinding) gains nothing.
 */
export const guardedLookup: LookupFunction = (hostname, options, callback) => {
  lookUp(hostname, { ...options, all: true }, (error, found) => {
    if (error) return callback(error, '', 0);
    const open = found.filter(({ address }) => !isInnerAddress(address));
    const [first] = open;
    if (first === undefined) {
      const reason = new InnerAddressError(`${hostname} leads to an inner address`, { hostname });
      return callback(reason as NodeJS.ErrnoException, '', 0);
    }
    if (options.all) callback(null, open);
    else callback(null, first.address, first.family);
  });
};
