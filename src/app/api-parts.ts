import { type ApiDeps, defaultApiConfig, type MapConfig } from '../api/api-deps.js';
import type { Counters } from '../model/counters.js';
import type { Logger } from '../observability/logger.js';
import type { Journal } from '../ports/journal.js';
import { formatNames } from '../protocols/index.js';
import { unitOfSignal } from '../protocols/obd/unit-of-signal.js';
import type { Ingest } from '../streams/ingest.js';
import { rawRecords } from '../streams/raw-events.js';
import { retryQuarantined } from '../streams/retry-quarantined.js';
import { ruleSchemas } from './rule-schemas.js';
import { version } from './version.js';

type Given = Pick<
  ApiDeps,
  | 'registry'
  | 'live'
  | 'alerts'
  | 'database'
  | 'quarantine'
  | 'webhooks'
  | 'webhookCaller'
  | 'notifications'
  | 'clock'
  | 'random'
  | 'system'
  | 'metrics'
  | 'ready'
  | 'deviceRequests'
> & {
  journal: Journal;
  ingest: Ingest;
  log: Logger;
  counters: Counters;
  adminTokenHash: string;
  webRoot: string;
  secureCookies: boolean;
  mailConfigured: boolean;
  timeZone: string;
  map: MapConfig;
};

/** What the API is given of the parts. */
export const apiDeps = ({
  journal,
  ingest,
  log,
  counters,
  adminTokenHash,
  webRoot,
  secureCookies,
  mailConfigured,
  timeZone,
  map,
  ...ports
}: Given): ApiDeps => ({
  ...ports,
  rawEvents: (vehicle, from, to, cursor, limit) => rawRecords(journal, vehicle, { from, to }, cursor, limit),
  retryQuarantine: id => retryQuarantined(ports.quarantine, ingest, ports.clock, id),
  rules: ruleSchemas,
  formats: formatNames,
  unitOf: unitOfSignal,
  log,
  count: (counter, by = 1) => counters.add(`${counter}_total`, by),
  config: { ...defaultApiConfig, version, adminTokenHash, webRoot, secureCookies, mailConfigured, timeZone, map },
});
