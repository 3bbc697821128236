import { Decoding } from '../decoding.js';
import type { DecodeContext, Decoded } from '../protocol.js';
import { readClientJson } from './read-client-json.js';
import { readQuery } from './read-query.js';

const utf8 = new TextDecoder();
const OPEN_BRACE = 0x7b;

/** Decodes a query of OsmAnd (speed in knots) or the JSON of the newer Traccar Client (speed in m/s), told apart by the first byte. */
export const decodeOsmand = (slice: Uint8Array, context: DecodeContext): Decoded => {
  const decoding = new Decoding(context);
  if (slice.find(byte => byte > 0x20) === OPEN_BRACE) readClientJson(decoding.json(slice), decoding);
  else readQuery(utf8.decode(slice), decoding);
  return decoding.done();
};
