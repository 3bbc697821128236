import { z } from 'zod';
import { beginsWithDay } from '../../model/calendar-day.js';
import type { GeoBox } from '../../model/geo-box.js';
import { ID_PATTERN } from '../../model/ids.js';
import type { Instant } from '../../model/units.js';

const ISO_8601 = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/;
const HAS_ZONE = /(Z|[+-]\d{2}:?\d{2})$/;
/** Year 10,000: what lies beyond is a mistake (microseconds, say). */
const LAST_INSTANT = 253_402_300_800_000;

/** @returns ms since epoch, or undefined where the text is no time. A time without a zone is UTC. */
export const parseInstant = (given: string | number): Instant | undefined => {
  const at = typeof given === 'number' || /^-?\d{1,15}$/.test(given) ? Number(given) : parseIso(given);
  return Number.isFinite(at) && Math.abs(at) < LAST_INSTANT ? Math.trunc(at) : undefined;
};

const parseIso = (text: string): number => {
  if (!ISO_8601.test(text) || !beginsWithDay(text)) return Number.NaN;
  return Date.parse(text.length > 10 && !HAS_ZONE.test(text) ? `${text}Z` : text);
};

/** A time as people send it: ISO 8601 or epoch ms. */
export const instant = z
  .union([z.string(), z.number()])
  .transform((given, context): Instant => {
    const at = parseInstant(given);
    if (at !== undefined) return at;
    context.addIssue({
      code: 'custom',
      message: 'is no time: use ISO 8601 (2026-11-22T00:00:00Z) or milliseconds since the epoch',
    });
    return z.NEVER;
  })
  .describe('ISO 8601, or milliseconds since the epoch');

/** A time as we send it. */
export const isoTime = z.string().meta({ format: 'date-time' });

export const id = z.string().regex(ID_PATTERN, 'must be 1 to 64 of A-Z a-z 0-9 _ . -');

/** A group's name. */
export const group = z.string().trim().min(1).max(64);

/** NIST SP 800-63B §3.1.1.2: at least 8 characters, no rules of composition, 64 or more allowed. */
export const newPassword = z.string().min(8).max(256);

export const paging = z.object({
  limit: z.coerce.number().int().min(1).max(1_000).default(100).describe('How many items a page has at most'),
  cursor: z.string().max(512).optional().describe('`next` of the page before'),
});

export const byId = z.object({ id: z.string().min(1).max(128) });

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().nullable().describe('Cursor of the next page; null at the end') });

/** For time ranges. The order is checked where both ends are known. */
export const period = z.object({ from: instant.optional(), to: instant.optional() });

/** A box on the map as `west,south,east,north`, degrees; west > east is one over the date line. */
export const bbox = z
  .string()
  .transform((text, context): GeoBox => {
    const numbers = text.split(',').map(part => (part.trim() === '' ? Number.NaN : Number(part)));
    const [west = Number.NaN, south = Number.NaN, east = Number.NaN, north = Number.NaN] = numbers;
    const isBox = numbers.length === 4 && [west, east].every(isLongitude) && [south, north].every(isLatitude) && south <= north;
    if (isBox) return { west, south, east, north };
    context.addIssue({ code: 'custom', message: 'is no box: use west,south,east,north in degrees' });
    return z.NEVER;
  })
  .describe('west,south,east,north in degrees');

const isLongitude = (value: number): boolean => value >= -180 && value <= 180;
const isLatitude = (value: number): boolean => value >= -90 && value <= 90;
