/** One step forward of the tables. Its statements may run twice (a crash between two of them), so each must stand that. */
export interface Migration {
  /** As its file: `0001-first-tables`. Never renamed. */
  name: string;
  /** Never changed once released: what was applied is known by its checksum. */
  statements(make: TableMaker): readonly string[];
}

/** What a migration is written in: the words in which the two dialects differ. */
export interface TableMaker {
  /** An id or another short text that may be searched by. */
  word(length: number): string;
  /** Long text, JSON. */
  text: string;
  /** Integers up to 2^53. */
  integer: string;
  real: string;
  /** Up to 16 MB. */
  bytes: string;
  /** Adds a column where there is none of this name. */
  addColumn(table: string, column: string, type: string): readonly string[];
  /** A number in a column of JSON; null where there is none. */
  jsonNumber(column: string, key: string): string;
  /** An ISO 8601 time (UTC, with milliseconds) in a column of JSON, as ms since the epoch; null where there is none. */
  jsonInstant(column: string, key: string): string;
  /** Creates a table where there is none. */
  table(definition: TableDefinition): readonly string[];
}

export interface TableDefinition {
  name: string;
  /** Column → type with constraints. */
  columns: Readonly<Record<string, string>>;
  primaryKey: readonly string[];
  /** Name → columns. */
  indexes?: Readonly<Record<string, readonly string[]>>;
  uniqueIndexes?: Readonly<Record<string, readonly string[]>>;
}
