const CR = 0x0d;
const LF = 0x0a;
const PROMPT = 0x3e;
const SPACE = 0x20;
const TAB = 0x09;

/**
 * Splits an adapter's output at CR, LF and prompt, trims spaces and tabs, skips blank lines and the NULs that slip in.
 * Other white space is left: it is no part of the grammar, and such a line is then not hex.
 */
export function splitLines(text: string): string[] {
  const clean = text.includes('\0') ? text.replaceAll('\0', '') : text;
  const lines: string[] = [];
  // First and last character of the line that are not blank; -1 while there is none.
  let first = -1;
  let last = -1;
  for (let i = 0; i < clean.length; i++) {
    const code = clean.charCodeAt(i);
    if (code === CR || code === LF || code === PROMPT) {
      if (first >= 0) lines.push(clean.slice(first, last + 1));
      first = -1;
    } else if (code !== SPACE && code !== TAB) {
      if (first < 0) first = i;
      last = i;
    }
  }
  if (first >= 0) lines.push(clean.slice(first, last + 1));
  return lines;
}
