import type { Command } from './command.js';
import { mqttUrlFlag, numberFlag, readFlags, UsageError } from './flags.js';
import { replayFiles } from './replay/replay-files.js';

const help = `telltale replay FILE... [flags]    publishes recorded events to a server as the devices that recorded them

  FILE                 JSON Lines: events as devices send them, each with "device"; gzip where the name ends in .gz
  --mqtt URL           the broker (mqtt://127.0.0.1:1883)
  --speed N|max        recorded seconds in a real one, or as fast as the server acknowledges (1)
  --rebase now         shifts all times so that the last event becomes now
  --secret-file FILE   a line each: device id and its secret
  --user U --password P  one credential for all, such as a gateway's; without any, a device logs in with its id and no
                       password, as servers with TELLTALE_DEVICE_AUTH=open allow
  --connections N      open at the same time, at most (200). A server that knows each device by its own credential cannot be
                       spoken to through a shared connection: beyond the bound the one that was quiet longest is closed
  --skip-bad           goes on after a line that cannot be used, and counts it

The order of each device's events is kept. Exit code 0: everything was acknowledged.`;

const flags = {
  mqtt: { type: 'string', default: 'mqtt://127.0.0.1:1883' },
  speed: { type: 'string', default: '1' },
  rebase: { type: 'string' },
  'secret-file': { type: 'string' },
  user: { type: 'string' },
  password: { type: 'string' },
  connections: { type: 'string', default: '200' },
  'skip-bad': { type: 'boolean', default: false },
} as const;

const runReplay = async (args: string[]): Promise<number> => {
  const { values, positionals: files } = readFlags(args, flags);
  if (files.length === 0) throw new UsageError('replay needs at least one file (see telltale replay --help)');
  if (values.rebase !== undefined && values.rebase !== 'now') throw new UsageError(`--rebase ${values.rebase}: expected now`);
  if ((values.user === undefined) !== (values.password === undefined))
    throw new UsageError('--user and --password belong together');
  if (values.user !== undefined && values['secret-file'] !== undefined)
    throw new UsageError('give either --secret-file or --user');
  return replayFiles({
    files,
    url: mqttUrlFlag(values.mqtt),
    speed: values.speed === 'max' ? Number.POSITIVE_INFINITY : numberFlag('speed', values.speed, 0.001, 1_000_000),
    rebase: values.rebase === 'now',
    secretFile: values['secret-file'],
    login: values.user === undefined ? undefined : { user: values.user, password: values.password! },
    connections: numberFlag('connections', values.connections, 1, 10_000),
    skipBad: values['skip-bad'],
  });
};

export const replay: Command = {
  name: 'replay',
  summary: 'publishes recorded events as the devices that recorded them',
  help,
  run: runReplay,
};
