/** Value of a hex digit by character code, -1 for every other ASCII character; codes past the end read as `undefined`. */
export const NIBBLE = Int8Array.from({ length: 128 }, (_, code) =>
  '0123456789ABCDEF'.indexOf(String.fromCharCode(code).toUpperCase()),
);

/** `00` … `FF`: two upper-case digits of a byte. */
export const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).toUpperCase().padStart(2, '0'));

/** Longest line that is looked at, in UTF-16 units: the limit of a whole input, so that no line inside one is ever cut. */
export const MAX_LINE = 4096;

// One scratch area for all calls: decoding is synchronous and nobody keeps it, so a line costs no allocation until its bytes are wanted.
const digits = new Uint8Array(MAX_LINE);

/**
 * Reads a line of hex digits, spaces and tabs into the scratch area.
 * @returns the count of digits, or -1 when any other character is there (hex is never dug out of other text)
 */
export function scanHex(line: string): number {
  let count = 0;
  for (let i = 0; i < line.length; i++) {
    const code = line.charCodeAt(i);
    const nibble = code < 128 ? NIBBLE[code]! : -1;
    if (nibble >= 0) digits[count++] = nibble;
    else if (code !== 0x20 && code !== 0x09) return -1;
  }
  return count;
}

/** One digit of the line scanned last. */
export const digitAt = (index: number): number => digits[index]!;

/** The byte whose first digit stands at `index` in the line scanned last. */
export const byteAt = (index: number): number => digits[index]! * 16 + digits[index + 1]!;

/** The bytes between two digit positions of the line scanned last; a half byte at the end is left out. */
export function bytesBetween(from: number, to: number): number[] {
  const bytes: number[] = [];
  for (let i = from; i + 1 < to; i += 2) bytes.push(byteAt(i));
  return bytes;
}
