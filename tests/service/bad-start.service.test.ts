import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import Database from 'libsql';
import { atEnd } from '../harness/at-end.js';
import { type SpawnedProcess, spawnProcess } from '../harness/spawned-process.js';
import { createSqlDatabase } from '../harness/sql-database.js';
import { startTelltale } from '../harness/start-telltale.js';
import { tempDir } from '../harness/temp-dir.js';

const main = resolve('dist/src/cli/main.js');

/** Starts the server with settings that it should not start with. */
const startInVain = async (
  env: Record<string, string>,
): Promise<{ process: SpawnedProcess; code: number | null; said: string[] }> => {
  const settings = { TELLTALE_HTTP_PORT: '0', TELLTALE_MQTT_PORT: '0', TELLTALE_DATA_DIR: await tempDir('data'), ...env };
  const child = await spawnProcess(process.execPath, [main, 'serve'], settings);
  const { code } = await child.exited;
  expect(child.stdout).toEqual([]);
  // Structured log lines aside: what a person reads.
  return { process: child, code, said: child.stderr.filter(line => !line.startsWith('{')) };
};

describe('a variable that is wrong', () => {
  // Proves: the start stops with one line that names the variable, the value and what is allowed, and exit code 1.
  test.each([
    ['TELLTALE_HTTP_PORT', '99999', /65535/],
    ['TELLTALE_DEVICE_AUTH', 'maybe', /required.*open/i],
    ['TELLTALE_TIME_ZONE', 'Mars/Olympus', /IANA/],
    ['TELLTALE_MQTT_URL', 'http://somewhere', /mqtt:\/\//],
  ])('%s=%s', async (name, value, allowed) => {
    const { code, said } = await startInVain({ [name]: value });
    expect({ code, lines: said.length }).toEqual({ code: 1, lines: 1 });
    expect(said[0]).toContain(name);
    expect(said[0]).toMatch(allowed);
    // An address may hold a password, and is not repeated.
    if (!name.endsWith('_URL')) expect(said[0]).toContain(value);
  });

  // Proves: a password in a bad address is not repeated in the line that refuses it.
  test('secrets stay secret', async () => {
    const { code, said } = await startInVain({ TELLTALE_DATABASE_URL: 'postgres://fleet:hunter2@host/db' });
    expect({ code, lines: said.length }).toEqual({ code: 1, lines: 1 });
    expect(said[0]).toMatch(/TELLTALE_DATABASE_URL.*mysql:\/\//);
    expect(said[0]).not.toContain('hunter2');
  });
});

describe('a data directory that is not ours', () => {
  const foreign = async (fill: (folder: string) => Promise<void>): Promise<string> => {
    const folder = join(await tempDir('foreign'), 'data');
    await mkdir(folder);
    await fill(folder);
    return folder;
  };

  // Proves: somebody else's folder, a damaged one, one of another layout and a file are refused in one line, and left as they are.
  test.each<[string, () => Promise<string>, RegExp]>([
    ['photographs', () => foreign(folder => writeFile(join(folder, 'holiday.jpg'), 'x')), /holiday\.jpg|not a data directory/],
    ['a damaged mark', () => foreign(folder => writeFile(join(folder, 'telltale.json'), '{"layout":')), /damaged/],
    [
      'a newer layout',
      () => foreign(folder => writeFile(join(folder, 'telltale.json'), '{"layout":999,"partitions":64,"id":"x"}')),
      /newer/,
    ],
    [
      'a file',
      async () => {
        const path = join(await tempDir('foreign'), 'data');
        await writeFile(path, 'x');
        return path;
      },
      /data/,
    ],
  ])('%s', async (_name, make, why) => {
    const folder = await make();
    const { code, said } = await startInVain({ TELLTALE_DATA_DIR: folder });
    expect({ code, lines: said.length }).toEqual({ code: 1, lines: 1 });
    expect(said[0]).toContain(folder);
    expect(said[0]).toMatch(why);
  });

  // Proves: a database whose files were damaged is said in one line, and is not begun afresh over them.
  test('broken files inside', async () => {
    const server = await startTelltale();
    await server.stop();
    for (const part of ['journal', 'state']) {
      const files = await readdir(join(server.dataDir, part), { recursive: true });
      for (const file of files.filter(name => /(CURRENT|MANIFEST-\d+)$/.test(name)))
        await writeFile(join(server.dataDir, part, file), 'garbage');
    }
    const { code, said } = await startInVain({ TELLTALE_DATA_DIR: server.dataDir });
    expect({ code, lines: said.length }).toEqual({ code: 1, lines: 1 });
    expect(said[0]).toContain(server.dataDir);
  });

  // Proves: the number of partitions is fixed for the life of a data directory.
  test('another number of partitions', async () => {
    const server = await startTelltale({ env: { TELLTALE_PARTITIONS: '8' } });
    await server.stop();
    const { code, said } = await startInVain({ TELLTALE_DATA_DIR: server.dataDir, TELLTALE_PARTITIONS: '16' });
    expect({ code, lines: said.length }).toEqual({ code: 1, lines: 1 });
    expect(said[0]).toMatch(/TELLTALE_PARTITIONS=8/);
  });

  // Proves: a second server on the same directory ends, and the first one goes on.
  test('in use', async () => {
    const server = await startTelltale();
    const { code, said } = await startInVain({ TELLTALE_DATA_DIR: server.dataDir });
    expect({ code, lines: said.length }).toEqual({ code: 1, lines: 1 });
    expect(said[0]).toContain(server.dataDir);
    expect((await fetch(`${server.http}/readyz`)).status).toBe(200);
  });
});

describe('data of a newer version', () => {
  // Proves: tables that a newer version has changed are refused in one line that says so and names what is not known here; nothing in them is touched, and
  // the version that knows them can go on. In the embedded file, and on a MySQL or MariaDB.
  test.each(['embedded file', 'MySQL'])('%s', async where => {
    const database = where === 'MySQL' ? await createSqlDatabase() : undefined;
    const env: Record<string, string> = database ? { TELLTALE_DATABASE_URL: database.url } : {};
    const server = await startTelltale({ env });
    await server.stop();
    const run = async (statement: string): Promise<Record<string, unknown>[]> => {
      if (database) return database.query(statement);
      const file = new Database(join(server.dataDir, 'telltale.sqlite'));
      try {
        if (statement.startsWith('SELECT')) return file.prepare(statement).all() as Record<string, unknown>[];
        file.exec(statement);
        return [];
      } finally {
        file.close();
      }
    };
    await run("INSERT INTO telltale_migration (name, checksum, applied_at_ms) VALUES ('9999-of-tomorrow', 'x', 1)");
    const before = await run('SELECT * FROM telltale_migration ORDER BY name');
    const { code, said } = await startInVain({ ...env, TELLTALE_DATA_DIR: server.dataDir });
    expect({ code, lines: said.length }).toEqual({ code: 1, lines: 1 });
    expect(said[0]).toMatch(/newer version.*9999-of-tomorrow/);
    expect(await run('SELECT * FROM telltale_migration ORDER BY name')).toEqual(before);
    await run("DELETE FROM telltale_migration WHERE name = '9999-of-tomorrow'");
    await server.restart();
    expect((await fetch(`${server.http}/readyz`)).status).toBe(200);
  });
});

describe('a port that is taken', () => {
  // Proves: it is said in one line with the port, for the broker and for the web, and the process ends with 1.
  test.each(['TELLTALE_HTTP_PORT', 'TELLTALE_MQTT_PORT'])('%s', async name => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    atEnd(() => squatter.close());
    const port = String((squatter.address() as AddressInfo).port);
    const { code, said } = await startInVain({ [name]: port });
    expect({ code, lines: said.length }).toEqual({ code: 1, lines: 1 });
    expect(said[0]).toContain(port);
  });
});
