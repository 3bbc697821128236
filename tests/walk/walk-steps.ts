import type createClient from 'openapi-fetch';
import type { Role } from '../../src/ports/database.js';
import type { paths } from '../../web/src/api/generated/schema.js';

export type Client = ReturnType<typeof createClient<paths>>;
type Answer = Promise<{ data?: unknown; error?: unknown; response: Response }>;

/** What a walk has come to know by its answers. */
export interface World {
  /** Ids of what was made on the way, by what it is: `trip`, `alert`, `note`, … */
  ids: Record<string, string>;
  /** A time within the drive, and the drive's days. */
  at: string;
  receiver: string;
  /** What happens outside of REST: the drive, a letter that dies. */
  events: Readonly<Record<'drive' | 'deadLetters', () => Promise<void>>>;
}

/** Who calls what: the least of the roles that may, `nobody`, or `page` for a person who logged in by password. */
export type Step = readonly [as: Role | 'nobody' | 'page', call: (api: Client, world: World) => Answer | Promise<void>];

/** Keeps an id out of an answer. */
const keep = async (answer: Answer, { ids }: World, name: string, of = 'id'): Promise<Awaited<Answer>> => {
  const told = await answer;
  ids[name] = (told.data as Record<string, string> | undefined)?.[of] ?? `no-${name}`;
  return told;
};
const first = async (answer: Answer, { ids }: World, name: string): Promise<Awaited<Answer>> => {
  const told = await answer;
  ids[name] = (told.data as { items?: { id: string }[] } | undefined)?.items?.[0]?.id ?? `no-${name}`;
  return told;
};
const id = (value: string | undefined) => ({ params: { path: { id: value ?? 'none' } } });
const text = { parseAs: 'text' } as const;
const csv = (body: string) => ({
  ...{ body: body as never, bodySerializer: (given: unknown) => String(given) },
  headers: { 'content-type': 'text/csv' },
});
const day = { from: '2026-03-09', to: '2026-03-09' };
const circle = {
  type: 'Feature' as const,
  geometry: { type: 'Point' as const, coordinates: [8, 47] },
  properties: { name: 'Depot', radius_m: 100, groups: ['north'] },
};

