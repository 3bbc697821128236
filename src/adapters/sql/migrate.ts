import { createHash } from 'node:crypto';
import { CompiledQuery, type Kysely } from 'kysely';
import { DatabaseSchemaError } from './errors.js';
import type { Migration } from './migration.js';
import type { SqlConnection } from './sql-dialect.js';
import type { Tables } from './tables.js';

/**
 * Applies what is missing, oldest first, under a lock, so that any number of processes may start at once. Forward only.
 * @throws {DatabaseSchemaError} the tables are somebody else's, of a newer version, or made by an altered migration
 */
export const migrate = async ({ db, dialect, place }: SqlConnection, migrations: readonly Migration[]): Promise<void> => {
  const { make } = dialect;
  const steps = migrations.map(({ name, statements }) => {
    const texts = statements(make);
    return { name, texts, checksum: createHash('sha256').update(texts.join(';\n')).digest('hex') };
  });
  await dialect.exclusively(db, async connection => {
    const applied = await appliedIn(connection, await dialect.tables(connection), make, place);
    const unknown = [...applied.keys()].find(name => !steps.some(step => step.name === name));
    if (unknown !== undefined)
      throw new DatabaseSchemaError(
        `the database ${place} was written by a newer version: its migration ${unknown} is not known here`,
        { place, unknown },
      );
    for (const { name, texts, checksum } of steps) {
      const before = applied.get(name);
      if (before === checksum) continue;
      if (before !== undefined)
        throw new DatabaseSchemaError(`the database ${place} was made by another form of the migration ${name}`, { place, name });
      for (const text of texts) await connection.executeQuery(CompiledQuery.raw(text));
      await connection.insertInto('telltale_migration').values({ name, checksum, applied_at_ms: Date.now() }).execute();
    }
  });
};

/** Name → checksum. The list of migrations is made first of all tables, so tables without it are not ours. */
const appliedIn = async (
  connection: Kysely<Tables>,
  tables: readonly string[],
  { table, word, integer }: SqlConnection['dialect']['make'],
  place: string,
): Promise<Map<string, string>> => {
  if (!tables.includes('telltale_migration')) {
    if (tables.length > 0) {
      const some = `${tables.slice(0, 3).join(', ')}${tables.length > 3 ? ', …' : ''}`;
      throw new DatabaseSchemaError(
        `the database ${place} holds tables of something else (${some}); give Telltale one of its own`,
        {
          place,
          tables: tables.length,
        },
      );
    }
    const statements = table({
      name: 'telltale_migration',
      columns: {
        name: `${word(191)} not null`,
        checksum: `${word(64)} not null`,
        applied_at_ms: `${integer} not null`,
      },
      primaryKey: ['name'],
    });
    for (const text of statements) await connection.executeQuery(CompiledQuery.raw(text));
  }
  const rows = await connection.selectFrom('telltale_migration').select(['name', 'checksum']).execute();
  return new Map(rows.map(({ name, checksum }) => [name, checksum]));
};
