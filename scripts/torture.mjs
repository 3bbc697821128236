/** `npm run torture [-- scenario… --rounds N --seed S]`: builds, starts a SQL server where one is wanted, and runs tests/torture/main.ts. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { provisionMosquitto } from './provision/mosquitto.mjs';
import { runCommand } from './provision/run-command.mjs';
import { provisionSqlServer } from './provision/sql-server.mjs';

const root = resolve(import.meta.dirname, '..');
const args = process.argv.slice(2);
const { code, output } = await runCommand(process.execPath, [resolve(root, 'scripts/build.mjs')], { cwd: root });
if (code !== 0) {
  console.error(output);
  process.exit(1);
}
const named = args.filter((word, n) => !word.startsWith('--') && !args[n - 1]?.startsWith('--'));
const sql =
  named.length === 0 || named.includes('sql')
    ? await provisionSqlServer().catch(error => console.error(`no SQL server: ${error.message}`))
    : undefined;
const mosquitto =
  named.length === 0 || named.includes('broker')
    ? await provisionMosquitto().catch(error => console.error(`no Mosquitto: ${error.message}`))
    : undefined;
const child = spawn(process.execPath, [resolve(root, 'dist/tests/torture/main.js'), ...args], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, ...sql?.env, ...mosquitto?.env },
});
const ended = await new Promise(done => child.on('exit', done));
await sql?.stop();
process.exit(ended === 0 ? 0 : (ended ?? 1));
