import { z } from 'zod';
import type { ApiDeps } from '../api-deps.js';
import { isoTime, pageOf, paging, period } from '../http/fields.js';
import { forbidden } from '../http/problem.js';
import { type AnyRoute, defineRoute } from '../http/route.js';
import { iso } from '../wire/iso.js';

const systemStatus = z
  .object({
    version: z.string(),
    node: z.string(),
    started_at: isoTime,
    uptime_s: z.number(),
    shards: z.number().int().describe('Threads that fold; 0: the main one does'),
    shard_threads: z.array(
      z.object({
        shard: z.number().int(),
        partitions: z.array(z.number().int()),
        busy: z.number().describe('The part of its time that it worked since it was started'),
        waiting: z.number().int().describe('Records that it was given and has not answered'),
      }),
    ),
    listener: z.object({ address: z.string(), connected: z.boolean(), connections: z.number().int() }),
    database: z.object({
      kind: z.enum(['mysql', 'embedded']),
      up: z.boolean(),
      pending_rows: z.number().int(),
      error: z.string().nullable(),
    }),
    partitions: z.array(
      z.object({
        partition: z.number().int(),
        head: z.number().int(),
        folded: z.number().int(),
        lag: z.number().int(),
        rolled_up: z.number().int().nullable(),
      }),
    ),
    stages: z.array(
      z.object({
        name: z.string(),
        state: z.enum(['starting', 'running', 'backing_off', 'stopped', 'failed']),
        restarts: z.number().int(),
        last_error: z.string().nullable(),
        since: isoTime,
      }),
    ),
    counters: z.record(z.string(), z.number()).describe('The books, and every bound that bit'),
    unknown_fields: z.record(z.string(), z.record(z.string(), z.number().int())),
    rejected_values: z.record(z.string(), z.number().int()).describe('Values of signals that could not be true, by reason'),
    quarantine: z.object({ entries: z.number().int(), bytes: z.number().int() }),
    alert_latency: z
      .array(
        z.object({
          stage: z.string().describe('received: event to arrival; sent: arrival to viewers, of which recorded, evaluated, told'),
          count: z.number().int().describe('Since the start; the quantiles are of the newest 1,024'),
          p50_ms: z.number().nullable(),
          p99_ms: z.number().nullable(),
        }),
      )
      .describe('How long alerts took, stage by stage'),
  })
  .meta({ id: 'SystemStatus' });

const auditEntry = z
  .object({ id: z.string(), at: isoTime, by: z.string(), action: z.string(), subject: z.string(), detail: z.unknown() })
  .meta({ id: 'AuditEntry' });

export const systemRoutes = ({ system, database }: Pick<ApiDeps, 'system' | 'database'>): AnyRoute[] => [
  defineRoute({
    method: 'get',
    path: '/system',
    action: 'server.administer',
    tag: 'system',
    summary: 'Partitions and their lag, stages and their restarts, counters',
    answer: systemStatus,
    run({ caller }) {
      // Its counts are of the whole fleet.
      if (caller.groups.length > 0)
        throw forbidden('The state of the system is for administrators of all groups.', { code: 'beyond_groups' });
      return system();
    },
  }),
  defineRoute({
    method: 'get',
    path: '/audit',
    action: 'server.administer',
    tag: 'system',
    summary: 'Who changed or exported what, newest first',
    query: paging.extend({
      by: z.string().max(200).optional().describe('Who, by name'),
      action: z.string().max(200).optional().describe('What, or how it begins: `POST /import`'),
      subject: z.string().max(200).optional().describe('On what, by id'),
      ...period.shape,
    }),
    answer: pageOf(auditEntry),
    async run({ query, caller }) {
      if (caller.groups.length > 0)
        throw forbidden('The audit trail is for administrators of all groups.', { code: 'beyond_groups' });
      const page = await database.audit({ ...query, cursor: query.cursor });
      return { ...page, items: page.items.map(entry => ({ ...entry, at: iso(entry.at) })) };
    },
  }),
];
