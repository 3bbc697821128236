import { type DeviceId, isId } from '../model/ids.js';
import { readSecrets } from '../simulator/read-secrets.js';
import type { Command } from './command.js';
import { mqttUrlFlag, numberFlag, readFlags, UsageError } from './flags.js';
import { simulateFleet } from './simulate/simulate-fleet.js';
import { simulateLoad } from './simulate/simulate-load.js';

const help = `telltale simulate [flags]    drives an invented fleet through an invented town, over real MQTT

who the devices are (one of):
  --devices-file FILE   a line each: id and secret, as POST /api/v1/devices answered them
  --open                no secrets: for a server that runs with TELLTALE_DEVICE_AUTH=open

  --mqtt URL            the broker (mqtt://127.0.0.1:1883)
  --vehicles N          how many (25, or all of the devices file)
  --prefix TEXT         with --open: devices are TEXT-00000, TEXT-00001 … (sim)
  --seed TEXT           the same seed drives the same way (1)
  --rate HZ             events per second of a driving vehicle, 0.01 to 1 (1)
  --speed X             virtual seconds in a real one; above 1 needs --minutes, and the drive ends now (1)
  --minutes N           how long to drive, in virtual time (until Ctrl-C)
  --incident-every S    an incident per vehicle every S seconds: harsh driving, trouble codes, a pulled plug (300)
  --truth FILE          writes what really happened as JSON Lines

the load generator (prepared messages on raw sockets, nothing simulated):
  --load                publish as load; --vehicles is the number of connections
  --rate N              events per second of the whole fleet (without: as fast as acknowledgements allow)
  --minutes N           how long (0.5)
  --events-per-message N  a divisor of 80 (10)
  --window N            messages on their way per connection (1)
  --alerts-per-second N harsh brakings of the whole fleet (0)
  --source-addresses N  connect from 127.0.0.1 to 127.0.0.N: one address has some 28,000 ports (1)
  --ceiling             against a sink in this process: what the generator itself can do; no server is needed

Every second line of figures goes to stderr; --load writes its result as one JSON line to stdout.`;

const flags = {
  mqtt: { type: 'string', default: 'mqtt://127.0.0.1:1883' },
  vehicles: { type: 'string' },
  'devices-file': { type: 'string' },
  open: { type: 'boolean', default: false },
  prefix: { type: 'string', default: 'sim' },
  seed: { type: 'string', default: '1' },
  rate: { type: 'string' },
  speed: { type: 'string', default: '1' },
  minutes: { type: 'string' },
  'incident-every': { type: 'string', default: '300' },
  truth: { type: 'string' },
  load: { type: 'boolean', default: false },
  'events-per-message': { type: 'string', default: '10' },
  window: { type: 'string', default: '1' },
  'alerts-per-second': { type: 'string', default: '0' },
  'source-addresses': { type: 'string', default: '1' },
  ceiling: { type: 'boolean', default: false },
} as const;

const runSimulate = async (args: string[]): Promise<number> => {
  const { values, positionals } = readFlags(args, flags);
  if (positionals.length > 0) throw new UsageError(`simulate does not understand ${positionals.join(' ')}`);
  if ((values['devices-file'] === undefined) === (values.open === false) && !values.ceiling) {
    throw new UsageError('say who the devices are: either --devices-file FILE or --open (see telltale simulate --help)');
  }
  const url = mqttUrlFlag(values.mqtt);
  const count = values.vehicles === undefined ? undefined : numberFlag('vehicles', values.vehicles, 1, 50_000);
  const devices = await devicesOf(values['devices-file'], values.prefix, count);
  const minutes = values.minutes === undefined ? undefined : numberFlag('minutes', values.minutes, 0.01, 100_000);
  if (values.load || values.ceiling) {
    return simulateLoad({
      url,
      devices: [...devices].map(([id, secret]) => ({ id, secret })),
      rate: values.rate === undefined ? undefined : numberFlag('rate', values.rate, 1, 10_000_000),
      minutes: minutes ?? 0.5,
      eventsPerMessage: numberFlag('events-per-message', values['events-per-message'], 1, 80),
      window: numberFlag('window', values.window, 1, 1_000),
      alertsPerSecond: numberFlag('alerts-per-second', values['alerts-per-second'], 0, 10_000),
      sources: numberFlag('source-addresses', values['source-addresses'], 1, 250),
      ceiling: values.ceiling,
    });
  }
  const speed = numberFlag('speed', values.speed, 0.1, 100_000);
  if (speed > 1 && minutes === undefined)
    throw new UsageError('--speed above 1 needs --minutes: the drive then ends now, not in the future');
  return simulateFleet({
    url,
    devices,
    seed: values.seed,
    rate: values.rate === undefined ? 1 : numberFlag('rate', values.rate, 0.01, 1),
    speed,
    minutes,
    incidentEvery_s: numberFlag('incident-every', values['incident-every'], 1, 1_000_000),
    truthFile: values.truth,
  });
};

const devicesOf = async (
  file: string | undefined,
  prefix: string,
  count: number | undefined,
): Promise<Map<DeviceId, string | undefined>> => {
  if (file !== undefined) {
    const secrets = await readSecrets(file);
    if (secrets.size < (count ?? 1))
      throw new UsageError(`${file} names ${secrets.size} devices, --vehicles asks for ${count ?? 1}`);
    return new Map([...secrets].slice(0, count));
  }
  if (!isId(`${prefix}-00000`)) throw new UsageError(`--prefix ${prefix}: device ids are made of letters, digits, _ . and -`);
  return new Map(Array.from({ length: count ?? 25 }, (_, no) => [`${prefix}-${String(no).padStart(5, '0')}`, undefined]));
};

export const simulate: Command = {
  name: 'simulate',
  summary: 'drives a simulated fleet, or generates load, over real MQTT',
  help,
  run: runSimulate,
};