/** Every operation of the API once at least, with success, in an order in which it can have it. */
export const walkSteps: readonly Step[] = [
  // The registry.
  ['fleet_manager', api => api.POST('/vehicles', { body: { id: 'v-1', group: 'north', fuel_type: 'diesel' } })],
  [
    'fleet_manager',
    api =>
      api.PATCH('/vehicles/{id}', { ...id('v-1'), body: { name: 'Van 1', service_plan: [{ name: 'oil', every_km: 10_000 }] } }),
  ],
  [
    'fleet_manager',
    (api, world) => keep(api.POST('/devices', { body: { id: 'd-1', vehicle: 'v-1' } }), world, 'secret', 'secret'),
  ],
  ['fleet_manager', api => api.GET('/devices')],
  ['fleet_manager', api => api.GET('/devices/{id}', id('d-1'))],
  ['fleet_manager', api => api.PATCH('/devices/{id}', { ...id('d-1'), body: { signal_names: { rpm: 'engine_rpm' } } })],
  ['fleet_manager', api => api.POST('/drivers', { body: { id: 'p-1', name: 'Anna Ash', group: 'north' } })],
  ['fleet_manager', api => api.PATCH('/drivers/{id}', { ...id('p-1'), body: { name: 'Anna Ash-Elm' } })],
  ['fleet_manager', (api, world) => keep(api.POST('/geofences', { body: circle }), world, 'geofence')],
  ['viewer', api => api.GET('/geofences')],
  ['viewer', (api, { ids }) => api.GET('/geofences/{id}', id(ids.geofence))],
  ['fleet_manager', (api, { ids }) => api.PUT('/geofences/{id}', { ...id(ids.geofence), body: circle })],
  ['viewer', (api, world) => first(api.GET('/rules', { params: { query: { kind: 'harsh_braking' } } }), world, 'default-rule')],
  ['viewer', api => api.GET('/rules/kinds')],
  [
    'fleet_manager',
    (api, world) => keep(api.POST('/rules', { body: { kind: 'over_rev', params: { petrol_rpm: 4_000 } } }), world, 'rule'),
  ],
  ['viewer', (api, { ids }) => api.GET('/rules/{id}', id(ids.rule))],
  ['fleet_manager', (api, { ids }) => api.PUT('/rules/{id}', { ...id(ids.rule), body: { kind: 'over_rev', enabled: false } })],
  ['fleet_manager', api => api.GET('/settings')],
  [
    'fleet_manager',
    api => api.PUT('/settings', { body: { lateness_s: 86_400, trip: { parked_after_s: 240, gap_s: 3_600, moving_kmh: 5 } } }),
  ],
  ['viewer', api => api.GET('/settings/fuel')],
  ['fleet_manager', api => api.PUT('/settings/fuel', { body: { currency: 'EUR', per_unit: { diesel: 1.6 } } })],
  [
    'fleet_manager',
    (api, world) =>
      keep(api.POST('/webhooks', { body: { id: 'h-1', url: world.receiver, groups: ['north'] } }), world, 'webhook'),
  ],
  ['fleet_manager', api => api.GET('/webhooks')],
  ['fleet_manager', api => api.GET('/webhooks/{id}', id('h-1'))],
  ['fleet_manager', api => api.PATCH('/webhooks/{id}', { ...id('h-1'), body: { name: 'Dispatch', kinds: ['harsh_braking'] } })],
  ['fleet_manager', api => api.POST('/webhooks/{id}/rotate', id('h-1'))],
  ['fleet_manager', api => api.POST('/webhooks/{id}/test', id('h-1'))],
  [
    'fleet_manager',
    (api, world) =>
      keep(
        api.POST('/notification-policies', { body: { id: 'n-1', name: 'Night', groups: ['north'], to: [{ webhook: 'h-1' }] } }),
        world,
        'policy',
      ),
  ],
  ['fleet_manager', api => api.GET('/notification-policies')],
  ['fleet_manager', api => api.GET('/notification-policies/{id}', id('n-1'))],
  [
    'fleet_manager',
    api =>
      api.PUT('/notification-policies/{id}', {
        ...id('n-1'),
        body: { name: 'Night', groups: ['north'], to: [{ mqtt: 'north' }] },
      }),
  ],
  ['fleet_manager', api => api.POST('/notification-policies/{id}/test', id('n-1'))],

  // A drive with a hard braking, and what cannot be read.
  ['nobody', (_, { events }) => events.drive()],
  ['viewer', api => api.GET('/vehicles')],
  ['viewer', api => api.GET('/vehicles/{id}', id('v-1'))],
  ['viewer', api => api.GET('/vehicles/{id}/state', id('v-1'))],
  ['viewer', api => api.GET('/vehicles/{id}/dtcs', id('v-1'))],
  ['viewer', api => api.GET('/vehicles/{id}/trail', id('v-1'))],
  ['viewer', api => api.GET('/vehicles/{id}/health', id('v-1'))],
  ['viewer', api => api.GET('/health')],
  ['viewer', api => api.GET('/vehicles/{id}/fuel-events', id('v-1'))],
  ['viewer', api => api.GET('/fuel', { params: { query: { ...day, by: 'vehicle' } } })],
  [
    'viewer',
    (api, { at }) => api.GET('/vehicles/{id}/why-not', { params: { path: { id: 'v-1' }, query: { kind: 'speeding', at } } }),
  ],
  ['fleet_manager', api => api.POST('/vehicles/{id}/service', { ...id('v-1'), body: { name: 'oil', odometer_km: 1_000 } })],
  ['investigator', api => api.GET('/vehicles/{id}/events', id('v-1'))],
  ['investigator', (api, world) => first(api.GET('/quarantine'), world, 'quarantined')],
  ['investigator', (api, { ids }) => api.POST('/quarantine/{id}/retry', id(ids.quarantined))],
  ['investigator', (api, world) => first(api.GET('/trips', { params: { query: { vehicle: 'v-1' } } }), world, 'trip')],
  ['investigator', (api, { ids }) => api.GET('/trips/{id}', id(ids.trip))],
  ['investigator', (api, { ids }) => api.GET('/trips/{id}/replay', id(ids.trip))],
  ['investigator', (api, { ids }) => api.GET('/trips/{id}/export', { ...id(ids.trip), ...text })],
  ['investigator', (api, { ids }) => api.GET('/trips/{id}/evidence', { ...id(ids.trip), parseAs: 'arrayBuffer' })],
  ['viewer', api => api.GET('/public-key')],
  ['viewer', (api, world) => first(api.GET('/alerts', { params: { query: { kind: 'harsh_braking' } } }), world, 'alert')],
  ['viewer', (api, { ids }) => api.GET('/alerts/{id}', id(ids.alert))],
  ['viewer', (api, { ids }) => api.GET('/alerts/{id}/why', id(ids.alert))],
  ['coach', (api, { ids }) => api.POST('/alerts/{id}/contest', { ...id(ids.alert), body: { reason: 'a dog' } })],
  [
    'fleet_manager',
    (api, { ids }) => api.POST('/alerts/{id}/contest/reject', { ...id(ids.alert), body: { note: 'seen on camera' } }),
  ],
  ['fleet_manager', (api, { ids }) => api.POST('/alerts/{id}/acknowledge', { ...id(ids.alert), body: {} })],
  ['fleet_manager', (api, { ids }) => api.POST('/alerts/{id}/resolve', { ...id(ids.alert), body: { note: 'talked about' } })],
  [
    'viewer',
    (api, world) => first(api.GET('/alerts', { params: { query: { kind: 'diagnostic_trouble_code' } } }), world, 'other-alert'),
  ],
  ['fleet_manager', (api, { ids }) => api.POST('/alerts/{id}/void', { ...id(ids['other-alert']), body: { note: 'workshop' } })],
  [
    'fleet_manager',
    (api, { ids }) =>
      api.POST('/rules/backtest', {
        body: {
          from: day.from,
          to: '2026-03-10',
          rule: { kind: 'harsh_braking', params: { threshold: -2 }, id: ids['default-rule'] },
        },
      }),
  ],
  [
    'fleet_manager',
    (api, world) =>
      keep(
        api.POST('/rules/backtest', {
          params: { query: { async: 'true' } },
          body: { from: day.from, to: '2026-03-10', rule: { kind: 'harsh_braking' } },
        }),
        world,
        'backtest',
      ),
  ],
  ['fleet_manager', (api, { ids }) => api.GET('/rules/backtest/{id}', id(ids.backtest))],
  ['fleet_manager', (api, { ids }) => api.DELETE('/rules/backtest/{id}', id(ids.backtest))],

  // Scores and what people do about them.
  ['coach', api => api.GET('/drivers')],
  ['coach', api => api.GET('/drivers/{id}', id('p-1'))],
  [
    'fleet_manager',
    (api, world) =>
      keep(
        api.POST('/drivers/{id}/assignments', {
          ...id('p-1'),
          body: { vehicle: 'v-1', from: '2026-03-09T00:00:00Z', to: '2026-03-10T00:00:00Z' },
        }),
        world,
        'assignment',
      ),
  ],
  ['coach', api => api.GET('/drivers/{id}/assignments', id('p-1'))],
  ['coach', api => api.GET('/scorecards', { params: { query: day } })],
  ['coach', api => api.GET('/drivers/{id}/scorecard', { params: { path: { id: 'p-1' }, query: day } })],
  ['coach', api => api.GET('/drivers/{id}/events', { params: { path: { id: 'p-1' }, query: day } })],
  ['fleet_manager', api => api.GET('/scoring')],
  ['fleet_manager', api => api.PUT('/scoring', { body: { scoring: { minimum_km: 5 }, note: 'short ways' } })],
  ['fleet_manager', api => api.POST('/scoring/preview', { body: { scoring: { minimum_km: 1 }, ...day } })],
  ['coach', api => api.GET('/reports/fleet', { params: { query: day } })],
  ['coach', api => api.GET('/reports/fleet', { params: { query: { ...day, format: 'csv' } }, ...text })],
  ['coach', api => api.GET('/reports/fleet', { params: { query: { ...day, format: 'html', pseudonyms: 'true' } }, ...text })],
  [
    'coach',
    (api, world) =>
      keep(
        api.POST('/drivers/{id}/notes', { ...id('p-1'), body: { note: 'Keep more distance.', topic: 'braking' } }),
        world,
        'note',
      ),
  ],
  ['coach', api => api.GET('/drivers/{id}/notes', id('p-1'))],
  [
    'coach',
    (api, { ids }) =>
      api.PATCH('/drivers/{id}/notes/{note}', { params: { path: { id: 'p-1', note: ids.note! } }, body: { done: true } }),
  ],
  ['coach', api => api.GET('/drivers/{id}/coaching', id('p-1'))],
  ['fleet_manager', api => api.GET('/drivers/{id}/export', { ...id('p-1'), ...text })],

  // Files in and out.
  ['fleet_manager', api => api.POST('/import/vehicles', csv('id,group\nv-2,north\n'))],
  ['fleet_manager', api => api.POST('/import/drivers', csv('id,name\np-2,Ben\n'))],
  ['fleet_manager', api => api.POST('/import/geofences', csv('id,name,lat,lon,radius_m\nf-2,Yard,47,8,50\n'))],
  ['fleet_manager', api => api.GET('/export/vehicles', text)],
  ['fleet_manager', api => api.GET('/export/drivers', text)],
  ['fleet_manager', api => api.GET('/export/geofences', text)],

  // What could not be delivered.
  ['nobody', (_, { events }) => events.deadLetters()],
  ['fleet_manager', (api, world) => first(api.GET('/webhooks/{id}/dead-letters', id('h-1')), world, 'letter')],
  [
    'fleet_manager',
    (api, { ids }) =>
      api.POST('/webhooks/{id}/dead-letters/{letter}/resend', { params: { path: { id: 'h-1', letter: ids.letter! } } }),
  ],
  // The first of them is gone, for it was delivered.
  ['fleet_manager', (api, world) => first(api.GET('/webhooks/{id}/dead-letters', id('h-1')), world, 'letter')],
  [
    'fleet_manager',
    (api, { ids }) =>
      api.DELETE('/webhooks/{id}/dead-letters/{letter}', { params: { path: { id: 'h-1', letter: ids.letter! } } }),
  ],
  ['fleet_manager', api => api.POST('/webhooks/{id}/resend', id('h-1'))],
  ['fleet_manager', api => api.GET('/notifications')],

  // People.
  [
    'admin',
    (api, world) =>
      keep(
        api.POST('/users', { body: { user: 'anna', password: 'correct horse', role: 'driver', driver: 'p-1' } }),
        world,
        'user',
      ),
  ],
  ['admin', api => api.GET('/users')],
  ['admin', (api, { ids }) => api.GET('/users/{id}', id(ids.user))],
  ['admin', (api, { ids }) => api.PATCH('/users/{id}', { ...id(ids.user), body: { groups: ['north'] } })],
  ['nobody', api => api.POST('/session', { body: { user: 'anna', password: 'correct horse' } })],
  ['page', api => api.GET('/session')],
  ['page', api => api.GET('/trips')],
  ['page', api => api.PUT('/session/password', { body: { password: 'correct horse', new_password: 'battery staple' } })],
  ['page', api => api.DELETE('/session')],
  [
    'admin',
    (api, world) => keep(api.POST('/tokens', { body: { name: 'short', role: 'viewer', groups: ['north'] } }), world, 'token'),
  ],
  ['admin', api => api.GET('/tokens')],
  ['admin', api => api.GET('/audit')],
  ['admin', api => api.GET('/system')],
];

