/** What a spreadsheet takes for the beginning of a formula, full-width signs as well (OWASP, CSV Injection). */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
const GUARDED = /^'(?=[=+\-@\t\r\n＝＋－＠'])/;
const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

/**
 * One cell of CSV (RFC 4180). A text that a spreadsheet would run as a formula gets an apostrophe before it, which spreadsheets do not show;
 * `unguarded` takes it away again. Numbers are numbers.
 */
export const csvCell = (value: string | number | null | undefined): string => {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = FORMULA.test(value) || GUARDED.test(value) ? `'${value}` : value;
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

export const csvLine = (values: readonly (string | number | null | undefined)[]): string =>
  `${values.map(csvCell).join(',')}\r\n`;

/** A cell as it was before `csvCell` guarded it. */
export const unguarded = (cell: string): string => cell.replace(GUARDED, '');
