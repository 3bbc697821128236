import { beforeAll, describe, expect, test } from '@jest/globals';
import { type AlertWatch, type AlertWire, watchAlerts } from '../harness/alert-watch.js';
import { metricValue } from '../harness/metric-value.js';
import { pseudoRandom } from '../harness/pseudo-random.js';
import { connectRegistered } from '../harness/registered-device.js';
import { type RestClient, restClient } from '../harness/rest-client.js';
import { type DrivenEvent, inArraysOf, kilometresOf, type Leg, scriptedDrive } from '../harness/scripted-drive.js';
import { startTelltale, type Telltale } from '../harness/start-telltale.js';
import { untilStable } from '../harness/until-stable.js';
import { waitFor } from '../harness/wait-for.js';

let server: Telltale;
let rest: RestClient;
let alerts: AlertWatch;

beforeAll(async () => {
  server = await startTelltale();
  rest = restClient(server.http, server.adminToken);
  alerts = await watchAlerts(server.http, server.adminToken);
}, 90_000);

type Wire = Record<string, unknown>;

const parked: Leg = { seconds: 420, to_kmh: 0, engine: false };

/** Two drives with a parking between them, harsh braking and acceleration, an idle minute, a fence on the way. */
const legs: readonly Leg[] = [
  { seconds: 60, to_kmh: 0 },
  { seconds: 20, to_kmh: 70 },
  { seconds: 60, to_kmh: 70 },
  { seconds: 4, to_kmh: 8 },
  { seconds: 10, to_kmh: 0 },
  { seconds: 30, to_kmh: 0 },
  { seconds: 4, to_kmh: 55 },
  { seconds: 60, to_kmh: 55 },
  { seconds: 15, to_kmh: 0 },
  parked,
  { seconds: 25, to_kmh: 50 },
  { seconds: 90, to_kmh: 50 },
  { seconds: 3, to_kmh: 0 },
  parked,
];
const start = Date.now() - 7_200_000;
const drive = (vehicle: string): DrivenEvent[] => scriptedDrive({ start, legs, lat: 47.2, lon: 8.5, driver: `p-${vehicle}` });

const shuffled = <T>(items: readonly T[], random: () => number): T[] => {
  const mixed = [...items];
  for (let n = mixed.length - 1; n > 0; n--) {
    const other = Math.floor(random() * (n + 1));
    [mixed[n], mixed[other]] = [mixed[other]!, mixed[n]!];
  }
  return mixed;
};

/** Everything that is left of each vehicle when all has settled, without what depends on its name, and on arrival, by nature. */
const outcomes = async (): Promise<Map<string, { trips: Wire[]; alerts: Wire[]; score: Wire[] }>> => {
  const [trips, found, cards] = await Promise.all([
    rest.all<Wire>('/trips'),
    rest.all<AlertWire>('/alerts'),
    rest.all<Wire>('/scorecards'),
  ]);
  const remaining = found
    .filter(({ status }) => status !== 'retracted')
    .sort((a, b) => (`${a.occurred_at} ${a.kind}` < `${b.occurred_at} ${b.kind}` ? -1 : 1));
  return new Map(
    arrivalNames.map(name => [
      name,
      {
        trips: trips
          .filter(({ vehicle }) => vehicle === name)
          .map(({ id: _id, vehicle: _vehicle, driver: _driver, ...trip }) => trip),
        alerts: remaining
          .filter(({ vehicle }) => vehicle === name)
          .map(({ kind, severity, occurred_at, ended_at, value, threshold, location, geofence, suppressed, message }) => ({
            ...{ kind, severity, occurred_at, ended_at, value, threshold, location, geofence, suppressed, message },
          })),
        score: cards
          .filter(({ driver }) => driver === `p-${name}`)
          .map(({ driver: _driver, rank: _rank, percentile: _percentile, ...card }) => card),
      },
    ]),
  );
};

const random = pseudoRandom(11);
/** What may happen to the events of a drive on their way. */
const arrivals: Record<string, (events: DrivenEvent[]) => DrivenEvent[][]> = {
  'in-order': events => inArraysOf(10, events),
  singly: events => inArraysOf(1, events),
  'at-once': events => [events],
  'shuffled-within-a-minute': events => inArraysOf(60, events).flatMap(minute => inArraysOf(7, shuffled(minute, random))),
  'blocks-reversed': events => inArraysOf(97, events).reverse(),
  'events-reversed': events => inArraysOf(13, [...events].reverse()),
  doubled: events => inArraysOf(25, events).flatMap(array => [array, array]),
  'doubled-and-shuffled': events => inArraysOf(31, shuffled([...events, ...events], random)),
};
const arrivalNames = Object.keys(arrivals);

