const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;

const isSpace = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);

/**
 * Cuts a JSON array into its elements without reading them: a gateway's message is split before the record, and what is recorded stays
 * what was sent, byte for byte.
 * @returns the bytes of each element, the whole where it is no array; undefined where brackets and quotes do not close
 */
export const jsonElements = (bytes: Uint8Array): Uint8Array[] | undefined => {
  let at = 0;
  while (at < bytes.length && isSpace(bytes[at]!)) at++;
  if (bytes[at] !== OPEN_BRACKET) return [bytes];
  const elements: Uint8Array[] = [];
  let depth = 0;
  let from = at + 1;
  const end = (to: number): void => {
    if (bytes.subarray(from, to).some(byte => !isSpace(byte))) elements.push(bytes.subarray(from, to));
    from = to + 1;
  };
  for (; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === QUOTE) {
      for (at++; at < bytes.length && bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at++;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if (byte === COMMA && depth === 1) end(at);
    else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) {
      end(at);
      return elements;
    }
  }
  return undefined;
};

/** Puts elements together again. */
export const jsonArray = (elements: readonly Uint8Array[]): Uint8Array => {
  const pieces: Uint8Array[] = [];
  for (const element of elements) pieces.push(pieces.length === 0 ? START : SEPARATOR, element);
  return Buffer.concat(pieces.length === 0 ? [START, END] : [...pieces, END]);
};

const START = Buffer.from('[');
const SEPARATOR = Buffer.from(',');
const END = Buffer.from(']');
