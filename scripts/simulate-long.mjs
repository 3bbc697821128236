/**
 * `npm run simulate:long [-- seeds [first]]`: whole worlds under virtual time with faults from a seed, ten thousand unless told otherwise, on all
 * cores. A world that is not right is named by its seed: `TELLTALE_SEED=n npm run test:unit -- --testPathPatterns simulation/world` tells its story.
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const [seeds = '10000', first = '1'] = process.argv.slice(2);
const workers = availableParallelism();
const each = Math.ceil(Number(seeds) / workers);
if (!(Number(seeds) > 0) || !(Number(first) > 0)) {
  console.error('simulate:long: seeds and the first of them are numbers above 0');
  process.exit(2);
}
console.log(`${seeds} worlds from seed ${first}, in ${workers} processes`);

const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
const runs = Array.from({ length: workers }, (_, i) => {
  const env = { ...process.env, TELLTALE_SEEDS: String(each), TELLTALE_FIRST_SEED: String(Number(first) + i * each) };
  const child = spawn(
    process.execPath,
    [...flags, '--selectProjects', 'unit', '--runInBand', '--testPathPatterns', 'simulation/world'],
    {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env,
    },
  );
  return new Promise(done => child.on('exit', done));
});
const codes = await Promise.all(runs);
process.exit(codes.every(code => code === 0) ? 0 : 1);
