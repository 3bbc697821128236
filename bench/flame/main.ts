import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LoadFleet } from '../../src/simulator/load/load-fleet.js';
import { endAll } from '../../tests/harness/at-end.js';
import { startTelltale } from '../../tests/harness/start-telltale.js';
import { tempDir } from '../../tests/harness/temp-dir.js';
import { type Call, type CpuProfile, callTree } from './call-tree.js';
import { drawFlame } from './draw-flame.js';

/**
 * `npm run flame [-- --rate 60000 --per-message 10 --connections 1000 --seconds 30 --out docs/images]`: the server under a steady load with `--cpu-prof`,
 * each of its threads drawn as a flame graph.
 */
const args = process.argv.slice(2);
const option = (name: string, otherwise: string): string => {
  const at = args.indexOf(`--${name}`);
  return at < 0 ? otherwise : (args[at + 1] ?? otherwise);
};
const RATE = Number(option('rate', '60000'));
const PER_MESSAGE = Number(option('per-message', '10'));
const CONNECTIONS = Number(option('connections', '1000'));
const SECONDS = Number(option('seconds', '30'));
const OUT = option('out', 'docs/images');
/** Devices are registered and code is compiled meanwhile. */
const WARM_UP_S = 10;

/** Threads by a function that each runs, as the first that is found. */
const threads: readonly { name: string; about: string; file: RegExp }[] = [
  {
    name: 'broker',
    about: 'the thread of the embedded broker',
    file: /^src\/adapters\/mqtt\/(thread|server-connection|mqtt-server)/,
  },
  { name: 'sql', about: 'the thread that owns the tables', file: /^src\/adapters\/sql\// },
  { name: 'past', about: 'the thread that answers questions about the past', file: /^src\/app\/history\// },
];

/** Time in functions of files that match, where no caller's does. */
const timeIn = (call: Call, file: RegExp): number =>
  file.test(call.place) ? call.time : [...call.callees.values()].reduce((sum, callee) => sum + timeIn(callee, file), 0);

const folder = await tempDir('flame');
const server = await startTelltale({
  env: { TELLTALE_DEVICE_AUTH: 'open', TELLTALE_LOG_LEVEL: 'error' },
  nodeFlags: ['--cpu-prof', '--cpu-prof-dir', folder],
});
const load = new LoadFleet({
  url: server.mqtt,
  devices: Array.from({ length: CONNECTIONS }, (_, i) => ({ id: `flame-${i}` })),
  eventsPerMessage: PER_MESSAGE,
  rate: RATE,
  alertsPerSecond: 10,
});
await load.start();
await sleep(WARM_UP_S * 1_000);
load.resetStats();
await sleep(SECONDS * 1_000);
const { events_per_s: reached } = load.stats;
await load.stop();
const { code, signal } = await server.stop();
if (signal) throw new Error(`the server ended with ${signal ?? code} and wrote no profile`);

await mkdir(OUT, { recursive: true });
const drawn = new Set<string>();
for (const file of (await readdir(folder)).sort()) {
  const profile = JSON.parse(await readFile(join(folder, file), 'utf8')) as CpuProfile;
  const tree = callTree(profile, profile.endTime - profile.startTime - (SECONDS + 1) * 1e6, resolve('dist'));
  // CPU.date.time.pid.thread.no: the main thread is 0.
  const main = file.split('.')[4] === '0';
  const thread = main
    ? { name: 'main', about: 'the main thread' }
    : threads.find(({ file: of }) => timeIn(tree, of) > tree.time / 10);
  if (!thread || drawn.has(thread.name) || tree.time === 0) continue;
  drawn.add(thread.name);
  const what = `${Math.round(reached).toLocaleString('en')} events/s, ${PER_MESSAGE === 1 ? 'one event a message' : `arrays of ${PER_MESSAGE}`}, ${CONNECTIONS.toLocaleString('en')} connections`;
  const picture = drawFlame(`Telltale, ${thread.about}: ${what}`, tree, SECONDS + 1);
  const path = join(OUT, `flame-${thread.name}.svg`);
  await writeFile(path, picture);
  console.log(`${path}: ${Math.round(picture.length / 1_000)} kB, ${(tree.time / (SECONDS + 1) / 1e4).toFixed(0)} % of a core`);
}
await endAll();
process.exit(drawn.has('main') ? 0 : 1);
