import { fork } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { cpus } from 'node:os';
import { basename, join } from 'node:path';
import type { Figure } from './figure.js';
import type { Report } from './run-one.js';

/**
 * `npm run bench [-- pattern…]`: runs every benchmark whose file name contains one of the patterns, one after the other, each in a
 * process of its own so that none is slowed by the heap or the compiled code another left. One JSON line for each figure on stdout;
 * progress and a table for people on stderr.
 */
const longestMs = 60 * 60_000;

const runInOwnProcess = (file: string): Promise<Report> =>
  new Promise(resolve => {
    // What a benchmark prints is for people: stdout carries figures only.
    const child = fork(join(import.meta.dirname, 'run-one.js'), [file], {
      stdio: ['ignore', 2, 2, 'ipc'],
      // As the server is started.
      execArgv: ['--max-semi-space-size=64', '--no-memory-reducer'],
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), longestMs);
    child.once('message', message => {
      resolve(message as Report);
      child.disconnect(); // It waits for this, so that its report is not lost with it.
    });
    child.once('error', error => resolve({ error: error.message }));
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      resolve({ error: `ended with ${signal ?? code} before it reported` });
    });
  });

const tableOf = (figures: readonly Figure[]): string => {
  const rows = figures.map(({ name, value, unit, note }) => [name, readable(value), unit, note ?? ''] as const);
  const width = (column: 0 | 1 | 2): number => Math.max(0, ...rows.map(row => row[column].length));
  return rows
    .map(([name, value, unit, note]) =>
      `${name.padEnd(width(0))}  ${value.padStart(width(1))} ${unit.padEnd(width(2))}  ${note}`.trimEnd(),
    )
    .join('\n');
};

/** Three digits are all that a shared machine can tell. */
const readable = (value: number): string =>
  Math.abs(value) >= 1_000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));

const patterns = process.argv.slice(2);
const files = (await readdir(import.meta.dirname))
  .filter(file => file.endsWith('.bench.js'))
  .filter(file => patterns.length === 0 || patterns.some(pattern => file.includes(pattern)))
  .sort();
if (files.length === 0) console.error(`no benchmark matches ${patterns.join(', ') || 'because there is none'}`);
console.error(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}`);

const all: Figure[] = [];
let failed = files.length === 0;
for (const file of files) {
  const bench = basename(file, '.bench.js');
  console.error(`${bench} …`);
  const report = await runInOwnProcess(join(import.meta.dirname, file));
  if ('error' in report) {
    failed = true;
    console.error(`${bench} failed: ${report.error}`);
    continue;
  }
  for (const figure of report.figures) console.log(JSON.stringify({ bench, ...figure }));
  all.push(...report.figures);
}
console.error(tableOf(all));
process.exitCode = failed ? 1 : 0;
