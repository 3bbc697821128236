import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Exit, type SpawnedProcess, spawnProcess } from './spawned-process.js';
import { tempDir } from './temp-dir.js';
import { waitFor } from './wait-for.js';

// Relative to where npm and jest run, so that it holds for the source and for its compiled copy.
const main = resolve('dist/src/cli/main.js');
const adminToken = 'admin-token-of-the-tests-0123456789abcdef';

export interface TelltaleOptions {
  /** Added to the environment, over the harness's own settings. */
  env?: Record<string, string>;
  /** An existing data directory; a fresh temporary one unless given. */
  dataDir?: string;
  /** For Node itself, before the program: `--cpu-prof`. */
  nodeFlags?: readonly string[];
  /** How long it may take until `GET /readyz` answers 200. */
  readyWithinMs?: number;
}

/** A running server as its users see it. The addresses stay the same over restarts. */
export interface Telltale {
  /** `http://127.0.0.1:port` */
  readonly http: string;
  /** `mqtt://127.0.0.1:port` of the embedded broker; empty where an external broker is used. */
  readonly mqtt: string;
  readonly adminToken: string;
  readonly dataDir: string;
  /** The process that runs now or ran last: its pid, its last lines, its end. */
  readonly process: SpawnedProcess;
  /** SIGKILL, and waits until it is gone. */
  kill9(): Promise<void>;
  /** SIGTERM, and waits; past 15 s it is killed, which shows as a signal in the answer. */
  stop(): Promise<Exit>;
  /** Starts it again, on the same data, ports and environment but for `env`; stops it before, where it still runs. */
  restart(env?: Record<string, string>): Promise<void>;
}

/** A question whose connection went with the process before may stay without an answer for ever: it is asked again. */
const ASKED_MS = 10_000;

/**
 * Starts the built server on free ports and waits until it is ready.
 * @throws {Error} with the end of its log where it does not get ready
 */
export const startTelltale = async ({
  env = {},
  dataDir,
  nodeFlags = [],
  readyWithinMs = 60_000,
}: TelltaleOptions = {}): Promise<Telltale> => {
  if (!existsSync(main)) throw new Error(`there is no ${main}: run "npm run build" first`);
  const folder = dataDir ?? (await tempDir('data'));
  const settings = {
    TELLTALE_HOST: '127.0.0.1',
    TELLTALE_HTTP_PORT: '0',
    TELLTALE_MQTT_PORT: '0',
    TELLTALE_DATA_DIR: folder,
    TELLTALE_ADMIN_TOKEN: adminToken,
    ...env,
  };
  let running = await launch(settings, nodeFlags, readyWithinMs);
  const { http, mqtt } = running;
  const samePorts = { TELLTALE_HTTP_PORT: portOf(http), ...(mqtt && { TELLTALE_MQTT_PORT: portOf(mqtt) }) };
  return {
    http,
    mqtt,
    adminToken: settings.TELLTALE_ADMIN_TOKEN,
    dataDir: folder,
    get process() {
      return running.process;
    },
    kill9: async () => void (await running.process.end('SIGKILL')),
    stop: () => running.process.end('SIGTERM'),
    restart: async (changed = {}) => {
      await running.process.end('SIGTERM');
      running = await launch({ ...settings, ...samePorts, ...changed }, nodeFlags, readyWithinMs);
    },
  };
};

interface Listening {
  process: SpawnedProcess;
  http: string;
  mqtt: string;
}

const launch = async (env: Record<string, string>, nodeFlags: readonly string[], readyWithinMs: number): Promise<Listening> => {
  const process_ = await spawnProcess(
    process.execPath,
    ['--max-semi-space-size=64', '--no-memory-reducer', ...nodeFlags, main, 'serve'],
    env,
  );
  const limits = { timeoutMs: readyWithinMs };
  try {
    const line = await Promise.race([
      waitFor('the "listening" line', () => process_.stdout.find(text => text.includes('"listening"')), limits),
      process_.exited.then(exit => Promise.reject(new Error(`it ended with ${JSON.stringify(exit)}`))),
    ]);
    const { http, mqtt } = JSON.parse(line) as { http: string; mqtt?: string };
    await waitFor(
      'GET /readyz to answer 200',
      async () =>
        process_.hasExited() || (await fetch(`${http}/readyz`, { signal: AbortSignal.timeout(ASKED_MS) })).status === 200,
      limits,
    );
    if (process_.hasExited()) throw new Error('it ended before it was ready');
    return { process: process_, http, mqtt: mqtt ?? '' };
  } catch (cause) {
    await process_.end('SIGKILL');
    throw new Error(
      `telltale did not get ready; it said last:\n${[...process_.stdout, ...process_.stderr].slice(-40).join('\n')}`,
      { cause },
    );
  }
};

const portOf = (url: string): string => new URL(url).port;