/** What takes away what the others made: walked last. */
export const lastSteps: readonly Step[] = [
  [
    'fleet_manager',
    (api, { ids }) =>
      api.DELETE('/drivers/{id}/assignments/{assignment}', { params: { path: { id: 'p-1', assignment: ids.assignment! } } }),
  ],
  ['coach', (api, { ids }) => api.DELETE('/drivers/{id}/notes/{note}', { params: { path: { id: 'p-1', note: ids.note! } } })],
  ['fleet_manager', api => api.POST('/devices/{id}/rotate', id('d-1'))],
  ['fleet_manager', api => api.DELETE('/devices/{id}', id('d-1'))],
  ['fleet_manager', (api, { ids }) => api.DELETE('/geofences/{id}', id(ids.geofence))],
  ['fleet_manager', (api, { ids }) => api.DELETE('/rules/{id}', id(ids.rule))],
  ['fleet_manager', api => api.DELETE('/notification-policies/{id}', id('n-1'))],
  ['fleet_manager', api => api.DELETE('/webhooks/{id}', id('h-1'))],
  // Who is forgotten as a driver has no log-in either.
  ['admin', (api, { ids }) => api.DELETE('/users/{id}', id(ids.user))],
  ['fleet_manager', api => api.DELETE('/drivers/{id}', id('p-1'))],
  ['fleet_manager', api => api.DELETE('/vehicles/{id}', id('v-1'))],
  ['admin', (api, { ids }) => api.DELETE('/tokens/{id}', id(ids.token))],
];
