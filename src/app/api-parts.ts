import { type ApiDeps, defaultApiConfig, type MapConfig } from '../api/api-deps.js';
import type { Counters } from '../model/counters.js';
import type { Logger } from '../observability/logger.js';
import type { Journal } from '../ports/journal.js';
import { formatNames } from '../protocols/index.js';
import { unitOfSignal } from '../protocols/obd/unit-of-signal.js';
import { eventRanges } from '../streams/history/event-ranges.js';
import type { Past } from '../streams/history/past.js';
import { privacyOf } from '../streams/history/private-records.js';
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
  | 'history'
  | 'backtests'
  | 'evidence'
  | 'giveWay'
> & {
  journal: Journal;
  past: Past;
  ingest: Ingest;
  log: Logger;
  counters: Counters;
  adminTokenHash: string;
  webRoot: string;
  secureCookies: boolean;
  mailConfigured: boolean;
  metricsLocal: boolean;
  timeZone: string;
  map: MapConfig;
};

/** What the API is given of the parts. */
export const apiDeps = ({
  journal,
  past,
  ingest,
  log,
  counters,
  adminTokenHash,
  webRoot,
  secureCookies,
  mailConfigured,
  metricsLocal,
  timeZone,
  map,
  ...ports
}: Given): ApiDeps => ({
  ...ports,
  rawEvents: async (vehicle, from, to, cursor, limit, showsPrivate) =>
    rawRecords(journal, vehicle, { from, to }, cursor, limit, {
      ranges: await eventRanges(past, journal, vehicle, { from, to }),
      since: journal.keptSince(),
      ...(!showsPrivate && { hides: privacyOf(await past.attributes(vehicle)) }),
    }),
  retryQuarantine: id => retryQuarantined(ports.quarantine, ingest, ports.clock, id),
  rules: ruleSchemas,
  formats: formatNames,
  unitOf: unitOfSignal,
  log,
  count: (counter, by = 1) => counters.add(`${counter}_total`, by),
  config: { ...defaultApiConfig, version, adminTokenHash, webRoot, secureCookies, mailConfigured, metricsLocal, timeZone, map },
});
