/**
 * `npm run fuzz [-- inputs [seed]]`: spoilt inputs at all that stands at the borders: decoders over each way that they are heard, OBD replies, MQTT packets,
 * websocket frames, REST bodies and queries, geofence shapes. Ten million in all when not told otherwise. Prints how many of each came to what, and the
 * memory at the end; ends with 1 at the first that throws what is no refusal, takes long, or where memory grew.
 */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { runCommand } from './provision/run-command.mjs';

const root = resolve(import.meta.dirname, '..');
const [total = 10_000_000, seed = Date.now() % 2 ** 31] = process.argv.slice(2).map(Number);
if (!(total >= 100) || !Number.isInteger(seed)) {
  console.error('fuzz: inputs in all, 100 or more, and a seed');
  process.exit(2);
}
if (!process.env.TELLTALE_BUILT) {
  const { code, output } = await runCommand(process.execPath, [resolve(root, 'scripts/build.mjs')], { cwd: root });
  if (code !== 0) {
    console.error(output);
    process.exit(1);
  }
}
/** By how much heap may have grown, MB: what is compiled and cached is not kept input. */
const GROWTH_MB = 150;
const share = (/** @type {number} */ part) => String(Math.ceil(total * part));
const runs = [
  { file: 'decoders.fuzz.js', args: [share(0.5), String(seed)] },
  { file: 'obd.fuzz.js', args: [share(0.15), String(seed)] },
  { file: 'inputs.fuzz.js', args: [share(0.15), String(seed), 'websocket'] },
  { file: 'inputs.fuzz.js', args: [share(0.15), String(seed), 'mqtt'] },
  { file: 'inputs.fuzz.js', args: [share(0.025), String(seed), 'rest'] },
  { file: 'inputs.fuzz.js', args: [share(0.025), String(seed), 'geofence'] },
];
const limit = `--max-old-space-size=${GROWTH_MB + 100}`;
const began = performance.now();
let inputs = 0;
for (const { file, args } of runs) {
  const from = performance.now();
  // What keeps its inputs dies of this heap.
  const child = spawn(process.execPath, [limit, resolve(root, 'dist/bench', file), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    console.log(line);
    inputs += JSON.parse(line).inputs;
  }
  const code = await new Promise(done => (child.exitCode === null ? child.on('exit', done) : done(child.exitCode)));
  if (code !== 0) {
    console.error(`${file} ${args.join(' ')} ended with ${code}`);
    process.exit(1);
  }
  console.error(`${file} ${args[2] ?? ''}: ${((performance.now() - from) / 1_000).toFixed(0)} s`);
}
console.log(JSON.stringify({ fuzz: inputs, seed, seconds: Math.round((performance.now() - began) / 1_000) }));
