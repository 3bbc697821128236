/** `npm run flame [-- --rate 60000 --per-message 10 --connections 1000 --seconds 30 --out docs/images]`: builds, and runs bench/flame/main.ts. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { runCommand } from './provision/run-command.mjs';

const root = resolve(import.meta.dirname, '..');
const { code, output } = await runCommand(process.execPath, [resolve(root, 'scripts/build.mjs')], { cwd: root });
if (code !== 0) {
  console.error(output);
  process.exit(1);
}
const child = spawn(process.execPath, [resolve(root, 'dist/bench/flame/main.js'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
process.exit((await new Promise(done => child.on('exit', done))) ?? 1);
