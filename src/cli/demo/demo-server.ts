import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { TelltaleError } from '../../model/errors.js';
import { minutes, seconds } from '../../model/units.js';

/** The server did not come up; the message carries its last words. */
export class DemoServerError extends TelltaleError {
  readonly code = 'DEMO_SERVER';
  readonly fault = 'outage';
}

export interface DemoServerOptions {
  /** Gets the server's data directory, `data`, and its log, `server.log`. */
  folder: string;
  host: string;
  httpPort: number;
  mqttPort: number;
}

const MAIN = fileURLToPath(new URL('../main.js', import.meta.url));
/** Settings of the caller's environment that make sense for a demo. Others (a real database!) are none of its business. */
const PASSED_ON = new Set(['TELLTALE_LOG_LEVEL', 'TELLTALE_TIME_ZONE', 'TELLTALE_SHARDS']);
const LAST_WORDS = 5;
/** A second or two where nothing else runs; a small machine that builds something meanwhile takes its time. */
const STARTS_WITHIN = minutes(3);
const tooLate = (): Error => new Error(`it was not ready after ${STARTS_WITHIN / minutes(1)} minutes; is the machine very busy?`);

/** A server as a process of its own, on a data directory of its own. */
export class DemoServer {
  private constructor(
    private readonly process: ChildProcess,
    readonly http: string,
    readonly mqtt: string,
    readonly adminToken: string,
    readonly logFile: string,
  ) {}

  /** @throws {DemoServerError} it ended, or was not ready after `STARTS_WITHIN` */
  static async start({ folder, host, httpPort, mqttPort }: DemoServerOptions): Promise<DemoServer> {
    // A data directory holds nothing but data.
    const dataDir = join(folder, 'data');
    const logFile = join(folder, 'server.log');
    const env = {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TELLTALE_') || PASSED_ON.has(name))),
      TELLTALE_HOST: host,
      TELLTALE_HTTP_PORT: String(httpPort),
      TELLTALE_MQTT_PORT: String(mqttPort),
      TELLTALE_DATA_DIR: dataDir,
    };
    // Its own process group: a terminal's Ctrl-C comes to us alone, and we stop the fleet first.
    const server = spawn(process.execPath, ['--max-semi-space-size=64', '--no-memory-reducer', MAIN, 'serve'], {
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    process.once('exit', () => server.kill());
    server.stderr.pipe(createWriteStream(logFile));
    const lines = createInterface({ input: server.stdout });
    try {
      const { http, mqtt } = await listening(server, lines);
      await ready(http, server);
      const adminToken = (await readFile(join(dataDir, 'admin-token'), 'utf8')).trim();
      return new DemoServer(server, http, mqtt, adminToken, logFile);
    } catch (cause) {
      server.kill('SIGKILL');
      const log = await readFile(logFile, 'utf8').catch(() => '');
      const lastWords = log.trim().split('\n').slice(-LAST_WORDS).join('\n');
      throw new DemoServerError(
        `the server did not start: ${(cause as Error).message}\nIts log is ${logFile}${lastWords && `, and ends with\n${lastWords}`}`,
        {},
        { cause },
      );
    }
  }

  /** Resolves when the process has ended, for whatever reason. */
  async ended(): Promise<void> {
    if (!hasEnded(this.process)) await once(this.process, 'exit');
  }

  /** SIGTERM, and after 12 s the end. @returns its exit code */
  async stop(): Promise<number> {
    this.process.kill('SIGTERM');
    const timer = setTimeout(() => this.process.kill('SIGKILL'), seconds(12));
    await this.ended();
    clearTimeout(timer);
    return this.process.exitCode ?? 1;
  }
}

const hasEnded = (process: ChildProcess): boolean => process.exitCode !== null || process.signalCode !== null;

/** The first line on stdout says where. */
const listening = async (server: ChildProcess, lines: NodeJS.EventEmitter): Promise<{ http: string; mqtt: string }> => {
  const stop = new AbortController();
  try {
    const line = once(lines, 'line', { signal: stop.signal }) as Promise<[string]>;
    const end = once(server, 'exit', { signal: stop.signal }).then(([code, signal]) => {
      throw new Error(`it ended with ${signal ?? `code ${code}`}`);
    });
    // Those that lose are aborted below, on purpose.
    const late = sleep(STARTS_WITHIN, undefined, { signal: stop.signal }).then(() => {
      throw tooLate();
    });
    for (const one of [line, end, late]) one.catch(() => undefined);
    return JSON.parse((await Promise.race([line, end, late]))[0]) as { http: string; mqtt: string };
  } finally {
    stop.abort();
  }
};

const ready = async (http: string, server: ChildProcess): Promise<void> => {
  const deadline = performance.now() + STARTS_WITHIN;
  while (performance.now() < deadline && !hasEnded(server)) {
    const answer = await fetch(`${http}/readyz`).catch(() => undefined);
    if (answer?.status === 200) return;
    await sleep(100);
  }
  throw hasEnded(server) ? new Error('it listened, and ended before it was ready') : tooLate();
};
