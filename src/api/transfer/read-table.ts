import { CsvError, parse } from 'csv-parse/sync';
import type { z } from 'zod';
import { unguarded } from '../../model/csv-cell.js';
import type { Saying } from '../../model/saying.js';
import { fieldErrors } from '../http/field-errors.js';
import { ApiProblem, invalid } from '../http/problem.js';

export const ROWS_AT_MOST = 10_000;
const ROW_BYTES = 256 * 1024;

/** One row of a file that is imported: a line of CSV, or a feature of GeoJSON. */
export interface ImportRow<T> {
  /** Where it is, as people count: the line of a CSV file, the number of a feature. */
  at: number;
  value: T;
}

export interface RowError {
  at: number;
  field: string;
  message: string;
  /** The message for other languages. */
  said?: readonly Saying[];
}

export interface Table<T> {
  rows: ImportRow<T>[];
  errors: RowError[];
}

/**
 * Reads CSV with a line of names first. An empty cell is null; a column that is not there is not given.
 * @throws {ApiProblem} 400 it is no CSV, has columns that nobody knows, or too many rows
 */
export const readCsv = (text: string, columns: readonly string[]): ImportRow<Record<string, string | null>>[] => {
  let header: string[] = [];
  const records = parsed(text, names => {
    header = names.map(name => name.trim());
    return header;
  });
  const stranger = header.find(name => !columns.includes(name));
  if (stranger !== undefined) {
    throw invalid([{ field: 'line 1', message: `'${stranger.slice(0, 64)}' is no known column; known: ${columns.join(', ')}` }]);
  }
  if (!header.includes('id')) throw invalid([{ field: 'line 1', message: "the column 'id' is missing" }]);
  if (new Set(header).size !== header.length) throw invalid([{ field: 'line 1', message: 'a column is there twice' }]);
  if (records.length > ROWS_AT_MOST) throw tooManyRows();
  return records.map(({ record, info }) => {
    // No prototype: a name of a column is data.
    const value: Record<string, string | null> = Object.create(null);
    for (const [name, cell] of Object.entries(record)) value[name] = cell === '' ? null : unguarded(cell);
    return { at: info.lines, value };
  });
};

const parsed = (text: string, columns: (names: string[]) => string[]) => {
  try {
    return parse<{ record: Record<string, string>; info: { lines: number } }>(text, {
      columns,
      info: true,
      bom: true,
      trim: true,
      skip_empty_lines: true,
      max_record_size: ROW_BYTES,
      // One more than is allowed shows that there are too many, without reading all of them.
      to: ROWS_AT_MOST + 2,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error.lines === 'number' ? error.lines : 1;
    throw invalid([{ field: `line ${line}`, message: error.message.slice(0, 200) }]);
  }
};

export const tooManyRows = (): ApiProblem =>
  new ApiProblem(413, 'too_many_rows', `A file has at most ${ROWS_AT_MOST} rows; send the rest in another.`);

/** Rows by a schema; an id that comes twice is an error of the second. */
export const checkRows = <T extends { id?: string | undefined }>(
  rows: readonly ImportRow<unknown>[],
  schema: z.ZodType<T>,
): Table<T> => {
  const table: Table<T> = { rows: [], errors: [] };
  const seen = new Map<string, number>();
  for (const { at, value } of rows) {
    const result = schema.safeParse(value, { reportInput: true });
    if (!result.success) {
      for (const error of fieldErrors(result.error, '')) table.errors.push({ at, ...error });
      continue;
    }
    const { id } = result.data;
    const before = id === undefined ? undefined : seen.get(id);
    if (before !== undefined) {
      table.errors.push({
        at,
        field: 'id',
        message: `is the same as that of ${before}`,
        said: [{ code: 'same_as_row', row: before }],
      });
      continue;
    }
    if (id !== undefined) seen.set(id, at);
    table.rows.push({ at, value: result.data });
  }
  return table;
};
