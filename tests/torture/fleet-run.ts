import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { connectDevice, type Device } from '../harness/device.js';
import { restClient } from '../harness/rest-client.js';
import { startTelltale, type Telltale } from '../harness/start-telltale.js';
import { untilStable } from '../harness/until-stable.js';
import { waitFor } from '../harness/wait-for.js';
import { fleetDrive } from '../simulation/fleet-drive.js';
import { holdAlive, READY_MS } from './scenario.js';
import { starvedBetween, starvedOf, watchStandstill } from './starvation.js';

const VEHICLES = 6;
const MINUTES = 15;
const PER_MESSAGE = 5;
/** Messages of a device that may be without an acknowledgement. */
const IN_FLIGHT = 4;
/** Long, since a busy machine is no fault: what does not come back at all is told by what it waits for. */
const SETTLED_WITHIN_MS = 300_000;
/** Devices need no secret and logs are short: what is tried here is not the log-in. */
export const OPEN = { TELLTALE_DEVICE_AUTH: 'open', TELLTALE_LOG_LEVEL: 'warn' };

type Row = Record<string, unknown>;
/** What a device said that was acknowledged, by device. */
export type Acked = Map<string, number[]>;

/** The drives of a small fleet in messages of five events, by device; the same for the same seed. */
export const fleetMessages = (seed: string): Map<string, Row[][]> => {
  const messages = new Map<string, Row[][]>();
  for (const { device, text } of fleetDrive(seed, VEHICLES, MINUTES)) {
    const its = messages.get(device) ?? [];
    messages.set(device, its);
    const last = its.at(-1);
    if (last && last.length < PER_MESSAGE) last.push(JSON.parse(text));
    else its.push([JSON.parse(text)]);
  }
  return messages;
};

/** As a device does that keeps what was not acknowledged: mqtt.js gives some up where a connection breaks while it is resumed. */
export const publishSurely = async (device: Device, events: unknown): Promise<void> => {
  for (;;) {
    try {
      return await device.publish(events);
    } catch {
      await wait(200);
    }
  }
};

/**
 * Sends all of it, each device at its own pace, over every break; resolves when everything was acknowledged.
 * @param pause waited for before each message, with the share of its messages that the device has sent
 */
export const publishFleet = async (
  mqtt: string,
  messages: Map<string, Row[][]>,
  pause: (sent: number) => Promise<void> = async () => {},
): Promise<Acked> => {
  const acked: Acked = new Map();
  const send = async (device: Device): Promise<void> => {
    const seqs: number[] = [];
    acked.set(device.id, seqs);
    const waiting = new Set<Promise<void>>();
    const its = messages.get(device.id)!;
    for (const [n, events] of its.entries()) {
      await pause(n / its.length);
      const sent = publishSurely(device, events).then(() => {
        seqs.push(...events.map(event => event.seq as number));
        waiting.delete(sent);
      });
      waiting.add(sent);
      if (waiting.size >= IN_FLIGHT) await Promise.race(waiting);
    }
    await Promise.all(waiting);
    await device.close();
  };
  const devices = await Promise.all([...messages.keys()].map(id => connectDevice({ mqtt, id, secret: '', reconnect: true })));
  await Promise.all(devices.map(send));
  return acked;
};

/** What is the same in every run: nothing of arrival, and nothing that ends by the clock of the run. */
const outcomesOf = async (server: Telltale) => {
  const rest = restClient(server.http, server.adminToken);
  const byId = (a: Row, b: Row): number => (String(a.id) < String(b.id) ? -1 : 1);
  const devices = new Set(['v-1', 'v-2', 'v-3', 'v-4', 'v-5', 'v-6']);
  const ours = ({ vehicle }: Row): boolean => devices.has(String(vehicle));
  const [trips, alerts] = [await rest.all<Row>('/trips'), await rest.all<Row>('/alerts')];
  return {
    trips: trips
      .filter(ours)
      .map(({ status: _s, ended_at: _e, ...trip }) => trip)
      .sort(byId),
    alerts: alerts
      .filter(ours)
      .filter(({ status, kind }) => status !== 'retracted' && kind !== 'device_offline')
      .map(({ raised_at: _r, late: _l, latency_ms: _m, evidence: _v, ...alert }) => alert)
      .sort(byId),
  };
};

const settledOutcomes = async (server: Telltale) => {
  const rest = restClient(server.http, server.adminToken);
  let waits = 'nothing was answered';
  const settled = async (): Promise<boolean> => {
    const { partitions, database } = await rest.get<{
      partitions: { lag: number }[];
      database: { up: boolean; pending_rows: number };
    }>('/system');
    const lag = Math.max(...partitions.map(partition => partition.lag));
    waits = `${lag} records to fold, ${database.pending_rows} rows for a database that is ${database.up ? 'up' : 'away'}`;
    return database.up && lag < 3 && database.pending_rows === 0;
  };
  await waitFor('everything to be folded and rolled up', settled, { timeoutMs: SETTLED_WITHIN_MS, everyMs: 250 }).catch(error => {
    throw new Error(`${error.message}: ${waits}`, { cause: error });
  });
  return untilStable('trips and alerts', () => outcomesOf(server), { timeoutMs: 60_000 });
};

