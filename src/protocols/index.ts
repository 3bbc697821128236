import type { Protocol } from './protocol.js';
import { telltaleV1 } from './telltale-v1/telltale-v1.js';

/** Every way in which devices speak, asked in this order. */
export const protocols: readonly Protocol[] = [telltaleV1];

export const protocolNamed = (name: string): Protocol | undefined => protocols.find(protocol => protocol.name === name);