describe('one drive, told in every order', () => {
  // Proves: in order, shuffled within a minute, in blocks from the end to the beginning, doubled, and in arrays of any size, the same events
  // leave the same trips, alerts and scorecard.
  test('leaves the same outcome', async () => {
    const middle = drive('x').find(({ ts }) => ts === start + 210_000)!.gps;
    await rest.post('/geofences', {
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [middle.lon, middle.lat] },
      properties: { name: 'on the way', radius_m: 250 },
    });
    await Promise.all(
      Object.entries(arrivals).map(async ([name, arrange]) => {
        const device = await connectRegistered(server, name);
        // One after the other in time, without waiting for each acknowledgement: so a device sends what it had stored.
        await Promise.all(arrange(drive(name)).map(array => device.publish(array.length === 1 ? array[0] : array)));
      }),
    );
    const settled = await untilStable('what is known of the drives', outcomes);
    const inOrder = settled.get('in-order')!;
    // It is the drive that was scripted, not nothing eight times.
    expect(inOrder.trips).toHaveLength(2);
    const [second, first] = inOrder.trips;
    expect(first).toMatchObject({ status: 'closed', started_at: new Date(start).toISOString(), counts: { harsh_braking: 1 } });
    expect(first!.distance_km as number).toBeCloseTo(kilometresOf(legs.slice(0, 9)), 1);
    expect(second!.distance_km as number).toBeCloseTo(kilometresOf(legs.slice(10, 13)), 1);
    expect(inOrder.alerts.map(({ kind }) => kind)).toEqual([
      ...['harsh_braking', 'harsh_acceleration', 'geofence_enter', 'geofence_exit', 'harsh_braking'],
    ]);
    // Who only follows the websocket knows of each alert what REST tells.
    const followed = await alerts.quiet(500);
    for (const { id, status, occurred_at, ended_at, value, suppressed, replaced_by } of await rest.all<AlertWire>('/alerts'))
      expect(followed.get(id)).toMatchObject({ id, status, occurred_at, ended_at, value, suppressed, replaced_by });
    for (const [name, outcome] of settled) expect({ name, ...outcome }).toEqual({ name, ...inOrder });
  });
});

