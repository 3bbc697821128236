#!/usr/bin/env -S node --max-semi-space-size=64 --no-memory-reducer
import type { Command } from './command.js';

/** Verbs are loaded when they are asked for: `telltale decode` need not load a broker. */
const verbs: Record<string, () => Promise<Command>> = {
  serve: async () => (await import('./serve.command.js')).serve,
  demo: async () => (await import('./demo.command.js')).demo,
  simulate: async () => (await import('./simulate.command.js')).simulate,
  replay: async () => (await import('./replay.command.js')).replay,
  decode: async () => (await import('./decode.command.js')).decode,
  backtest: async () => (await import('./backtest.command.js')).backtest,
  evidence: async () => (await import('./evidence.command.js')).evidence,
  verify: async () => (await import('./verify.command.js')).verify,
  migrate: async () => (await import('./migrate.command.js')).migrate,
  token: async () => (await import('./token.command.js')).token,
};

const overview = async (): Promise<string> => {
  const commands = await Promise.all(Object.values(verbs).map(load => load()));
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    'telltale <verb> [flags]    `telltale <verb> --help` says more',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
  ].join('\n');
};

const main = async (args: string[]): Promise<number> => {
  const [verb, ...rest] = args;
  if (verb === undefined || verb === '--help' || verb === 'help') {
    process.stdout.write(await overview());
    return verb === undefined ? 2 : 0;
  }
  const load = verbs[verb];
  if (!load) {
    process.stderr.write(`telltale: there is no verb "${verb}"; known are ${Object.keys(verbs).join(', ')}\n`);
    return 2;
  }
  const command = await load();
  if (rest.includes('--help')) {
    process.stdout.write(`${command.help.trimEnd()}\n`);
    return 0;
  }
  return command.run(rest);
};

main(process.argv.slice(2)).then(
  code => {
    process.exitCode = code;
  },
  error => {
    process.stderr.write(`telltale: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
