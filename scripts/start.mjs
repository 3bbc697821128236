/** `npm start`: builds where there is no build, then becomes the server: same arguments, signals and exit code. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { resolve } from 'node:path';

const main = resolve(import.meta.dirname, '../dist/src/cli/main.js');

if (!existsSync(main)) {
  // The server's stdout is for machines (one JSON line), so the build reports on stderr.
  const { status } = spawnSync(process.execPath, [resolve(import.meta.dirname, 'build.mjs')], { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}

// Room for young objects, and no collections because time has passed (decisions 0057, 0126): V8 takes both when it starts and not later.
const server = spawn(
  process.execPath,
  ['--max-semi-space-size=64', '--no-memory-reducer', main, 'serve', ...process.argv.slice(2)],
  {
    stdio: 'inherit',
  },
);
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => {
    // A terminal sends Ctrl-C to the whole group: the server has it already, and a second one would cut its draining short.
    if (!(signal === 'SIGINT' && process.stdin.isTTY)) server.kill(signal);
  });
}
server.on('exit', (code, signal) => {
  process.exitCode = code ?? 128 + constants.signals[/** @type {NodeJS.Signals} */ (signal)]; // As shells count it.
});
