import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase } from '../adapters/sql/open-database.js';
import type { Command } from './command.js';
import { readSettings } from './read-settings.js';

/** Brings the tables up to date, and ends. The server does so by itself at its start. */
export const migrate: Command = {
  name: 'migrate',
  summary: 'brings the SQL tables up to date',
  help: 'telltale migrate    brings the tables of TELLTALE_DATABASE_URL (or of the embedded file in TELLTALE_DATA_DIR) up to date\n',
  run: async () => {
    const { database_url: url, data_dir: folder } = await readSettings(process.env);
    if (!url) await mkdir(folder, { recursive: true });
    const database = await openDatabase(url ? { url } : { file: join(folder, 'telltale.sqlite') });
    try {
      await database.migrate();
      process.stdout.write('the tables are up to date\n');
      return 0;
    } finally {
      await database.close();
    }
  },
};
