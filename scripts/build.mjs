/** Builds what runs: the server and its companions with tsc, the dashboard with vite, side by side. What did not change is not built again. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { runCommand } from './provision/run-command.mjs';

/** Smaller, packing saves no packet. */
const PACKED_FROM = 1_024;
const root = resolve(import.meta.dirname, '..');
const dist = join(root, 'dist');
const entry = join(dist, 'src/cli/main.js');

/** @type {{ name: string, sources: string[], output: string, command: string[], finish?: () => Promise<void> }} */
const server = {
  name: 'server',
  sources: [
    'src',
    'migrations',
    'bench',
    'accuracy',
    'tests/golden',
    'tests/harness',
    'tests/simulation',
    'tests/torture',
    'tests/soak',
    'tests/pictures',
    'scripts',
    'tsconfig.json',
    'tsconfig.build.json',
    'package-lock.json',
  ],
  output: entry,
  command: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'],
};
const dashboard = {
  name: 'dashboard',
  sources: ['web', 'src/api/wire', 'src/model', 'package-lock.json'],
  output: join(dist, 'web/index.html'),
  command: [
    'node_modules/vite/bin/vite.js',
    'build',
    'web',
    '--outDir',
    join(dist, 'web'),
    '--emptyOutDir',
    '--logLevel',
    'warn',
  ],
  finish: () => packAssets(join(dist, 'web')),
};

/** @param {typeof server} part @returns {Promise<{ failed: boolean, says: string }>} */
const build = async part => {
  const stamp = join(dist, '.stamps', part.name);
  const state = await stateOf(part.sources);
  if (existsSync(part.output) && (await readFile(stamp, 'utf8').catch(() => '')) === state)
    return { failed: false, says: 'unchanged' };
  await rm(stamp, { force: true });
  const began = performance.now();
  const { code, output } = await runCommand(process.execPath, part.command, { cwd: root });
  const seconds = `${((performance.now() - began) / 1_000).toFixed(1)} s`;
  if (code !== 0) return { failed: true, says: `failed after ${seconds}\n${output.trim()}` };
  await part.finish?.();
  await mkdir(join(dist, '.stamps'), { recursive: true });
  await writeFile(stamp, state);
  return { failed: false, says: seconds };
};

/** What a browser loads is packed once, when it is built; the server sends the packed file to who takes it. @param {string} folder */
const packAssets = async folder => {
  for (const file of await filesOf(folder)) {
    const content = await readFile(file);
    if (content.length < PACKED_FROM || !/\.(m?js|css|svg|geojson|html)$/.test(file)) continue;
    const size = { [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
    await writeFile(`${file}.br`, brotliCompressSync(content, { params: size }));
    await writeFile(`${file}.gz`, gzipSync(content, { level: 9 }));
  }
};

/** A digest of names, sizes and times: an edit changes it, reading everything is not needed. @param {readonly string[]} sources */
const stateOf = async sources => {
  const digest = createHash('sha256');
  for (const file of (await Promise.all(sources.map(source => filesOf(join(root, source))))).flat().sort()) {
    const { size, mtimeMs } = await stat(file);
    digest.update(`${relative(root, file)} ${size} ${mtimeMs}\n`);
  }
  return digest.digest('hex');
};

/** @param {string} path @returns {Promise<string[]>} */
const filesOf = async path => {
  if (!existsSync(path)) return [];
  if (!(await stat(path)).isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath ?? entry.path, entry.name));
};

/** What was compiled from a source that is gone would still be found by whoever lists a folder (benchmarks, migrations). */
const removeOrphans = async () => {
  const compiled = (await filesOf(dist)).filter(file => file.endsWith('.js') && !file.startsWith(join(dist, 'web')));
  for (const file of compiled) {
    const source = join(root, relative(dist, file)).replace(/\.js$/, '.ts');
    if (!existsSync(source)) await Promise.all([rm(file), rm(`${file}.map`, { force: true })]);
  }
};

const began = performance.now();
const noDashboard = existsSync(join(root, 'web/vite.config.ts'))
  ? undefined
  : { failed: false, says: 'skipped, there is no web/vite.config.ts' };
const [serverResult, dashboardResult] = await Promise.all([build(server), noDashboard ?? build(dashboard)]);
await removeOrphans();
if (existsSync(entry)) await chmod(entry, 0o755); // It is the package's `telltale` command.
const failed = serverResult.failed || dashboardResult.failed;
const total = ((performance.now() - began) / 1_000).toFixed(1);
console.log(`build ${failed ? 'failed' : 'ok'} in ${total} s (server: ${serverResult.says}; dashboard: ${dashboardResult.says})`);
process.exitCode = failed ? 1 : 0;
