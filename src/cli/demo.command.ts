import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { minutes } from '../model/units.js';
import { buildTown } from '../simulator/town/build-town.js';
import type { Command } from './command.js';
import { AlertFeed } from './demo/alert-feed.js';
import { demoFences } from './demo/demo-fences.js';
import { DemoServer } from './demo/demo-server.js';
import { driveDemoFleet } from './demo/drive-demo-fleet.js';
import { wantedOrFree } from './demo/free-port.js';
import { registerFences, registerFleet, setPrices } from './demo/register-fleet.js';
import { RestClient } from './demo/rest-client.js';
import { numberFlag, readFlags, UsageError } from './flags.js';
import { ProgressLine } from './progress-line.js';
import { stopSignal } from './stop-signal.js';

const help = `telltale demo [flags]    a server of its own and a simulated fleet in an invented town; Ctrl-C ends both

  --vehicles N      how many (25)
  --history MINUTES what the fleet has driven already when you look (120)
  --http-port N     of the dashboard (8080, another where that is taken)
  --mqtt-port N     of the broker (1883, another where that is taken)
  --host ADDRESS    to listen on (127.0.0.1)
  --data-dir DIR    an empty folder that is kept; without it, a temporary one that goes with the demo: the past that the
                    fleet drives into it ends now, so every demo begins afresh
  --seed TEXT       another seed drives another way (1)`;

const flags = {
  vehicles: { type: 'string', default: '25' },
  history: { type: 'string', default: '120' },
  'http-port': { type: 'string', default: '8080' },
  'mqtt-port': { type: 'string', default: '1883' },
  host: { type: 'string', default: '127.0.0.1' },
  'data-dir': { type: 'string' },
  seed: { type: 'string', default: '1' },
} as const;

const USER = 'demo';

const runDemo = async (args: string[]): Promise<number> => {
  const { values, positionals } = readFlags(args, flags);
  if (positionals.length > 0) throw new UsageError(`demo does not understand ${positionals.join(' ')}`);
  const vehicles = numberFlag('vehicles', values.vehicles, 1, 1_000);
  const history = minutes(numberFlag('history', values.history, 0, 1_440));
  const ports = {
    http: numberFlag('http-port', values['http-port'], 0, 65_535),
    mqtt: numberFlag('mqtt-port', values['mqtt-port'], 0, 65_535),
  };
  const controller = stopSignal();
  const line = new ProgressLine({ terminal: 250, elsewhere: 10_000 });
  const { folder, discard } = await dataFolder(values['data-dir']);
  let server: DemoServer | undefined;
  try {
    const httpPort = await freePort('dashboard', values.host, ports.http, line);
    const mqttPort = await freePort('broker', values.host, ports.mqtt, line);
    line.say('starting the server …');
    server = await DemoServer.start({ folder, host: values.host, httpPort, mqttPort });
    void server.ended().then(() => controller.abort());
    await run(server, { vehicles, history, seed: values.seed, line, signal: controller.signal });
    line.say('stopping …');
    const code = await server.stop();
    line.say(code === 0 ? 'stopped.' : `the server ended with code ${code}; its log is ${server.logFile}`);
    if (code === 0) await discard();
    return code;
  } catch (error) {
    await server?.stop();
    throw error;
  }
};

interface DemoRun {
  vehicles: number;
  history: number;
  seed: string;
  line: ProgressLine;
  signal: AbortSignal;
}

const run = async (server: DemoServer, { vehicles, history, seed, line, signal }: DemoRun): Promise<void> => {
  const rest = new RestClient(server.http, server.adminToken);
  const password = randomBytes(9).toString('base64url');
  await rest.post('/users', { user: USER, password, role: 'admin', groups: [] });
  const from = Date.now() - history;
  const fleet = await registerFleet(rest, vehicles, seed, from - minutes(1));
  await setPrices(rest);
  line.say(welcome(server, fleet.length, password));
  let feed: AlertFeed | undefined;
  const names = new Map(fleet.map(({ vehicle, name }) => [vehicle, name]));
  await driveDemoFleet({
    fleet,
    mqtt: server.mqtt,
    seed,
    from,
    signal,
    // Fences after the history: a past full of old crossings would only be in the way.
    onLive: async () => {
      await registerFences(rest, demoFences(buildTown()));
      feed = new AlertFeed(server.http, server.adminToken);
    },
    onProgress: ({ at, acknowledged, driving }) =>
      line.show(() => {
        const events = `${acknowledged.toLocaleString('en')} events acknowledged`;
        if (feed === undefined)
          return `driving the last ${Math.round((Date.now() - at) / 60_000)} minutes into the server …  ${events}`;
        const alert = feed.newest && `  newest: ${feed.newest.kind.replaceAll('_', ' ')}, ${names.get(feed.newest.vehicle)}`;
        return `${driving} of ${fleet.length} driving  ${events}  ${feed.raised} alerts${alert ?? ''}`;
      }),
  }).finally(() => feed?.close());
};

const freePort = async (what: string, host: string, wanted: number, line: ProgressLine): Promise<number> => {
  const port = await wantedOrFree(host, wanted);
  if (port !== wanted) line.say(`port ${wanted} is taken: the ${what} gets a free one`);
  return port;
};

const dataFolder = async (given: string | undefined): Promise<{ folder: string; discard: () => Promise<void> }> => {
  if (given === undefined) {
    const folder = await mkdtemp(join(tmpdir(), 'telltale-demo-'));
    return { folder, discard: () => rm(folder, { recursive: true, force: true }) };
  }
  const folder = resolve(given);
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0)
    throw new UsageError(`--data-dir ${given}: the folder is not empty; every demo begins afresh`);
  return { folder, discard: async () => undefined };
};

const welcome = (server: DemoServer, vehicles: number, password: string): string => `
  Telltale is running. Open

      ${server.http}

  and log in as   ${USER}
  password        ${password}

  ${vehicles} vehicles drive through an invented town; what they report travels over MQTT (${server.mqtt}),
  each device with its own secret. Alerts arrive within seconds. Nothing here is real.

  For scripts: curl -H "Authorization: Bearer ${server.adminToken}" ${server.http}/api/v1/vehicles
  Ctrl-C stops everything.
`;

export const demo: Command = {
  name: 'demo',
  summary: 'a server of its own with a simulated fleet, to look at',
  help,
  run: runDemo,
};
