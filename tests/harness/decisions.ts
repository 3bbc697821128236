import type { ReferenceFleet } from './reference-day.js';
import type { RestClient } from './rest-client.js';

type Wire = Record<string, unknown>;
const period = { from: '2026-03-01', to: '2026-03-03' };

const noon = Date.UTC(2026, 2, 2, 12);

/** A drive that says what it burns, how warm it is and what its battery gives: cold at the start, cranking, a refuel in between. */
export const tellFuelAndHealth = async ({ devices }: ReferenceFleet): Promise<void> => {
  const device = devices.get('van-1')!;
  const events = Array.from({ length: 900 }, (_, second) => {
    const drives = (second > 10 && second < 400) || second > 520;
    return {
      ts: noon + second * 1_000,
      seq: 100_000 + second,
      ignition: drives,
      external_voltage: drives ? 14.1 : second < 10 ? 12.4 : 12.6,
      signals: {
        ...{ vehicle_speed: drives ? 60 : 0, engine_rpm: drives ? 1_900 : 0, coolant_temperature: Math.min(90, 15 + second / 5) },
        ...{ engine_fuel_rate: drives ? 4.8 : 0, fuel_tank_level: second < 450 ? 40 - second / 200 : 85 - second / 200 },
      },
    };
  });
  for (let from = 0; from < events.length; from += 60) await device.publish(events.slice(from, from + 60));
};

/** What people decide after a reference day: weights, prices, plans, notes, contests, voids, webhooks, policies, log-ins. */
export const tellDecisions = async (rest: RestClient): Promise<void> => {
  await rest.put('/scoring', {
    scoring: { minimum_km: 1, parts: { braking: { points: 60 } } },
    valid_from: '2026-03-01',
    note: 'heavier',
  });
  await rest.put('/settings/fuel', { currency: 'EUR', per_unit: { diesel: 1.5, petrol: 1.8 } });
  await rest.patch('/vehicles/van-1', {
    fuel_type: 'diesel',
    service_plan: [{ name: 'oil', every_km: 10_000 }],
  });
  await rest.post('/vehicles/van-1/service', { name: 'oil', odometer_km: 1_200, date: '2026-03-02' });
  const braking = await rest.all<{ id: string; occurred_at: string }>('/alerts', { vehicle: 'van-1', kind: 'harsh_braking' });
  braking.sort((a, b) => (a.occurred_at < b.occurred_at ? -1 : 1));
  await rest.post(`/alerts/${braking[0]!.id}/contest`, { reason: 'a dog, "Größe 3"' });
  await rest.post(`/alerts/${braking[1]!.id}/contest`, { reason: 'a cat 🐈' });
  await rest.post(`/alerts/${braking[1]!.id}/void`, { note: 'seen on camera' });
  const other = await rest.all<{ id: string }>('/alerts', { vehicle: 'van-2', kind: 'harsh_braking' });
  await rest.post(`/alerts/${other[0]!.id}/contest`, { reason: 'not mine' });
  await rest.post(`/alerts/${other[0]!.id}/contest/reject`, { note: 'it was' });
  for (const [note, topic] of [
    ['Keep more distance.', 'braking'],
    ['Zoë: later, and gently', 'acceleration'],
  ])
    await rest.post('/drivers/p-1/notes', { note, topic, follow_up: '2026-03-09' });
  const [newest] = await rest.all<{ id: string }>('/drivers/p-1/notes');
  await rest.patch(`/drivers/p-1/notes/${newest!.id}`, { done: true });
  const [, oldest] = await rest.all<{ id: string }>('/drivers/p-1/notes');
  await rest.delete(`/drivers/p-1/notes/${oldest!.id}`);

  await rest.post('/webhooks', {
    id: 'h-1',
    name: 'Dispatch',
    url: 'https://receiver.invalid/x',
    kinds: ['tow'],
    groups: ['city'],
    enabled: false,
  });
  await rest.patch('/webhooks/h-1', { min_severity: 'critical' });
  await rest.post('/notification-policies', {
    id: 'n-1',
    name: 'Night',
    groups: ['city'],
    kinds: ['tow'],
    to: [{ mqtt: 'city' }],
    quiet_hours: { from: '22:00', to: '06:00' },
  });
  await rest.put('/notification-policies/n-1', {
    name: 'Nights',
    groups: ['city'],
    kinds: ['tow'],
    to: [{ webhook: 'h-1' }],
    digest: { daily_at: '07:00' },
  });

  const users: Record<string, string> = {};
  for (const [user, role, driver] of [
    ['Ümit', 'coach', null],
    ['anna', 'driver', 'p-1'],
    ['gone', 'viewer', null],
    ['admin-2', 'admin', null],
  ] as const)
    users[user] = (
      await rest.post<{ id: string }>('/users', {
        user,
        password: 'correct horse',
        role,
        driver,
        groups: role === 'admin' ? [] : ['city'],
      })
    ).id;
  await rest.patch(`/users/${users.Ümit}`, { role: 'investigator', disabled: true });
  await rest.delete(`/users/${users.gone}`);
  for (const [name, expires_at] of [
    ['for ever', null],
    ['until 2100', '2100-01-01T00:00:00.000Z'],
    ['revoked', null],
  ]) {
    const { id } = await rest.post<{ id: string }>('/tokens', { name, role: 'viewer', groups: ['city'], expires_at });
    if (name === 'revoked') await rest.delete(`/tokens/${id}`);
  }
};

