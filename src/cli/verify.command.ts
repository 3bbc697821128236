import { readFile, stat } from 'node:fs/promises';
import { verifyPack } from '../app/evidence/verify-pack.js';
import type { Command } from './command.js';
import { readFlags, UsageError } from './flags.js';

const LARGEST = 1024 * 1024 * 1024;

const runVerify = async (args: string[]): Promise<number> => {
  const { values, positionals } = readFlags(args, {
    key: { type: 'string' },
    json: { type: 'boolean', default: false },
  } as const);
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new UsageError('verify needs one file');
  const refuse = (what: string) => (error: Error) => {
    throw new UsageError(`${what} cannot be read: ${error.message}`);
  };
  const { size } = await stat(file).catch(refuse(file));
  if (size > LARGEST) throw new UsageError(`${file} is larger than 1 GiB: no pack is`);
  const bytes = await readFile(file);
  const key = values.key === undefined ? undefined : await readFile(values.key, 'utf8').catch(refuse(values.key));
  const { problems, checked, manifest, fingerprint, trusted } = await verifyPack(
    bytes,
    key === undefined ? undefined : keyIn(key),
  );
  if (values.json)
    process.stdout.write(`${JSON.stringify({ ok: problems.length === 0, problems, checked, fingerprint, trusted })}\n`);
  else {
    const lines = [
      ...(manifest ? [`trip ${manifest.trip} of vehicle ${manifest.vehicle}, made at ${manifest.made_at}`] : []),
      ...checked.map(text => `ok      ${text}`),
      ...problems.map(({ file: where, problem }) => `WRONG   ${where}: ${problem}`),
      ...(fingerprint ? [`key     ${fingerprint}`] : []),
      ...(fingerprint && !trusted
        ? ['        the key came with the pack: compare it with that of the server (GET /api/v1/public-key), or give --key']
        : []),
      problems.length === 0 ? 'the pack is as it was made' : 'the pack is NOT as it was made',
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
  }
  return problems.length === 0 ? 0 : 1;
};

/** A PEM file, or the server's answer as it came. */
const keyIn = (text: string): string =>
  text.trimStart().startsWith('{') ? (JSON.parse(text) as { public_key: string }).public_key : text;

/** Checks an evidence pack offline. */
export const verify: Command = {
  name: 'verify',
  summary: 'checks an evidence pack, without the server',
  help: `telltale verify FILE [--key KEY] [--json]    checks a pack made by telltale evidence

  --key KEY    the server's public key: a PEM file, or the answer of GET /api/v1/public-key
  --json       the verdict as JSON on stdout

Checks every byte, the signatures, the hash chain, and that folding the raw records again gives the same alerts. Exit code 0: all is as it
was made; 1: it is not, and what is wrong is named. Needs neither a server nor a network.`,
  run: runVerify,
};
