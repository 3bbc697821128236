import { connectDevice, type Device } from './device.js';
import type { RestClient } from './rest-client.js';
import { inArraysOf, type Leg, scriptedDrive } from './scripted-drive.js';
import type { Telltale } from './start-telltale.js';

/** A day long over: nothing that is compared depends on the clock of the run. */
const morning = Date.UTC(2026, 2, 2, 7);
const hour = 3_600_000;

const parked: Leg = { seconds: 420, to_kmh: 0, engine: false };
const ways: Readonly<Record<string, readonly Leg[]>> = {
  calm: [{ seconds: 40, to_kmh: 50 }, { seconds: 120, to_kmh: 50 }, { seconds: 30, to_kmh: 0 }, parked],
  hasty: [
    { seconds: 5, to_kmh: 60 },
    { seconds: 60, to_kmh: 60 },
    { seconds: 4, to_kmh: 5 },
    { seconds: 10, to_kmh: 0 },
    { seconds: 60, to_kmh: 0 },
    { seconds: 5, to_kmh: 55 },
    { seconds: 60, to_kmh: 55 },
    { seconds: 20, to_kmh: 0 },
    parked,
  ],
};
const vehicles = ['van-1', 'van-2', 'bus-3'] as const;
const lat = 52.1;
const lon = 4.3;

/** The devices of a reference day. */
export interface ReferenceFleet {
  devices: Map<string, Device>;
}

/** Registers vehicles, devices and a fence; needs no SQL. */
export const registerReferenceFleet = async ({ mqtt }: Telltale, rest: RestClient): Promise<ReferenceFleet> => {
  const devices = new Map<string, Device>();
  for (const id of vehicles) {
    await rest.post('/vehicles', { id, name: `The ${id}`, class: id === 'bus-3' ? 'bus' : 'van', group: 'city' });
    const { secret } = await rest.post<{ secret: string }>('/devices', { id: `device-${id}`, vehicle: id });
    devices.set(id, await connectDevice({ mqtt, id: `device-${id}`, secret, reconnect: true }));
  }
  await rest.post('/geofences', {
    type: 'Feature',
    id: 'depot',
    geometry: { type: 'Point', coordinates: [lon, lat + 0.008] },
    properties: { name: 'Depot', radius_m: 250 },
  });
  return { devices };
};

/**
 * What every vehicle tells in one hour of the day: a drive and a parking, a new trouble code, some of it late and some of it twice.
 * @param n the hour, from 0
 * @param between awaited after each array, so that a test can stretch the hour
 */
export const tellHour = async (
  { devices }: ReferenceFleet,
  n: number,
  between: () => Promise<unknown> = async () => {},
): Promise<void> => {
  for (const [v, id] of vehicles.entries()) {
    const device = devices.get(id)!;
    const legs = ways[(v + n) % 2 === 0 ? 'hasty' : 'calm']!;
    const drive = scriptedDrive({
      start: morning + n * hour,
      legs,
      lat,
      lon: lon + v * 0.0005,
      driver: `p-${v + 1}`,
      seq: 1 + n * 10_000,
    });
    const arrays: unknown[][] = inArraysOf(30, drive);
    // The second array comes last, the third one twice.
    arrays.push(arrays.splice(1, 1)[0]!, arrays[1]!);
    arrays.push([{ ts: morning + n * hour + 1_000_000, dtc: [`P0${300 + n}`, 'P0420'] }]);
    for (const array of arrays) {
      await device.publish(array);
      await between();
    }
  }
};

/** Who is called what, and that somebody else drove a van for an hour; needs SQL. */
export const tellPeople = async (rest: RestClient): Promise<void> => {
  await rest.post('/drivers', { id: 'p-9', name: 'Relief', group: 'city' });
  await rest.post('/drivers/p-9/assignments', {
    vehicle: 'van-2',
    from: new Date(morning).toISOString(),
    to: new Date(morning + hour - 1).toISOString(),
  });
};

type Wire = Record<string, unknown>;
const without = (names: readonly string[], item: Wire): Wire =>
  Object.fromEntries(Object.entries(item).filter(([name]) => !names.includes(name)));

/** What hangs on when something arrived and was handed over, and on which places in the journal it got. */
const byArrival = ['raised_at', 'latency_ms', 'evidence', 'late', 'handled_at', 'notes'];
const period = { from: '2026-03-01', to: '2026-03-03' };

/** Everything that REST tells of the day out of SQL, without what depends on arrival by its nature. */
export const booksOf = async (rest: RestClient): Promise<Record<string, Wire[]>> => {
  const alerts = await rest.all<Wire>('/alerts', { limit: 7 });
  const trips = await rest.all<Wire>('/trips', { limit: 2 });
  const drivers = await rest.all<Wire>('/drivers', { limit: 2 });
  const told = (alert: Wire): Wire => without(byArrival, alert);
  const byId = (a: Wire, b: Wire): number => (String(a.id) < String(b.id) ? -1 : 1);
  return {
    alerts: alerts
      .filter(({ status }) => status !== 'retracted')
      .map(told)
      .sort(byId),
    trips,
    replays: await Promise.all(
      trips.map(async ({ id }) => {
        const { alerts: shown, ...replay } = await rest.get<Wire & { alerts: Wire[] }>(`/trips/${id}/replay`);
        return { ...replay, alerts: shown.map(told).sort(byId) };
      }),
    ),
    drivers,
    scorecards: await rest.all<Wire>('/scorecards', period),
    cards: await Promise.all(drivers.map(({ id }) => rest.get<Wire>(`/drivers/${id}/scorecard`, period))),
    vehicles: await rest.all<Wire>('/vehicles', { limit: 2 }),
    some: await rest.all<Wire>('/alerts', { vehicle: 'van-2', kind: 'harsh_braking' }).then(found => found.map(told).sort(byId)),
    hour: await rest.all<Wire>('/trips', { driver: 'p-1', from: new Date(morning + hour).toISOString() }),
  };
};