/** Ids that chance makes, and times of the run, by what they stand for: equal where they are equal, whatever they are. */
export const plain = (told: unknown): unknown => {
  const names = new Map<string, string>();
  const nameOf = (kind: string, value: string): string => {
    if (!names.has(value)) names.set(value, `${kind} ${names.size}`);
    return names.get(value)!;
  };
  const year = new Date().getUTCFullYear();
  // A day long over is what is told; what was done about it was done now.
  const isNow = (text: string): boolean => /^\d{4}-\d\d-\d\dT/.test(text) && Math.abs(Date.parse(text) - Date.now()) < 3_600_000;
  const walk = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) return value.map(item => walk(item, key));
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, walk(inner, name)]));
    if (typeof value !== 'string') return value;
    if (isNow(value) || value === new Date().toISOString().slice(0, 10)) return `now in ${year}`;
    // 16 random bytes, as base64url.
    if (['id', 'subject', 'version', 'by_id', 'made_by'].includes(key))
      return value.replace(/(?<=^|\/)[\w-]{22}$/, id => nameOf('id', id));
    return value;
  };
  return walk(told, '');
};

const byArrival = new Set(['raised_at', 'latency_ms', 'evidence', 'late', 'last_used_at', 'exported_at', 'made_at']);
const settled = (told: unknown): unknown =>
  JSON.parse(JSON.stringify(told, (name, value: unknown) => (byArrival.has(name) ? undefined : value)));

/** Everything that REST tells of decisions, of what they change, and of fuel and health, but for chance and the time of the run. */
export const decisionsOf = async (rest: RestClient): Promise<Record<string, unknown>> => {
  const lists: Record<string, Record<string, string | number | boolean>> = {
    '/fuel': { ...period, by: 'vehicle' },
    '/health': {},
    '/scorecards': period,
    '/drivers/p-1/notes': { limit: 1 },
    '/webhooks': {},
    '/notification-policies': {},
    '/users': { limit: 2 },
    '/tokens': { limit: 1 },
    '/vehicles/van-1/dtcs': {},
    '/audit': { limit: 5 },
  };
  const single = [
    ...['/scoring', '/settings/fuel', '/settings', '/vehicles/van-1', '/vehicles/van-1/health', '/vehicles/bus-3/health'],
    ...['/fuel?by=driver&from=2026-03-01&to=2026-03-03', '/drivers/p-1/coaching', '/drivers/p-1/export'],
    ...['/drivers/p-1/scorecard?from=2026-03-01&to=2026-03-03&trend=day', '/reports/fleet?from=2026-03-01&to=2026-03-03'],
    ...['/vehicles/van-1/fuel-events?from=2026-03-01&to=2026-03-03'],
  ];
  const told: Record<string, unknown> = {};
  for (const [path, query] of Object.entries(lists)) {
    // What this very look adds to the audit stays out.
    const items = (await rest.all<Wire>(path, query)).filter(({ action }) => !String(action).startsWith('GET'));
    // Some are in order of what chance or the clock of the run made of them.
    const isByChance = ['/users', '/tokens', '/audit'].includes(path);
    told[path] = isByChance ? items.map(item => JSON.stringify(plain(settled(item)))).sort() : plain(settled(items));
  }
  for (const path of single) told[path] = plain(settled(await rest.get(path)));
  for (const contested of [true, false])
    told[`contested ${contested}`] = plain(settled(sorted(await rest.all<Wire>('/alerts', { contested }))));
  for (const status of ['void', 'open', 'resolved'])
    told[`alerts ${status}`] = plain(settled(sorted(await rest.all<Wire>('/alerts', { status }))));
  return told;
};

const sorted = (alerts: Wire[]): Wire[] => alerts.sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
