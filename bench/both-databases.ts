import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { DatabaseOptions } from '../src/adapters/sql/open-database.js';
import type { Figure } from './figure.js';

type Measure = (name: string, where: DatabaseOptions) => Promise<Figure[]>;

/** Measures on the embedded file, and on the server of `TELLTALE_TEST_MYSQL_URL` or `MYSQL_URL` if there is one, in a database of its own. */
export const onBothDatabases = async (measure: Measure): Promise<Figure[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'tt-sql-bench-'));
  try {
    const figures = await measure('embedded', { file: join(folder, 'bench.db') });
    const server = process.env.TELLTALE_TEST_MYSQL_URL ?? process.env.MYSQL_URL;
    if (server) figures.push(...(await onServer(server, measure)));
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const onServer = async (server: string, measure: Measure): Promise<Figure[]> => {
  const name = `telltale_bench_${process.pid}`;
  const connection = await createConnection(server);
  try {
    await connection.query(`create database ${name}`);
    const url = new URL(server);
    url.pathname = `/${name}`;
    return await measure('mysql', { url: url.href });
  } finally {
    await connection.query(`drop database if exists ${name}`);
    await connection.end();
  }
};
