import type { Compilable, Kysely, RawBuilder } from 'kysely';
import type { TableMaker } from './migration.js';
import type { Tables } from './tables.js';

/** What an error of a driver means to us; whatever else it may be is `query`. */
export type Trouble = 'busy' | 'away' | 'access' | 'taken' | 'unmigrated' | 'query';

/** All that differs between the two kinds of SQL. Queries are the same for both. */
export interface SqlDialect {
  readonly make: TableMaker;
  quote(name: string): string;
  /** Ends an insert: where a row with this key stands, each of `columns` takes the new value; with none, it is left alone. */
  orReplace(key: string, columns: readonly string[]): string;
  /** What stands behind `in`, for however many texts there are; at least one. */
  textsOf(texts: readonly string[]): RawBuilder<string>;
  /** What a query finds, by column: for tens of thousands of rows. */
  columns<Row, Name extends keyof Row & string>(
    db: Kysely<Tables>,
    query: Compilable<Row>,
    names: readonly Name[],
  ): Promise<{ [N in Name]: Row[N][] }>;
  /** Names of the tables there are. */
  tables(db: Kysely<Tables>): Promise<string[]>;
  /** After something was deleted that nobody may find: no file of ours holds its bytes any more, as far as it is ours to say. */
  wipeDeleted(db: Kysely<Tables>): Promise<void>;
  /** Runs `work` on one connection while no other process can be in here. */
  exclusively(db: Kysely<Tables>, work: (db: Kysely<Tables>) => Promise<void>): Promise<void>;
  troubleOf(error: unknown): Trouble;
}

/** An open database: how to ask it, how it is called in messages, how to let it go. */
export interface SqlConnection {
  readonly db: Kysely<Tables>;
  readonly dialect: SqlDialect;
  /** Completes "the database …"; never holds a password. */
  readonly place: string;
  close(): Promise<void>;
}
