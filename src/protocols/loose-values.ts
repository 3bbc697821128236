/**
 * Values as devices write them: numbers in text, `yes` and `on` for true, negative numbers and empty text for "not known".
 * What is not sent or not known is `undefined`, never 0.
 */

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** @returns the number, from a number or a decimal text; undefined for anything else, NaN and infinity among it */
export const looseNumber = (value: unknown): number | undefined => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.length > 64) return undefined;
  const text = value.trim();
  if (!NUMBER.test(text)) return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
};

/** As `looseNumber`, for quantities that have no negative values: devices send -1 for "not known". */
export const looseQuantity = (value: unknown): number | undefined => {
  const number = looseNumber(value);
  return number !== undefined && number >= 0 ? number : undefined;
};

/** @returns undefined for what is neither */
export const looseBoolean = (value: unknown): boolean | undefined => {
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value.trim().toLowerCase() : value;
  if (text === 1 || text === '1' || text === 'true' || text === 'yes' || text === 'on') return true;
  if (text === 0 || text === '0' || text === 'false' || text === 'no' || text === 'off') return false;
  return undefined;
};

/** @returns trimmed text, from text or a number; undefined where it is empty or longer than 256 characters */
export const looseText = (value: unknown): string | undefined => {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  return text === '' || text.length > 256 ? undefined : text;
};

/** @returns the object with its keys; undefined for arrays, null and everything else */
export const looseObject = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
