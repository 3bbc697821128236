import { z } from 'zod';
import type { Page, PageRequest } from '../../ports/database.js';
import type { QuarantineEntry } from '../../ports/live.js';
import type { ApiDeps } from '../api-deps.js';
import type { Caller } from '../caller.js';
import type { AuditTrail } from '../http/audit-trail.js';
import { byId, isoTime, pageOf, paging } from '../http/fields.js';
import { cursorOfKey, keyOfCursor } from '../http/page.js';
import { notFound } from '../http/problem.js';
import { type AnyRoute, defineRoute } from '../http/route.js';
import { visiblePage } from '../http/visible-page.js';
import { privatePlaces, showsPrivate } from '../private-places.js';
import { seesVehicle } from '../scope.js';
import { iso } from '../wire/iso.js';
import { sayings } from '../wire/saying.js';

/** Entries carry up to 256 KiB each; a page of them should fit into memory several times. */
const PAGE_LIMIT = 100;

const quarantined = z
  .object({
    id: z.string(),
    device: z.string().nullable(),
    vehicle: z.string().nullable(),
    topic: z.string(),
    received_at: isoTime,
    reason: z.string(),
    detail: z.string(),
    said: sayings.optional().describe('The detail for other languages'),
    bytes_base64: z.string(),
    withheld: z.boolean().describe('The bytes may hold the place of a private trip and are left out'),
    truncated: z.boolean(),
    hash: z.string().describe('SHA-256 of the whole, hex'),
  })
  .meta({ id: 'QuarantineEntry' });

export const quarantineRoutes = ({
  quarantine,
  registry,
  retryQuarantine,
  audit,
}: Pick<ApiDeps, 'quarantine' | 'registry' | 'retryQuarantine'> & { audit: AuditTrail }): AnyRoute[] => {
  const sees = (caller: Caller, entry: QuarantineEntry): boolean =>
    caller.groups.length === 0 || (entry.vehicle !== null && seesVehicle(caller, registry, entry.vehicle));

  /** By what the registry says now: what could not be read has no time of its own. */
  const drivesPrivately = ({ vehicle }: QuarantineEntry): boolean =>
    vehicle !== null && Boolean(registry.vehicle(vehicle)?.private);

  return [
    defineRoute({
      method: 'get',
      path: '/quarantine',
      action: 'evidence.read',
      tag: 'quarantine',
      summary: 'What could not be taken, newest first, at most 100 a page',
      query: paging.extend({ private: privatePlaces }),
      answer: pageOf(quarantined),
      async run({ query, caller }) {
        const shows = showsPrivate(caller, query.private);
        if (shows) await audit.record(caller, 'GET /quarantine', '', query);
        const ask = async ({ limit, cursor }: PageRequest): Promise<Page<QuarantineEntry>> => {
          const items = await quarantine.list(cursor === undefined ? undefined : keyOfCursor(cursor), limit);
          const last = items.at(-1);
          return { items, next: items.length === limit && last !== undefined ? cursorOfKey(last.id) : null };
        };
        const wanted = { limit: Math.min(query.limit, PAGE_LIMIT), cursor: query.cursor };
        const page = await visiblePage(ask, wanted, entry => sees(caller, entry));
        return { ...page, items: page.items.map(entry => quarantinedWire(entry, !shows && drivesPrivately(entry))) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/quarantine/{id}/retry',
      action: 'evidence.read',
      tag: 'quarantine',
      turn: ({ params }) => [`quarantine/${params.id}`],
      summary: 'Take it once more, as if it arrived now; it leaves the quarantine, or comes back to it with its new reason',
      params: byId,
      status: 202,
      answer: z.object({ id: z.string(), status: z.literal('retried') }),
      async run({ params, caller }) {
        const entry = await quarantine.entry(params.id);
        if (entry === undefined || !sees(caller, entry)) throw notFound('quarantine entry', params.id);
        await retryQuarantine(params.id);
        return { id: params.id, status: 'retried' as const };
      },
    }),
  ];
};

const quarantinedWire = (entry: QuarantineEntry, withheld: boolean): z.infer<typeof quarantined> => ({
  id: entry.id,
  device: entry.device,
  vehicle: entry.vehicle,
  topic: entry.topic,
  received_at: iso(entry.received_at),
  reason: entry.reason,
  detail: entry.detail,
  ...(entry.said && { said: [entry.said] }),
  bytes_base64: withheld ? '' : Buffer.from(entry.bytes).toString('base64'),
  withheld,
  truncated: entry.truncated,
  hash: entry.hash,
});
