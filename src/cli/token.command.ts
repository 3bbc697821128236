import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { openDatabase } from '../adapters/sql/open-database.js';
import { ROLES, type Role } from '../ports/database.js';
import type { Command } from './command.js';
import { readFlags, UsageError } from './flags.js';
import { readSettings } from './read-settings.js';

/** Makes an API token on the machine of the server, for who lost the others. */
export const token: Command = {
  name: 'token',
  summary: 'makes an API token',
  help: `telltale token --name NAME [--role ROLE] [--driver ID]    makes an API token in the database of the server and prints it once

  --name NAME    what it is for
  --role ROLE    ${ROLES.join(', ')} [viewer]
  --driver ID    whose own score and trips a token with the role driver sees
`,
  run: async args => {
    const { values } = readFlags(args, {
      name: { type: 'string' },
      role: { type: 'string', default: 'viewer' },
      driver: { type: 'string' },
    } as const);
    if (!values.name) throw new UsageError('token: --name says what it is for');
    if (!(ROLES as readonly string[]).includes(values.role)) throw new UsageError(`token: --role is one of ${ROLES.join(', ')}`);
    if (values.role === 'driver' && !values.driver)
      throw new UsageError('token: --role driver needs --driver, whose own score it sees');
    const { database_url: url, data_dir: folder } = await readSettings(process.env);
    const database = await openDatabase(url ? { url } : { file: join(folder, 'telltale.sqlite') });
    try {
      await database.migrate();
      const secret = randomBytes(24).toString('base64url');
      await database.putToken({
        id: randomUUID(),
        name: values.name,
        role: values.role as Role,
        groups: [],
        driver: values.driver ?? null,
        token_hash: createHash('sha256').update(secret).digest('hex'),
        expires_at: null,
        last_used_at: null,
        created_at: Date.now(),
        made_by: null,
      });
      process.stdout.write(`${secret}\n`);
      return 0;
    } finally {
      await database.close();
    }
  },
};
