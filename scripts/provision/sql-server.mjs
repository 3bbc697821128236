import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { installPackages, unpackPackages, writeLauncher } from './debian-package.mjs';
import { findProgram } from './find-program.mjs';
import { startPrivateServer } from './mariadb-process.mjs';

const image = 'mysql:8';
/** The second brings `my_print_defaults`, which the first's installer calls without depending on it. */
const debianPackages = ['mariadb-server-core', 'mariadb-client-core'];

/**
 * A real SQL server for the tests: the one in MYSQL_URL, else a container, else a local MariaDB or MySQL, else one from Debian.
 * @returns {Promise<{ env: Record<string, string>, says: string, stop: () => Promise<void> }>}
 * @throws {Error} one sentence saying what is missing
 */
export const provisionSqlServer = async () => {
  const given = process.env.MYSQL_URL;
  if (given) return await fromUrl(given);
  const container = await fromContainer();
  if (container) return container;
  const { programs, origin } = await serverPrograms();
  const server = await startPrivateServer(programs);
  return {
    env: { TELLTALE_TEST_MYSQL_URL: server.url, ...programsToEnvironment(programs) },
    says: `${origin}, port ${server.port}`,
    stop: server.remove,
  };
};

/** @param {string} url */
const fromUrl = async url => {
  const { host } = new URL(url);
  try {
    const connection = await createConnection(url);
    await connection.end();
  } catch (error) {
    throw new Error(`MYSQL_URL is set, but the server at ${host} did not let us in: ${reasonOf(error)}.`);
  }
  return { env: { TELLTALE_TEST_MYSQL_URL: url, ...localPrograms() }, says: `MYSQL_URL, ${host}`, stop: async () => undefined };
};

/** A client without an engine is common, so the engine is asked; where it cannot get the image, the next way is tried. */
const fromContainer = async () => {
  const { GenericContainer, Wait, getContainerRuntimeClient } = await import('testcontainers');
  try {
    await getContainerRuntimeClient();
  } catch {
    return undefined;
  }
  try {
    const container = await new GenericContainer(image)
      .withEnvironment({ MYSQL_ROOT_PASSWORD: 'only-on-loopback', MYSQL_ROOT_HOST: '%' })
      .withTmpFs({ '/var/lib/mysql': 'rw' })
      .withExposedPorts(3306)
      .withWaitStrategy(Wait.forLogMessage(/ready for connections.*port: 3306/))
      .start();
    const url = `mysql://root:only-on-loopback@${container.getHost()}:${container.getMappedPort(3306)}/`;
    return {
      env: { TELLTALE_TEST_MYSQL_URL: url, ...localPrograms() },
      says: `container ${image}`,
      stop: async () => void (await container.stop()),
    };
  } catch (error) {
    console.log(`       container ${image} could not be started (${reasonOf(error)}); trying without`);
    return undefined;
  }
};

/** @returns {Promise<{ programs: import('./mariadb-process.mjs').ServerPrograms, origin: string }>} */
const serverPrograms = async () => {
  const local = findServerPrograms();
  if (local) return { programs: local, origin: local.server };
  try {
    if (await installPackages(debianPackages)) {
      const installed = findServerPrograms();
      if (installed) return { programs: installed, origin: `${installed.server}, installed from Debian` };
    }
    const programs = await unpackServerPrograms();
    return { programs, origin: `unpacked Debian packages, ${programs.server}` };
  } catch (error) {
    throw new Error(
      `A SQL server is missing (${reasonOf(error)}): set MYSQL_URL to a MySQL 8 or MariaDB 10.11, start a container engine, or install MariaDB.`,
    );
  }
};

/** @returns {import('./mariadb-process.mjs').ServerPrograms | undefined} */
const findServerPrograms = () => {
  const server = findProgram('mariadbd', 'mysqld');
  if (!server) return undefined;
  const installer = findProgram('mariadb-install-db', 'mysql_install_db');
  return { server, installer };
};

/** @param {Parameters<typeof unpackPackages>[2]} [options] */
const unpackServerPrograms = async options => {
  const root = await unpackPackages('mariadb', debianPackages, options);
  const baseDir = join(root, 'usr');
  if (!existsSync(join(baseDir, 'sbin/mariadbd'))) throw new Error('the Debian packages hold no mariadbd');
  const server = await writeLauncher(root, 'usr/sbin/mariadbd');
  const installer = await writeLauncher(root, 'usr/bin/mariadb-install-db');
  return { server, installer, baseDir };
};

const localPrograms = () => {
  const programs = findServerPrograms();
  return programs ? programsToEnvironment(programs) : {};
};

/** For tests that take a server of their own down and bring it back. @param {import('./mariadb-process.mjs').ServerPrograms} programs */
const programsToEnvironment = ({ server, installer, baseDir }) => ({
  TELLTALE_TEST_MARIADBD: server,
  ...(installer && { TELLTALE_TEST_MARIADB_INSTALL_DB: installer }),
  ...(baseDir && { TELLTALE_TEST_MARIADB_BASEDIR: baseDir }),
});

/** @param {unknown} error */
const reasonOf = error => (error instanceof Error ? error.message.split('\n')[0] : String(error));
