import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.js';
import { provided } from './provided.js';
import { type Exit, type SpawnedProcess, spawnProcess } from './spawned-process.js';
import { tempDir } from './temp-dir.js';
import { waitFor } from './wait-for.js';

export interface MosquittoOptions {
  /** Without it anybody may connect. */
  login?: { user: string; password: string };
  /** Sessions and their queues survive a stop, and what was saved survives a kill; false keeps them in memory. */
  persistence?: boolean;
  /** Further lines of mosquitto.conf, such as `max_queued_messages 1000`. */
  settings?: readonly string[];
}

/** A Mosquitto of its own on a free port of 127.0.0.1. Port, login and data stay the same over restarts. */
export interface Mosquitto {
  readonly port: number;
  /** `mqtt://[user:password@]127.0.0.1:port` */
  readonly url: string;
  /** The end of its log. */
  log(): readonly string[];
  /** SIGTERM: it saves its sessions first. */
  stop(): Promise<Exit>;
  /** SIGKILL: what it had not saved is gone. */
  kill9(): Promise<Exit>;
  /** Starts it again; stops it before, where it still runs. */
  restart(): Promise<void>;
}

/** @throws {Error} where it does not come up, with the end of its log */
export const startMosquitto = async ({ login, persistence = true, settings = [] }: MosquittoOptions = {}): Promise<Mosquitto> => {
  const folder = await tempDir('mqtt');
  const port = await freePort();
  const passwords = join(folder, 'passwords');
  if (login) await writePasswords(passwords, login);
  const lines = [
    `listener ${port} 127.0.0.1`,
    // As root it would become a user who may not write to the folder, or who does not exist.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    ...(login ? ['allow_anonymous false', `password_file ${passwords}`] : ['allow_anonymous true']),
    ...(persistence ? ['persistence true', `persistence_location ${folder}/`, 'autosave_interval 1'] : ['persistence false']),
    'log_dest stderr',
    ...settings,
  ];
  const configuration = join(folder, 'mosquitto.conf');
  await writeFile(configuration, `${lines.join('\n')}\n`);
  let running = await launch(configuration, port);
  return {
    port,
    url: `mqtt://${login ? `${encodeURIComponent(login.user)}:${encodeURIComponent(login.password)}@` : ''}127.0.0.1:${port}`,
    log: () => running.stderr,
    stop: () => running.end('SIGTERM'),
    kill9: () => running.end('SIGKILL'),
    restart: async () => {
      await running.end('SIGTERM');
      running = await launch(configuration, port);
    },
  };
};

const launch = async (configuration: string, port: number): Promise<SpawnedProcess> => {
  const broker = await spawnProcess(provided('TELLTALE_TEST_MOSQUITTO'), ['-c', configuration]);
  try {
    await waitFor('Mosquitto to accept connections', () => broker.hasExited() || accepts(port));
    if (broker.hasExited()) throw new Error('it ended at once');
    return broker;
  } catch (cause) {
    await broker.end('SIGKILL');
    throw new Error(`Mosquitto did not come up; it said last:\n${broker.stderr.slice(-20).join('\n')}`, { cause });
  }
};

const accepts = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

const writePasswords = async (path: string, { user, password }: { user: string; password: string }): Promise<void> => {
  await writeFile(path, '', { mode: 0o600 });
  await promisify(execFile)(join(provided('TELLTALE_TEST_MOSQUITTO_BIN_DIR'), 'mosquitto_passwd'), ['-b', path, user, password]);
};
