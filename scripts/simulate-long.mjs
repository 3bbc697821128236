/**
 * `npm run simulate:long [-- seeds [first]]`: whole worlds under virtual time with faults from a seed, ten thousand unless told otherwise, on all
 * cores, in plain processes (under jest a world costs three times as much). A world that is not right is named by its seed when it ends, and in the
 * summary: `TELLTALE_SEED=n npm run test:unit -- --testPathPatterns simulation/world` tells its story.
 */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { runCommand } from './provision/run-command.mjs';

const root = resolve(import.meta.dirname, '..');
const [count, first] = [Number(process.argv[2] ?? 10_000), Number(process.argv[3] ?? 1)];
if (!(Number.isInteger(count) && count > 0 && Number.isInteger(first) && first > 0)) {
  console.error('simulate:long: seeds and the first of them are whole numbers above 0');
  process.exit(2);
}
const { code, output } = await runCommand(process.execPath, [resolve(root, 'scripts/build.mjs')], { cwd: root });
if (code !== 0) {
  console.error(output);
  process.exit(1);
}

const SAY_EVERY_MS = 60_000;
/** A world that takes longer hangs: the slowest seen took 4 s of a core of its own, and a hundredth of a core is what a busy machine may leave it. */
const HANGS_AFTER_MS = 1_800_000;
const workers = Math.min(availableParallelism(), count);
console.log(`${count} worlds from seed ${first}, in ${workers} processes`);
const began = performance.now();
let next = first;
let done = 0;
let cpu_ms = 0;
/** @type {number[]} */
const wrongSeeds = [];
/** @type {{ seed: number, cpu_ms: number }[]} */
let slowest = [];

const says = () => {
  const minutes = (performance.now() - began) / 60_000;
  const perMinute = Math.round(done / minutes);
  return `${done} of ${count} worlds in ${minutes.toFixed(1)} min (${perMinute} a minute, ${(cpu_ms / Math.max(1, done) / 1_000).toFixed(2)} s of a core each), ${wrongSeeds.length} wrong`;
};

/** @param {{ seed: number, wrong: string[], cpu_ms: number }} report */
const take = report => {
  done++;
  cpu_ms += report.cpu_ms;
  slowest = [...slowest, report].sort((a, b) => b.cpu_ms - a.cpu_ms).slice(0, 5);
  if (report.wrong.length === 0) return;
  wrongSeeds.push(report.seed);
  console.log(`seed ${report.seed} WRONG\n  ${report.wrong.slice(0, 10).join('\n  ')}`);
};

const work = () =>
  new Promise(ended => {
    const child = fork(resolve(root, 'dist/tests/simulation/world/run-seeds.js'), { cwd: root });
    let seed = 0;
    /** @type {NodeJS.Timeout | undefined} */
    let hangs;
    const give = () => {
      clearTimeout(hangs);
      if (next >= first + count) return child.disconnect();
      seed = next++;
      hangs = setTimeout(() => child.kill('SIGKILL'), HANGS_AFTER_MS);
      child.send(seed);
    };
    child.on('message', report => {
      take(/** @type {never} */ (report));
      seed = 0;
      give();
    });
    child.on('exit', (exitCode, signal) => {
      clearTimeout(hangs);
      if (seed > 0) take({ seed, wrong: [`its process ended with ${signal ?? exitCode} under it`], cpu_ms: 0 });
      ended(next < first + count ? work() : undefined);
    });
    give();
  });

const progress = setInterval(() => console.log(says()), SAY_EVERY_MS);
await Promise.all(Array.from({ length: workers }, work));
clearInterval(progress);
console.log(says());
console.log(`slowest: ${slowest.map(({ seed, cpu_ms: ms }) => `${seed} (${(ms / 1_000).toFixed(1)} s)`).join(', ')}`);
for (const seed of wrongSeeds)
  console.log(`TELLTALE_SEED=${seed} npm run test:unit -- --testPathPatterns simulation/world   # its story`);
process.exit(wrongSeeds.length > 0 ? 1 : 0);
