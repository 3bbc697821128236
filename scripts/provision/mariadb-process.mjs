import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import { runCommand } from './run-command.mjs';

/**
 * The programs of a MariaDB or MySQL server.
 * @typedef {object} ServerPrograms
 * @property {string} server path of mariadbd or mysqld
 * @property {string} [installer] path of mariadb-install-db; MySQL initialises itself
 * @property {string} [baseDir] only where the programs do not stand where they were built for
 *
 * A server process of our own, on 127.0.0.1 alone.
 * @typedef {object} PrivateServer
 * @property {string} url `mysql://user:password@127.0.0.1:port/`, of a user who may do everything
 * @property {number} port
 * @property {() => Promise<void>} start brings it back on the same port with the same data
 * @property {(signal?: NodeJS.Signals) => Promise<void>} halt takes it down and keeps its data; SIGTERM unless said
 * @property {() => Promise<void>} remove takes it down and deletes its data
 */

const user = 'telltale_test';
const password = 'only-on-loopback';
const readyWithinMs = 30_000;

/**
 * Creates a data directory, starts a server on it and gives it a user.
 * @param {ServerPrograms} programs
 * @returns {Promise<PrivateServer>}
 * @throws {Error} with what the server said last
 */
export const startPrivateServer = async programs => {
  // Not below the project: a socket's path may have 107 bytes at most.
  const folder = await mkdtemp(join(tmpdir(), 'tt-sql-'));
  const socket = join(folder, 's.sock');
  const port = await freePort();
  const asRoot = process.getuid?.() === 0 ? ['--user=root'] : [];
  const base = programs.baseDir
    ? [`--basedir=${programs.baseDir}`, `--lc-messages-dir=${join(programs.baseDir, 'share/mysql')}`]
    : [];
  const common = ['--no-defaults', ...asRoot, ...base, `--datadir=${join(folder, 'data')}`];
  /** @type {{ exited: Promise<unknown>, child: import('node:child_process').ChildProcess } | undefined} */
  let running;

  const halt = async (/** @type {NodeJS.Signals} */ signal = 'SIGTERM') => {
    if (!running) return;
    const { child, exited } = running;
    running = undefined;
    child.kill(signal);
    await Promise.race([exited, wait(10_000, undefined, { ref: false }).then(() => child.kill('SIGKILL'))]);
    await exited;
  };
  const remove = async () => {
    await halt();
    await rm(folder, { recursive: true, force: true });
  };
  const start = async () => {
    if (running) return;
    const child = spawn(programs.server, [...common, ...serverOptions(socket, port)], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', chunk => {
      said = (said + chunk).slice(-4_096);
    });
    let ended = false;
    const exited = once(child, 'close').finally(() => {
      ended = true;
    });
    exited.catch(() => undefined);
    running = { child, exited };
    const deadline = Date.now() + readyWithinMs;
    while (!(await grantAccess(socket))) {
      if (ended || Date.now() > deadline) throw new Error(`${programs.server} did not come up: ${said.trim()}`);
      await wait(50);
    }
  };

  try {
    await initialise(programs, common);
    await start();
  } catch (error) {
    await remove();
    throw error;
  }
  return { url: `mysql://${user}:${password}@127.0.0.1:${port}/`, port, start, halt, remove };
};

/** @param {ServerPrograms} programs @param {readonly string[]} common */
const initialise = async ({ server, installer }, common) => {
  const fromInstaller = [
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    '--skip-name-resolve',
    '--innodb-log-file-size=8M',
  ];
  const { code, output } = installer
    ? await runCommand(installer, [...common, ...fromInstaller])
    : await runCommand(server, [...common, '--initialize-insecure']);
  if (code !== 0) throw new Error(`${installer ?? server} could not create a data directory: ${output.trim().slice(-1_000)}`);
};

/** Small and quick: what it loses in a power cut, a test does not miss. @param {string} socket @param {number} port */
const serverOptions = (socket, port) => [
  `--socket=${socket}`,
  `--pid-file=${socket}.pid`,
  `--port=${port}`,
  '--bind-address=127.0.0.1',
  '--skip-name-resolve',
  '--skip-log-bin',
  '--innodb-flush-log-at-trx-commit=2',
  '--performance-schema=OFF',
  '--default-time-zone=+00:00',
  '--character-set-server=utf8mb4',
  '--collation-server=utf8mb4_bin',
];

/** @param {string} socketPath @returns {Promise<boolean>} whether the server answered */
const grantAccess = async socketPath => {
  try {
    const root = await createConnection({ socketPath, user: 'root' });
    await root.query(`CREATE USER IF NOT EXISTS ${user}@'127.0.0.1' IDENTIFIED BY '${password}'`);
    await root.query(`GRANT ALL PRIVILEGES ON *.* TO ${user}@'127.0.0.1' WITH GRANT OPTION`);
    await root.end();
    return true;
  } catch {
    return false;
  }
};

/** @returns {Promise<number>} */
const freePort = async () => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port on 127.0.0.1');
  return address.port;
};