/**
 * Holds what a server made of the fleet's messages, after whatever was done to it, against a server left in peace.
 * @returns what was compared, in words @throws {Error} something acknowledged is not stored, or an outcome differs
 */
export const compareWithPeace = async (server: Telltale, messages: Map<string, Row[][]>, acked: Acked): Promise<string> => {
  await holdAlive(server);
  try {
    return await compared(server, messages, acked);
  } catch (cause) {
    await holdAlive(server, cause);
    throw cause;
  }
};

const compared = async (server: Telltale, messages: Map<string, Row[][]>, acked: Acked): Promise<string> => {
  const rest = restClient(server.http, server.adminToken);
  let events = 0;
  for (const [device, seqs] of acked) {
    const records = await rest.all<{ events: { seq: number }[] }>(`/vehicles/${device}/events`);
    const stored = new Set(records.flatMap(record => record.events.map(({ seq }) => seq)));
    const lost = seqs.filter(seq => !stored.has(seq));
    if (lost.length > 0) throw new Error(`${lost.length} acknowledged events of ${device} are lost: seq ${lost.slice(0, 5)}`);
    events += seqs.length;
  }
  const calm = await startTelltale({ env: OPEN, readyWithinMs: READY_MS });
  try {
    await publishFleet(calm.mqtt, messages);
    const [got, wanted] = [await settledOutcomes(server), await settledOutcomes(calm)];
    for (const what of ['trips', 'alerts'] as const) {
      if (!isDeepStrictEqual(got[what], wanted[what]))
        throw new Error(`${what} differ: ${firstDifference(got[what], wanted[what])}`);
    }
    if (wanted.alerts.length === 0 || wanted.trips.length === 0) throw new Error('the drives gave nothing to compare');
    return `${events} acknowledged events stored, ${wanted.trips.length} trips and ${wanted.alerts.length} alerts as in peace`;
  } finally {
    await calm.stop();
  }
};

const firstDifference = (got: readonly Row[], wanted: readonly Row[]): string => {
  const without = (some: readonly Row[], others: readonly Row[]): string =>
    some
      .filter(({ id }) => !others.some(other => other.id === id))
      .map(({ id, kind, vehicle, occurred_at, dtc }) => JSON.stringify({ id, kind, vehicle, occurred_at, dtc }))
      .join(' ');
  const changed = wanted.flatMap(row => {
    const other = got.find(({ id }) => id === row.id);
    const fields = other ? Object.keys(row).filter(name => !isDeepStrictEqual(row[name], other[name])) : [];
    return fields.map(name => `${row.id}.${name} ${JSON.stringify(other![name])} for ${JSON.stringify(row[name])}`);
  });
  return `${got.length} for ${wanted.length}; missing: ${without(wanted, got)}; too many: ${without(got, wanted)}; changed: ${changed.slice(0, 5).join(', ').slice(0, 1_000)}`;
};

/**
 * A device that sends four times a second for as long as it is asked to, and how long its longest wait for an acknowledgement was.
 * @param pid of the server: what it waited for a processor, and what we ourselves stood still, is taken off in `longest_own_ms`: a busy machine is no
 * fault, and neither is one where everything is stopped for a while
 */
export const startWitness = async (mqtt: string, id: string, pid?: number) => {
  const device = await connectDevice({ mqtt, id, secret: '', reconnect: true });
  let running = true;
  let longest_ms = 0;
  let longest_own_ms = 0;
  let sent = 0;
  const standstill = watchStandstill();
  const loop = (async () => {
    while (running) {
      const before = pid === undefined ? undefined : await starvedOf(pid);
      const stood = standstill.stood();
      const began = performance.now();
      await publishSurely(device, { ts: Date.now(), seq: ++sent, gps: { lat: 52, lon: 4, speed_kmh: 0 } });
      const waited = performance.now() - began;
      longest_ms = Math.max(longest_ms, waited);
      const held = standstill.stood() - stood;
      const starved = before === undefined ? 0 : starvedBetween(pid!, before, await starvedOf(pid!));
      longest_own_ms = Math.max(longest_own_ms, waited - held - starved);
      await wait(250);
    }
  })();
  return {
    end: async () => {
      running = false;
      await loop;
      standstill.end();
      await device.close();
      return { longest_ms: Math.round(longest_ms), longest_own_ms: Math.round(longest_own_ms), sent };
    },
  };
};
