/** `npm run soak [-- --minutes 30 --rate 30000 --connections 2000 --out file.svg]`: builds, starts a SQL server where there is one, and runs tests/soak/main.ts. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { runCommand } from './provision/run-command.mjs';
import { provisionSqlServer } from './provision/sql-server.mjs';

const root = resolve(import.meta.dirname, '..');
if (!process.env.TELLTALE_BUILT) {
  const { code, output } = await runCommand(process.execPath, [resolve(root, 'scripts/build.mjs')], { cwd: root });
  if (code !== 0) {
    console.error(output);
    process.exit(1);
  }
}
const sql = await provisionSqlServer().catch(error =>
  console.error(`no SQL server: ${error.message}; the embedded file, and no fault of SQL`),
);
const child = spawn(process.execPath, [resolve(root, 'dist/tests/soak/main.js'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, ...sql?.env },
});
const ended = await new Promise(done => child.on('exit', done));
await sql?.stop();
process.exit(ended === 0 ? 0 : (ended ?? 1));
