import { availableParallelism } from 'node:os';
import { IANAZone } from 'luxon';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
/** Unset = nobody listens. */
const devicePort = z.coerce.number().int().min(1).max(65_535).optional();
/** Environment variables are text; a YAML file has real ones. */
const flag = z
  .union([z.boolean(), z.enum(['true', 'false', '1', '0'])])
  .transform(given => given === true || given === 'true' || given === '1');
const cores = availableParallelism();

/**
 * Every setting: its name in the environment is `TELLTALE_` and the key in capitals, in a YAML file the key as it stands.
 * One schema is the type, the check, the help and `docs/config.md`.
 */
export const settingsSchema = z.strictObject({
  host: z.string().min(1).default('127.0.0.1').describe('address to listen on'),
  http_port: port.default(8080).describe('dashboard, REST, websocket; 0 picks a free one'),
  mqtt_port: port.default(1883).describe('the embedded broker; 0 picks a free one'),
  mqtt_url: z
    .string()
    .regex(/^mqtts?:\/\/[^/]+/, 'a URL like mqtt://user:password@host:1883')
    .optional()
    .describe('no embedded broker: devices are heard through this one'),
  http_devices_port: devicePort.describe(
    'a port of its own for devices that speak HTTP and cannot set a path or a secret: only registered foreign ids are taken; unset: off',
  ),
  teltonika_tcp_port: devicePort.describe('Teltonika trackers over TCP; registered IMEIs only; unset: off'),
  teltonika_udp_port: devicePort.describe('Teltonika trackers over UDP; registered IMEIs only; unset: off'),
  queclink_tcp_port: devicePort.describe('Queclink trackers over TCP; registered IMEIs only; unset: off'),
  queclink_udp_port: devicePort.describe('Queclink trackers over UDP; registered IMEIs only; unset: off'),
  freematics_udp_port: devicePort.describe('Freematics ONE+ over UDP; registered ids only; unset: off'),
  data_dir: z.string().min(1).default('./data').describe('LevelDB and the embedded SQL file'),
  database_url: z
    .string()
    .regex(/^mysql:\/\/[^/]+\/.+/, 'a URL like mysql://user:password@host:3306/telltale')
    .optional()
    .describe('MySQL 8 or MariaDB 10.11+; unset: an embedded file in the data directory'),
  admin_token: z
    .string()
    .min(16, 'at least 16 characters')
    .optional()
    .describe('API token of the first administrator; unset: generated'),
  device_auth: z
    .enum(['required', 'open'])
    .default('required')
    .describe('required: device id and secret; open: any device may connect and is registered on sight (for trials)'),
  tls_cert: z.string().optional().describe('PEM file; with the key, HTTP, websocket and the embedded broker speak TLS only'),
  tls_key: z.string().optional().describe('PEM file of the private key'),
  time_zone: z
    .string()
    .refine(zone => IANAZone.isValidZone(zone), 'an IANA zone like Europe/Berlin')
    .default('UTC')
    .describe("the fleet's zone, for days, schedules and reports"),
  map_style: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'URL of a MapLibre style, with its attribution; pages may then load from its host. Unset: the demo town, without any network',
    ),
  map_pmtiles: z
    .string()
    .min(1)
    .optional()
    .describe(
      'PMTiles file (raster, or vector tiles in the layers of Protomaps) that the server hands to the map; needs no network',
    ),
  retention_days: z.coerce.number().min(1).max(3_650).default(90).describe('days of raw journal; trips, alerts and scores stay'),
  smtp_url: z
    .string()
    .regex(/^smtps?:\/\/[^/]+/, 'a URL like smtp://user:password@mail.example.com:587')
    .optional()
    .describe('mail server for notifications; ?requireTLS=true behind it refuses one that does not encrypt; unset: no mail'),
  mail_from: z.string().min(3).default('Telltale <telltale@localhost>').describe('sender of notifications'),
  public_url: z
    .string()
    .regex(/^https?:\/\/[^/]+.*[^/]$/, 'a URL like https://fleet.example.com, without a slash at its end')
    .optional()
    .describe('where people reach the dashboard: links in notifications begin with it; unset: no links'),
  webhook_allow_private: flag
    .default(false)
    .describe(
      'webhooks may call inner addresses (loopback, private, link-local): for trials, and for receivers beside the server',
    ),
  metrics_local: flag
    .default(true)
    .describe(
      'requests from this machine, of no proxy, see `/metrics` without a token; false: only an administrator’s token does, for a proxy on this machine that adds no header',
    ),
  trip_retention_days: z.coerce
    .number()
    .min(16, 'at least 16: late data may still change younger trips')
    .max(36_500)
    .optional()
    .describe('days that trips and their tracks are kept; alerts, driver days and scores stay; unset: for ever'),
  shards: z.coerce
    .number()
    .int()
    .min(0)
    .max(64)
    .default(cores <= 2 ? 0 : cores - 1)
    .describe('worker threads that fold; 0 = in the main process, but for a long tail after a start'),
  awake_vehicles: z.coerce
    .number()
    .int()
    .min(0)
    .default(32_768)
    .describe(
      'vehicles of a process that are kept unpacked, shared out among all partitions; those beyond it are unpacked for each of their messages: 3 kB each instead of 8, some 20 µs more a message',
    ),
  partitions: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_024)
    .default(64)
    .describe('logical partitions; fixed for the life of a data directory'),
  log_level: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('structured JSON logs on stderr'),
});

export type Settings = z.infer<typeof settingsSchema>;
export type SettingName = keyof Settings;

export const environmentName = (name: string): string => `TELLTALE_${name.toUpperCase()}`;
