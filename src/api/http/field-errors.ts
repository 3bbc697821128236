import { z } from 'zod';
import { ID_PATTERN } from '../../model/ids.js';
import type { Saying } from '../../model/saying.js';
import { CLOCK_TIME, CURRENCY, VIN } from './field-patterns.js';
import type { FieldError } from './problem.js';

/** The errors of a schema as fields: `where` is '' for the body, whose fields stand alone. */
export const fieldErrors = (error: z.ZodError, where: string): FieldError[] =>
  error.issues.map(issue => {
    const unknownKeys = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
    const path = z.core.toDotPath([...issue.path, ...unknownKeys].filter(key => typeof key !== 'symbol'));
    const said = sayingOf(issue);
    return {
      field: [where, path].filter(Boolean).join('.') || 'body',
      message: issue.message,
      ...(said && { said: [said] }),
    };
  });

/** What an issue says for other languages: by zod's own code. Of a `refine` it is what its `params` have as `said`. */
const sayingOf = (issue: z.core.$ZodIssue): Saying | undefined => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? { code: 'missing' } : { code: 'wrong_type', expected: issue.expected };
    case 'too_small':
      return tooSmall(issue.origin, Number(issue.minimum), issue.inclusive === false);
    case 'too_big':
      return tooBig(issue.origin, Number(issue.maximum), issue.inclusive === false);
    case 'invalid_value':
      return issue.input === undefined
        ? { code: 'missing' }
        : { code: 'not_one_of', values: issue.values.map(String).join(', ') };
    case 'unrecognized_keys':
      return { code: 'not_known' };
    case 'invalid_format':
      return { code: 'wrong_form', form: FORMS.get(issue.pattern ?? '') ?? issue.format };
    case 'custom':
      return issue.params?.said as Saying | undefined;
    default:
      return undefined;
  }
};

const tooSmall = (origin: string, least: number, beyond: boolean): Saying => {
  if (origin === 'string') return { code: 'too_short', least };
  return isOfNumbers(origin) ? { code: 'too_low', least, beyond } : { code: 'too_few', least };
};

const tooBig = (origin: string, most: number, beyond: boolean): Saying => {
  if (origin === 'string') return { code: 'too_long', most };
  return isOfNumbers(origin) ? { code: 'too_high', most, beyond } : { code: 'too_many', most };
};

const isOfNumbers = (origin: string): boolean => origin === 'number' || origin === 'int' || origin === 'bigint';

/** Patterns that have a name of their own for people. */
const FORMS = new Map([
  [String(ID_PATTERN), 'id'],
  [String(CURRENCY), 'currency'],
  [String(VIN), 'vin'],
  [String(CLOCK_TIME), 'clock_time'],
]);
