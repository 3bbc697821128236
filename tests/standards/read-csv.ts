/**
 * A file by the grammar of RFC 4180, letter by letter: CRLF after every record, a header, the same number of fields in each, quotes only
 * around a whole field and doubled within.
 * @throws {Error} with the record and what is wrong
 */
export const readStrictCsv = (text: string): { header: string[]; records: string[][] } => {
  const records: string[][] = [];
  let record: string[] = [];
  let at = 0;
  const wrong = (what: string) => new Error(`record ${records.length + 1}: ${what}: ${JSON.stringify(text.slice(at, at + 40))}`);
  while (at < text.length) {
    const field = /"((?:[^"]|"")*)"|([^",\r\n]*)/y;
    field.lastIndex = at;
    const [whole, quoted, plain] = field.exec(text)!;
    record.push(quoted?.replaceAll('""', '"') ?? plain!);
    at += whole.length;
    if (text[at] === ',') at++;
    else if (text.startsWith('\r\n', at)) {
      at += 2;
      records.push(record);
      record = [];
    } else throw wrong('neither a comma nor CRLF after a field');
  }
  if (record.length > 0) throw wrong('the last record does not end with CRLF');
  const [header, ...rest] = records;
  if (header === undefined) throw new Error('it is empty');
  const odd = rest.findIndex(({ length }) => length !== header.length);
  if (odd >= 0) throw new Error(`record ${odd + 2} has ${rest[odd]!.length} fields, the header ${header.length}`);
  return { header, records: rest };
};

/** Cells that a spreadsheet would run (OWASP, CSV Injection); numbers are none. */
export const formulasIn = (records: readonly string[][]): string[] =>
  records.flat().filter(cell => /^[=+\-@\t\r\n＝＋－＠]/.test(cell) && !/^-?\d+(\.\d+)?(e-?\d+)?$/.test(cell));
