import type { Request } from 'express';
import { z } from 'zod';
import { ApiProblem } from '../http/problem.js';
import { sayings } from '../wire/saying.js';
import type { ImportRow, RowError, Table } from './read-table.js';

export const IMPORT_BYTES = 4 * 1024 * 1024;
/** Bad rows that an answer names; the others are counted. */
const NAMED_AT_MOST = 200;

export const importQuery = z.object({
  dry_run: z
    .enum(['true', 'false', '1', '0'])
    .default('false')
    .transform(given => given === 'true' || given === '1')
    .describe('Only say what would happen'),
  on_error: z.enum(['refuse', 'skip']).default('refuse').describe('refuse: all rows or none; skip: the good ones'),
});

export const importReport = z
  .object({
    dry_run: z.boolean(),
    applied: z.boolean().describe('Whether anything was changed by this'),
    rows: z.number().int(),
    created: z.number().int(),
    changed: z.number().int(),
    unchanged: z.number().int(),
    refused: z.number().int(),
    errors: z
      .array(
        z.object({
          row: z.number().int().describe('The line of a CSV file, the number of a feature'),
          field: z.string(),
          message: z.string(),
          said: sayings.optional().describe('The message for other languages'),
        }),
      )
      .describe(`At most ${NAMED_AT_MOST}`),
  })
  .meta({ id: 'ImportReport' });
export type ImportReport = z.infer<typeof importReport>;

/** What one row comes to. */
export type Planned<T> = { value: T; effect: 'created' | 'changed' | 'unchanged' };

/**
 * Plans every row, and carries the plan out where it may be.
 * @param plan throws {ApiProblem} where a row cannot be taken
 * @param apply all of them in one
 * @throws {ApiProblem} 422 with each bad row, where nothing was done
 */
export const importTable = async <T, P>(
  { rows, errors }: Table<T>,
  { dry_run, on_error }: z.infer<typeof importQuery>,
  plan: (value: T) => Planned<P> | Promise<Planned<P>>,
  apply: (values: P[]) => Promise<void>,
): Promise<ImportReport> => {
  const bad: RowError[] = [...errors];
  const planned: Planned<P>[] = [];
  for (const { at, value } of rows) {
    try {
      planned.push(await plan(value));
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status >= 500) throw error;
      const { field, message, said } = error.errors[0] ?? { field: 'id', message: error.message, said: error.said };
      bad.push({ at, field, message, ...(said && said.length > 0 && { said }) });
    }
  }
  bad.sort((a, b) => a.at - b.at);
  const refused = new Set(bad.map(({ at }) => at)).size;
  if (refused > 0 && on_error === 'refuse' && !dry_run) throw refusal(bad, refused);
  const changes = planned.filter(({ effect }) => effect !== 'unchanged').map(({ value }) => value);
  const applied = !dry_run && changes.length > 0;
  if (applied) await apply(changes);
  const count = (wanted: Planned<P>['effect']) => planned.filter(({ effect }) => effect === wanted).length;
  return {
    dry_run,
    applied,
    rows: planned.length + refused,
    created: count('created'),
    changed: count('changed'),
    unchanged: count('unchanged'),
    refused,
    errors: bad.slice(0, NAMED_AT_MOST).map(({ at, ...error }) => ({ row: at, ...error })),
  };
};

const refusal = (bad: readonly RowError[], refused: number): ApiProblem =>
  new ApiProblem(
    422,
    'bad_rows',
    `${refused} ${refused === 1 ? 'row is' : 'rows are'} bad, and nothing was imported; \`on_error=skip\` takes the good ones.`,
    bad.slice(0, NAMED_AT_MOST).map(({ at, field, ...error }) => ({ field: `row ${at}: ${field}`, ...error })),
    {},
    [{ code: 'rows_bad', rows: refused }],
  );

/** What was sent, by its type. @throws {ApiProblem} 415 another type, 400 nothing */
export const sentFile = (req: Request): { csv: string } | { json: unknown } => {
  if (typeof req.body === 'string') return { csv: req.body };
  if (req.body !== undefined) return { json: req.body };
  throw new ApiProblem(
    415,
    'unknown_type',
    'Send the file with `Content-Type: text/csv`, `application/json` or `application/geo+json`.',
  );
};

/** The items of a JSON file: an array, `{"items":[…]}` as lists answer, or the features of a GeoJSON FeatureCollection. */
export const itemsOf = (json: unknown): ImportRow<unknown>[] | undefined => {
  const { items, features } = (typeof json === 'object' && json !== null ? json : {}) as { items?: unknown; features?: unknown };
  const list = [json, items, features].find(Array.isArray) as unknown[] | undefined;
  return list?.map((value, n) => ({ at: n + 1, value }));
};