describe('an alert that late data changes', () => {
  const second = (n: number) => start + n * 1_000;
  const changesOf = (vehicle: string) => alerts.changes().filter(({ alert }) => alert.vehicle === vehicle);

  // Proves: readings that show a braking to be harder and longer amend what was told of it, at the next tick.
  test('becomes what it would have been in order', async () => {
    const device = await connectRegistered(server, 'late-harder');
    const events = drive('late-harder').filter(({ ts }) => ts < second(180));
    // 140 s to 144 s: 70 to 8 km/h. What is held back is its beginning.
    const heldBack = events.filter(({ ts }) => ts >= second(139) && ts <= second(141));
    await device.publish(events.filter(event => !heldBack.includes(event)));
    await alerts.waitFor({ kind: 'harsh_braking', vehicle: 'late-harder' }, 3_000).catch(() => undefined);
    await device.publish(heldBack);
    const final = await waitFor('the final braking', async () => {
      const found = await rest.all<AlertWire>('/alerts', { vehicle: 'late-harder', status: 'open', kind: 'harsh_braking' });
      return found.find(({ occurred_at }) => Date.parse(occurred_at) <= second(142));
    });
    const all = await alerts.quiet(2_500);
    const reference = await connectRegistered(server, 'late-reference');
    await reference.publish(events);
    const { alert: wanted } = await alerts.waitFor({ kind: 'harsh_braking', vehicle: 'late-reference' });
    expect(final.occurred_at).toBe(wanted.occurred_at);
    for (const alert of [...all.values()].filter(({ vehicle }) => vehicle === 'late-harder')) {
      if (alert.id === final.id) expect(alert.status).toBe('open');
      else
        expect(alert).toMatchObject({ status: 'retracted', replaced_by: final.id, message: expect.stringMatching(/late data/i) });
    }
  });

  // Proves: an alert whose start late data moves is retracted on the websocket, and its heir takes over what a person had noted about it.
  test('hands over to its heir', async () => {
    // A circle of 200 m; the fixes around its border are delayed.
    const fence = await rest.post<{ id: string }>('/geofences', {
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [8, 46] },
      properties: { name: 'home', radius_m: 200, on: ['enter'] },
    });
    const device = await connectRegistered(server, 'late-retracted');
    // Straight through at 20 m/s: inside from the 24th second to the 43rd.
    const way = scriptedDrive({
      start,
      lat: 46 - 0.006,
      lon: 8,
      legs: [
        { seconds: 1, to_kmh: 72 },
        { seconds: 80, to_kmh: 72 },
      ],
    });
    const beginning = way.slice(0, 15);
    const inside = way.slice(30, 40);
    // First only the inside: its side is taken silently. Then what came before it: it had entered after all.
    await device.publish(inside);
    await device.publish(beginning);
    const { alert } = await alerts.waitFor({ kind: 'geofence_enter', vehicle: 'late-retracted', geofence: fence.id });
    expect(alert.status).toBe('open');
    await rest.post(`/alerts/${alert.id}/acknowledge`, { note: 'seen' });
    // Now the fixes between: the entry is earlier than the first fix inside that was known.
    await device.publish(way.slice(15, 30));
    const gone = await alerts.waitFor({ id: alert.id, change: 'retracted' });
    expect(gone.alert).toMatchObject({ status: 'retracted', message: expect.stringMatching(/late data/i) });
    const heir = await alerts.waitFor({ id: gone.alert.replaced_by as string });
    expect(Date.parse(heir.alert.occurred_at)).toBeLessThan(Date.parse(alert.occurred_at));
    expect(await rest.get(`/alerts/${gone.alert.replaced_by}`)).toMatchObject({
      ...{ status: 'acknowledged', replaced_by: null },
      notes: [{ note: 'seen', action: 'acknowledged' }],
    });
    // What is raised comes before what it replaces is taken away, so nobody sees none.
    const order = changesOf('late-retracted').map(({ change }) => change);
    expect(order.lastIndexOf('raised')).toBeLessThan(order.indexOf('retracted'));
  });
});

describe('the live state', () => {
  // Proves: late data never moves a vehicle back on the map.
  test('does not jump back', async () => {
    const device = await connectRegistered(server, 'late-live');
    const now = scriptedDrive({ start: Date.now() - 60_000, legs: [{ seconds: 50, to_kmh: 50 }] });
    await device.publish(now.slice(30));
    const last = now.at(-1)!;
    const seen: unknown[] = [];
    await device.publish(now.slice(0, 30));
    await untilStable('the state', async () => {
      const { ts, lat } = await rest.get<{ ts: string; lat: number }>('/vehicles/late-live/state');
      seen.push({ ts, lat });
      return ts;
    });
    for (const state of seen) expect(state).toEqual({ ts: new Date(last.ts).toISOString(), lat: last.gps.lat });
    expect(await rest.all('/trips', { vehicle: 'late-live' })).toMatchObject([
      { status: 'open', started_at: new Date(now[0]!.ts).toISOString() },
    ]);
  });
});

describe('the books', () => {
  // Proves: whatever came late or twice, each message was recorded or refused, and each event folded, known already, too late or poison.
  test('balance', async () => {
    const device = await connectRegistered(server, 'late-beyond');
    await device.publish({ ts: start });
    // Sixteen days behind the newest of the vehicle: kept raw, counted, and no part of any outcome.
    await device.publish({ ts: start - 16 * 86_400_000, gps: { lat: 1, lon: 1 } });
    const counted = (name: string) => metricValue(server.http, `telltale_${name}_total`);
    await waitFor('the one that is too late', async () => (await counted('events_too_late')) === 1);
    expect(await rest.all('/vehicles/late-beyond/events')).toHaveLength(2);
    expect(await rest.get('/vehicles/late-beyond/state')).toMatchObject({ lat: null });
    const [received, recorded, refused] = [
      await counted('messages_received'),
      await counted('messages_recorded'),
      await counted('messages_refused'),
    ];
    expect(received).toBe(recorded + refused);
    const decoded = await counted('events_decoded');
    const ended = ['events_folded', 'events_duplicate', 'events_too_late', 'events_poisoned'].map(counted);
    expect((await Promise.all(ended)).reduce((sum, count) => sum + count, 0)).toBe(decoded);
  });
});
