import { isAscii } from 'node:buffer';
import { addExtension, Decoder } from 'cbor-x';
import { cannotBeRead, type FaultWords } from '../fault-words.js';
import type { FaultReason } from '../protocol.js';

const cbor = new Decoder({ mapsAsObjects: true, useRecords: false, int64AsNumber: true } as ConstructorParameters<
  typeof Decoder
>[0]);
// A time as text stays the text that was sent: whoever reads it also says whether it is one.
addExtension({ tag: 0, decode: (sent: unknown) => sent } as Parameters<typeof addExtension>[0]);
const utf8 = new TextDecoder('utf-8', { fatal: true });
/** @throws {TypeError} not UTF-8. ASCII, as nearly all is, the short way. */
const textOf = (bytes: Uint8Array): string =>
  isAscii(bytes) ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1') : utf8.decode(bytes);

/** First bytes of JSON texts: white space, `{`, `[`, and the start of a byte order mark. A CBOR map or array begins at 0x80 or above. */
const isJson = (first: number): boolean => first < 0x80 || first === 0xef;

/**
 * Reads JSON or CBOR, told apart by the first byte.
 * @returns the value, or what is wrong with the bytes
 */
export const readPayload = (bytes: Uint8Array): { value: unknown } | { fault: FaultWords & { reason: FaultReason } } => {
  const first = bytes[0];
  if (first === undefined) return unreadable({ detail: 'the payload is empty', said: { code: 'payload_empty' } });
  try {
    return { value: isJson(first) ? JSON.parse(textOf(bytes)) : cbor.decode(bytes) };
  } catch (error) {
    return unreadable(cannotBeRead(isJson(first) ? 'JSON' : 'CBOR', error));
  }
};

const unreadable = (words: FaultWords) => ({ fault: { reason: 'unreadable' as const, ...words } });
