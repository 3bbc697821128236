import type { z } from 'zod';
import type { AlertKind, Severity } from '../model/alert.js';
import type { VehicleId } from '../model/ids.js';
import type { Instant, Millis } from '../model/units.js';
import type { Clock, Random } from '../ports/clock.js';
import type { Database, Page } from '../ports/database.js';
import type { DeviceRequests } from '../ports/device-intake.js';
import type { Evidence } from '../ports/evidence.js';
import type { GiveWay } from '../ports/give-way.js';
import type { Backtests, History } from '../ports/history.js';
import type { AlertStream, LiveStates, Quarantine, SystemStatus } from '../ports/live.js';
import type { Notifications } from '../ports/notifier.js';
import type { WebhookCaller, Webhooks } from '../ports/outlets.js';
import type { Registry } from '../ports/registry.js';

/** One record of a vehicle's raw stream, as received. */
export interface RawEvent {
  offset: number;
  received_at: string;
  topic: string;
  events: unknown[];
  duplicate: boolean;
}

export interface ApiLog {
  info(context: Record<string, unknown>, message: string): void;
  warn(context: Record<string, unknown>, message: string): void;
  error(context: Record<string, unknown>, message: string): void;
}

/** The bounds of the API that can bite, and what else is worth a counter. */
export type ApiCounter =
  | 'api_requests_failed'
  | 'api_rate_limited'
  | 'api_logins_failed'
  | 'api_logins_throttled'
  | 'api_audit_queued'
  | 'api_audit_lost'
  | 'http_devices_rate_limited'
  | 'http_devices_bodies_refused'
  | 'ws_opened'
  | 'ws_refused'
  | 'ws_frames_refused'
  | 'ws_alerts_sent'
  | 'ws_positions_conflated'
  | 'ws_closed_slow';

export interface ApiConfig {
  /** Of the program, for the description of the API. */
  version: string;
  /** How long a log-in of the dashboard lasts. */
  sessionHours: number;
  /** SHA-256 of the first administrator's token, hex: it works without SQL. */
  adminTokenHash: string;
  /** Origins whose pages may call the API with a bearer token. */
  corsOrigins: readonly string[];
  /** IANA zone of the fleet: what the dashboard writes times in. */
  timeZone: string;
  /** What the dashboard draws under the fleet; its own demo town where nothing is set. */
  map: MapConfig;
  /** Folder of the built dashboard. */
  webRoot: string;
  /** True where the server is reached over TLS. */
  secureCookies: boolean;
  /** Whether requests from this machine, of no proxy, see the metrics without a token. */
  metricsLocal: boolean;
  /** Requests a minute of one token or session. */
  requestsPerMinute: number;
  /** Whether there is a server for mail: policies that name addresses are refused without one. */
  mailConfigured: boolean;
  /** Checks every answer against its schema; for tests. */
  checkAnswers: boolean;
  sockets: SocketLimits;
}

export interface MapConfig {
  /** Of a MapLibre style; the content security policy is opened for its host. */
  styleUrl?: string | undefined;
  /** A PMTiles file on this machine, served as `/basemap/tiles.pmtiles`. */
  pmtilesFile?: string | undefined;
}

export interface SocketLimits {
  /** Open connections at once. */
  connections: number;
  /** Subscriptions of one connection. */
  subscriptions: number;
  /** Above this many unsent bytes a connection gets no further frames until it has read. */
  unsentBytes: number;
  /** So many new alerts while a client reads nothing, and it is closed with 4408. */
  alertsBehind: number;
  /** So is one whose client reads nothing for this long. */
  stall: Millis;
  /** Frames a second that a client may send. */
  framesPerSecond: number;
  /** How often changed positions go out. */
  positionsEvery: Millis;
}

export const defaultApiConfig: Omit<ApiConfig, 'version' | 'adminTokenHash' | 'webRoot'> = {
  sessionHours: 12,
  corsOrigins: [],
  timeZone: 'UTC',
  map: {},
  secureCookies: false,
  metricsLocal: true,
  requestsPerMinute: 30_000,
  mailConfigured: false,
  checkAnswers: false,
  sockets: {
    connections: 10_000,
    subscriptions: 32,
    unsentBytes: 256 * 1024,
    alertsBehind: 20_000,
    stall: 10_000,
    framesPerSecond: 100,
    positionsEvery: 250,
  },
};

/** All that the API needs of the rest. */
export interface ApiDeps {
  registry: Registry;
  live: LiveStates;
  alerts: AlertStream;
  database: Database;
  quarantine: Quarantine;
  webhooks: Webhooks;
  notifications: Notifications;
  webhookCaller: Pick<WebhookCaller, 'refusalOf'>;
  system(): Promise<SystemStatus>;
  /** Prometheus text. */
  metrics(): Promise<string>;
  ready(): { ready: boolean; reason?: string };
  /**
   * Records of one vehicle that arrived in `from` ≤ t < `to`, oldest first.
   * @param showsPrivate with the places of private trips; else they stay out
   * @throws {ApiProblem} 410 `expired` where retention took them
   */
  rawEvents(
    vehicle: VehicleId,
    from: Instant | undefined,
    to: Instant | undefined,
    cursor: string | undefined,
    limit: number,
    showsPrivate: boolean,
  ): Promise<Page<RawEvent>>;
  /** Folds stretches of the past again. */
  history: History;
  /** Tries rules over the stored journal. */
  backtests: Backtests;
  /** Packs what proves a trip. */
  evidence: Evidence;
  /** Takes an entry of the quarantine once more; resolves when it is folded or in quarantine again. */
  retryQuarantine(id: string): Promise<void>;
  rules: {
    /** Kinds that can be set here. */
    kinds: readonly AlertKind[];
    schemaOf(kind: string): z.ZodType | undefined;
    /** The rule's own cool-down, for settings that leave it out. */
    cooldownOf(kind: string): number;
    /** What a form tells of a kind before anything is set. */
    describe(kind: AlertKind): { when: string; severity: Severity; scheduleAs: string | undefined };
  };
  /** Names of the device formats that can be registered; `telltale-v1` is one. */
  formats: readonly string[];
  /** Takes what devices of other makers post below `/in`. */
  deviceRequests: DeviceRequests;
  /** The unit of a signal (`engine_rpm` → `rpm`); null where it has none. */
  unitOf(signal: string): string | null;
  clock: Clock;
  random: Random;
  log: ApiLog;
  count(counter: ApiCounter, by?: number): void;
  /** Asked by work that would hold the loop. */
  giveWay: GiveWay;
  config: ApiConfig;
}
