import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import type { Command } from './command.js';
import { readFlags, UsageError } from './flags.js';
import { askServer } from './server/ask-server.js';
import { serverAddress, serverFlags, serverHelp } from './server/server-address.js';

/** Fetches the evidence of a trip from a running server. */
export const evidence: Command = {
  name: 'evidence',
  summary: 'fetches what proves a trip, as a ZIP',
  help: `telltale evidence --trip ID -o FILE [flags]    what proves a trip: raw records, hash chain, alerts with their why, a report

  --trip ID      the trip
  -o FILE        where the ZIP goes
  --private      also where its records hold places of private trips (administrators; it is in the audit trail)
${serverHelp}

telltale verify FILE checks it, without the server.`,
  run: async args => {
    const { values } = readFlags(args, {
      ...serverFlags,
      trip: { type: 'string' },
      output: { type: 'string', short: 'o' },
      private: { type: 'boolean' },
    } as const);
    if (!values.trip || !values.output) throw new UsageError('evidence needs --trip ID and -o FILE');
    const server = await serverAddress(values);
    const path = `/trips/${encodeURIComponent(values.trip)}/evidence${values.private ? '?private=show' : ''}`;
    const answer = await askServer(server, 'GET', path);
    const part = `${values.output}.part`;
    try {
      await pipeline(Readable.fromWeb(answer.body as ReadableStream), createWriteStream(part));
      await rename(part, values.output);
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
    process.stdout.write(`${values.output}\n`);
    return 0;
  },
};
