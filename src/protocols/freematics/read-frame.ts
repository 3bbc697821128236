/** `<id>#<pairs>*<checksum>`, taken apart; the checksum fits. */
export interface FreematicsFrame {
  id: string;
  /** Keys in upper case, in the order sent; a key may come again. */
  pairs: readonly (readonly [key: string, value: string])[];
}

const FRAME = /^([A-Za-z0-9_-]{1,32})#([^*]*)\*([0-9A-Fa-f]{1,2})\s*$/;
const MOST_PAIRS = 2_000;

/** Sum of the bytes before `*`, modulo 256. */
export const sum8 = (text: string): number => {
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum = (sum + text.charCodeAt(i)) & 0xff;
  return sum;
};

/** @param text bytes as Latin-1 @returns what is wrong: it is no frame, or its checksum is another one */
export const readFreematicsFrame = (text: string): FreematicsFrame | 'frame' | 'checksum' => {
  const [, id, body, sum] = FRAME.exec(text) ?? [];
  if (id === undefined) return 'frame';
  if (sum8(`${id}#${body}`) !== Number.parseInt(sum!, 16)) return 'checksum';
  const pairs: [string, string][] = [];
  for (const pair of body!.split(',').slice(0, MOST_PAIRS)) {
    // Older firmware, and events, put an equals sign.
    const [, key, value] = /^([^:=]{1,16})[:=](.*)$/.exec(pair) ?? [];
    if (key !== undefined) pairs.push([key.toUpperCase(), value!]);
  }
  return { id, pairs };
};
