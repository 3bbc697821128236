import { ASKED, type AskedCode, type Condition, type ConditionWords, type Phrase } from '../model/condition.js';

type Seen = number | null | undefined;

/** Never −0, which JSON does not keep. */
const round = (value: number): number => Math.round(value * 1_000) / 1_000 + 0;
export const seen = (saw: Seen): number | null => (saw === undefined || saw === null ? null : round(saw));
const isKnown = (saw: Seen): saw is number => saw !== undefined && saw !== null;

/** A condition with what is needed in English and for other languages; `[english, phrase]`, also of what was seen where it is no value. */
export const asked = (
  code: AskedCode,
  saw: Condition['saw'] | readonly [string | null, readonly Phrase[]],
  [needs, need]: readonly [string, Phrase],
  holds: boolean,
): Condition => {
  const words: ConditionWords = { asked: code, needs: need };
  if (!Array.isArray(saw)) return { condition: ASKED[code], saw: saw as Condition['saw'], needs, holds, said: words };
  const [text, phrases] = saw as readonly [string | null, readonly Phrase[]];
  if (text !== null && phrases.length > 0) words.saw = phrases;
  return { condition: ASKED[code], saw: text, needs, holds, said: words };
};

export const atLeast = (code: AskedCode, saw: Seen, least: number, unit: string): Condition => {
  const bound = round(least);
  return asked(code, seen(saw), [`at least ${bound} ${unit}`, { code: 'at_least', bound, unit }], isKnown(saw) && saw >= least);
};

export const atMost = (code: AskedCode, saw: Seen, most: number, unit: string): Condition => {
  const bound = round(most);
  return asked(code, seen(saw), [`at most ${bound} ${unit}`, { code: 'at_most', bound, unit }], isKnown(saw) && saw <= most);
};

export const above = (code: AskedCode, saw: Seen, limit: number, unit: string): Condition => {
  const bound = round(limit);
  return asked(code, seen(saw), [`above ${bound} ${unit}`, { code: 'above', bound, unit }], isKnown(saw) && saw > limit);
};

export const below = (code: AskedCode, saw: Seen, limit: number, unit: string): Condition => {
  const bound = round(limit);
  return asked(code, seen(saw), [`below ${bound} ${unit}`, { code: 'below', bound, unit }], isKnown(saw) && saw < limit);
};

export const YES = ['yes', { code: 'yes' }] as const;
const NO = ['no', { code: 'no' }] as const;
export const ONE = ['one', { code: 'one' }] as const;

export const is = (code: AskedCode, saw: boolean | undefined, needs: boolean): Condition =>
  asked(code, saw ?? null, needs ? YES : NO, saw === needs);

/** @param from when it began; null or undefined: it has not */
export const lasts = (code: AskedCode, from: number | null | undefined, at: number, least_s: number): Condition =>
  atLeast(code, from === null || from === undefined ? null : (at - from) / 1_000, least_s, 's');

/** One event is told once; what goes on is the same event. */
export const notToldYet = (told: boolean): Condition => is('told_already', told, false);

/** What became of a position. */
export const positionAccepted = (sent: boolean, accepted: boolean): Condition =>
  asked(
    'position',
    accepted ? ['accepted', [{ code: 'accepted' }]] : sent ? ['rejected', [{ code: 'rejected' }]] : null,
    ['accepted', { code: 'accepted' }],
    accepted,
  );
