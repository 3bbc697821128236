import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import type { BacktestAlert, BacktestJob, BacktestResult } from '../ports/history.js';
import type { Command } from './command.js';
import { readFlags, UsageError } from './flags.js';
import { ProgressLine } from './progress-line.js';
import { askServer } from './server/ask-server.js';
import { serverAddress, serverFlags, serverHelp } from './server/server-address.js';
import { stopSignal } from './stop-signal.js';

const help = `telltale backtest --from TIME --to TIME --rule FILE [flags]    what a rule would have raised

  --from, --to   ISO 8601, or milliseconds since the epoch
  --rule FILE    the rule as POST /rules takes it, JSON or YAML: {"kind":"harsh_braking","params":{"threshold":-3}}; - is stdin
  --json         the whole answer as JSON on stdout
${serverHelp}

The server runs it in a thread of its own and live alerts go first. Ctrl-C cancels it.`;

const flags = {
  ...serverFlags,
  from: { type: 'string' },
  to: { type: 'string' },
  rule: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

const POLL_MS = 500;

const runBacktest = async (args: string[]): Promise<number> => {
  const { values } = readFlags(args, flags);
  if (!values.from || !values.to || !values.rule) throw new UsageError('backtest needs --from, --to and --rule');
  const server = await serverAddress(values);
  const rule = await readRule(values.rule);
  const body = { from: timeOf(values.from), to: timeOf(values.to), rule };
  const started = await askServer(server, 'POST', '/rules/backtest?async=true', body);
  let job = (await started.json()) as BacktestJob;
  const line = new ProgressLine();
  const stop = stopSignal();
  while (job.status === 'running') {
    await sleep(POLL_MS, undefined, { signal: stop.signal }).catch(() => undefined);
    if (stop.signal.aborted) {
      await askServer(server, 'DELETE', `/rules/backtest/${job.id}`);
      line.say('cancelled');
      return 130;
    }
    job = (await (await askServer(server, 'GET', `/rules/backtest/${job.id}`)).json()) as BacktestJob;
    const { progress, events } = job;
    line.show(() => `${Math.round(progress * 100)} %, ${events} events`);
  }
  line.end();
  if (!job.result) {
    process.stderr.write(`telltale: the backtest ${job.status}: ${job.error ?? ''}\n`);
    return 1;
  }
  process.stdout.write(values.json ? `${JSON.stringify(job.result)}\n` : tableOf(job.result));
  return 0;
};

const readRule = async (file: string): Promise<unknown> => {
  const text = file === '-' ? await stdin() : await readFile(file, 'utf8').catch(cause => refuse(file, cause));
  try {
    return parse(text);
  } catch (cause) {
    return refuse(file, cause);
  }
};

const refuse = (file: string, cause: unknown): never => {
  throw new UsageError(`--rule ${file}: ${(cause as Error).message.split('\n')[0]}`, {}, { cause });
};

const stdin = async (): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
};

const timeOf = (text: string): string | number => (/^-?\d{11,}$/.test(text) ? Number(text) : text);

const LISTED = 20;

const tableOf = (result: BacktestResult): string => {
  const { compared_with: against, per_vehicle, per_day } = result;
  const seconds = (result.took_ms / 1_000).toFixed(1);
  return `${[
    `${result.count} alerts, of ${result.events} events, in ${seconds} s`,
    against.rule === null
      ? 'no rule of this kind is in force'
      : `${against.rule}, in force, gives ${against.alerts}: ${against.added_count} would be new, ${against.removed_count} gone`,
    ...section('by day', counts(per_day)),
    ...section('by vehicle', counts(per_vehicle)),
    ...section('new', against.added.map(alertLine)),
    ...section('gone', against.removed.map(alertLine)),
    ...(result.vehicles_incomplete > 0 ? ['', `${result.vehicles_incomplete} vehicles: older records are gone`] : []),
  ].join('\n')}\n`;
};

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0
    ? []
    : ['', title, ...lines.slice(0, LISTED), ...(lines.length > LISTED ? [`  … and ${lines.length - LISTED} more`] : [])];

const counts = (of: Record<string, number>): string[] => {
  const width = Math.max(0, ...Object.keys(of).map(({ length }) => length));
  return Object.entries(of).map(([name, n]) => `  ${name.padEnd(width)}  ${n}`);
};

const alertLine = ({ occurred_at, vehicle, severity, message }: BacktestAlert): string =>
  `  ${occurred_at}  ${vehicle}  ${severity}  ${message}`;

export const backtest: Command = {
  name: 'backtest',
  summary: 'what a rule that is not in force would have raised',
  help,
  run: runBacktest,
};
