import type { Instant } from '../../model/units.js';

/** Times leave the server as ISO 8601 UTC. */
export const iso = (at: Instant): string => new Date(at).toISOString();

export const isoOrNull = (at: Instant | null | undefined): string | null => (at === null || at === undefined ? null : iso(at));

/** What is not known is null on the wire. */
export const orNull = <T>(value: T | undefined): T | null => value ?? null;

/** Rounded to so many decimals: measurements do not carry more, and a page of them is half as long. */
export const rounded = (value: number, decimals: number): number => {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale;
};

export const roundedOrNull = (value: number | null | undefined, decimals: number): number | null =>
  value === null || value === undefined ? null : rounded(value, decimals);
