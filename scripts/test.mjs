/**
 * `npm test`: checks, build and every test, against a real SQL server, a real broker and a real browser.
 * `npm test -- unit | service | e2e [pattern]` runs that part alone.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { provisionChromium } from './provision/chromium.mjs';
import { provisionMosquitto } from './provision/mosquitto.mjs';
import { runCommand } from './provision/run-command.mjs';
import { provisionSqlServer } from './provision/sql-server.mjs';

/** @typedef {{ failed: boolean, output?: string, says?: string }} Result */

const root = resolve(import.meta.dirname, '..');
const began = performance.now();
const [part, ...patterns] = process.argv.slice(2);
if (part !== undefined && !['unit', 'service', 'e2e'].includes(part)) {
  console.error(`npm test: there is no part "${part}"; there are unit, service and e2e.`);
  process.exit(2);
}
/** Simulated worlds of each run; `npm run simulate:long` runs ten thousand. */
const WORLDS = 100;
const wanted = (/** @type {string} */ name) => part === undefined || part === name;

/** Temporary files of the tests go below one folder of the run's own, so that even a killed test leaves none behind. */
const temporary = await mkdtemp(join(tmpdir(), 'tt-run-'));
/** @type {Record<string, string>} what the tests are told */
const environment = { TMPDIR: temporary };
/** @type {(() => Promise<void>)[]} */
const cleanups = [() => rm(temporary, { recursive: true, force: true })];
/** @type {string[]} */
const failures = [];
/** @type {import('node:child_process').ChildProcess | undefined} */
let jest;
let interrupted = false;

/** Runs one step and says in one line how it went; what a failed one printed follows. @param {string} name @param {() => Promise<Result>} work */
const step = async (name, work) => {
  const start = performance.now();
  const result = await work().catch(error => ({
    failed: true,
    says: error instanceof Error ? error.message : String(error),
    output: '',
  }));
  const seconds = ((performance.now() - start) / 1_000).toFixed(1);
  console.log(
    `${name.padEnd(18)} ${result.failed ? 'FAILED' : 'ok    '} ${seconds.padStart(6)} s${result.says ? `  ${result.says}` : ''}`,
  );
  if (result.failed) {
    failures.push(name);
    if (result.output) console.log(result.output.trim());
  }
  return !result.failed;
};

/** Runs a tool that is written for Node. @param {string[]} args its script first @returns {Promise<Result>} */
const node = async (...args) => {
  const { code, output } = await runCommand(process.execPath, args, { cwd: root });
  return { failed: code !== 0, output };
};

/** @param {() => Promise<{ env: Record<string, string>, says: string, stop?: () => Promise<void> }>} provision */
const provide = provision => async () => {
  const provisioned = provision();
  // Registered at once: an interrupt may come while a server is still starting.
  cleanups.push(async () => (await provisioned.catch(() => undefined))?.stop?.());
  const { env, says } = await provisioned;
  Object.assign(environment, env);
  return { failed: false, says };
};

/** Jest speaks for itself while it runs. Its process group is swept afterwards, so that nothing a test started stays. @param {string} project @param {string[]} args */
const runJest = (project, ...args) =>
  /** @type {Promise<Result>} */ (
    new Promise(done => {
      if (interrupted) return; // The process ends with the clean-up; no further part begins.
      const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
      const child = spawn(
        process.execPath,
        [...flags, '--selectProjects', project, '--cacheDirectory=.cache/jest', ...args, ...patterns],
        {
          cwd: root,
          stdio: ['ignore', 'inherit', 'inherit'],
          env: { ...process.env, ...environment },
          detached: true,
        },
      );
      jest = child;
      child.on('error', error => done({ failed: true, output: error.message }));
      child.on('exit', code => {
        sweep(child, 'SIGKILL');
        jest = undefined;
        done({ failed: code !== 0 });
      });
    })
  );

/** @param {import('node:child_process').ChildProcess | undefined} child @param {NodeJS.Signals} signal */
const sweep = (child, signal) => {
  if (child?.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is empty: everything ended by itself.
  }
};

let cleaned = Promise.resolve();
/** Also on an interrupt; who calls it again waits for the one under way, and for what has come since. */
const cleanUp = () => {
  cleaned = cleaned.then(async () => {
    for (const stop of cleanups.splice(0)) await stop().catch(error => console.error(`clean-up: ${error.message}`));
  });
  return cleaned;
};

for (const [signal, code] of /** @type {const} */ ([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
])) {
  process.on(signal, () => {
    interrupted = true;
    sweep(jest, 'SIGKILL');
    void cleanUp().finally(() => process.exit(code));
  });
}

/** Types, lint and import directions: what needs no build. */
const check = async () => {
  const tsc = 'node_modules/typescript/bin/tsc';
  const ofWeb = existsSync(resolve(root, 'web/tsconfig.json'));
  await step('types: API', () => node('scripts/write-api-types.mjs'));
  await Promise.all([
    step('types: server', () => node(tsc, '--noEmit', '-p', 'tsconfig.json')),
    ofWeb && step('types: dashboard', () => node(tsc, '--noEmit', '-p', 'web/tsconfig.json')),
  ]);
  await step('lint', () => node('node_modules/@biomejs/biome/bin/biome', 'check', '--colors=off', '--max-diagnostics=50', '.'));
  const folders = ['src', 'migrations', 'bench', 'accuracy', 'tests', 'web/src'].filter(folder =>
    existsSync(resolve(root, folder)),
  );
  const cruise = ['node_modules/dependency-cruiser/bin/dependency-cruise.mjs', '--config', '.dependency-cruiser.cjs'];
  await step('import directions', () => node(...cruise, ...folders));
};

/** What needs the processor, one after the other. @returns {Promise<boolean>} whether there is a build to test */
const checkAndBuild = async () => {
  if (part === undefined) await check();
  // A part run by hand goes on after type errors elsewhere: the compiler wrote what it could, and the run still counts as failed.
  const built = part === 'unit' || (await step('build', () => node('scripts/build.mjs'))) || part !== undefined;
  if (wanted('unit')) {
    await step('unit', () => runJest('unit', '--maxWorkers=2', '--testTimeout=30000'));
    // In plain processes: under jest a world takes three times as long, and only a few run there.
    if (patterns.length === 0) await step('worlds', () => node('scripts/simulate-long.mjs', String(WORLDS)));
  }
  return built;
};

/** @param {string} name @param {boolean} possible */
const runAgainstServers = (name, possible) =>
  step(name, async () => {
    if (!possible) return { failed: true, says: 'not run: what it needs failed above' };
    return runJest(name, '--runInBand', '--testTimeout=60000');
  });

console.log(`Node ${process.version}, ${process.platform} ${process.arch}`);
const servers = wanted('service') || wanted('e2e');
const [sql, mosquitto, chromium, built] = await Promise.all([
  servers && step('SQL server', provide(provisionSqlServer)),
  servers && step('Mosquitto', provide(provisionMosquitto)),
  wanted('e2e') && step('Chromium', provide(provisionChromium)),
  checkAndBuild(),
]);
if (wanted('service')) await runAgainstServers('service', sql && mosquitto && built);
if (wanted('e2e')) await runAgainstServers('e2e', sql && mosquitto && chromium && built);

await cleanUp();
const total = ((performance.now() - began) / 1_000).toFixed(1);
console.log(failures.length === 0 ? `All passed in ${total} s.` : `Failed in ${total} s: ${failures.join(', ')}.`);
process.exit(failures.length === 0 ? 0 : 1);
