import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { restClient } from '../tests/harness/rest-client.js';
import { startTelltale, type Telltale } from '../tests/harness/start-telltale.js';
import type { Figure } from './figure.js';
import { writeJournal } from './write-journal.js';

/** `TELLTALE_BENCH_EVENTS=10000000` for the long run. */
const EVENTS = Number(process.env.TELLTALE_BENCH_EVENTS ?? 2_000_000);
const VEHICLES = Number(process.env.TELLTALE_BENCH_VEHICLES ?? 10_000);
const PER_MESSAGE = 10;
const PARTITIONS = 64;

interface System {
  partitions: { head: number; folded: number; lag: number }[];
  counters: Record<string, number>;
}

/**
 * A server that starts with a long tail behind its snapshots, as after a crash: how long until it acknowledges, and until it has folded all that
 * stands in the journal. The tail is written into the data directory of a server that was stopped.
 */
export const run = async (): Promise<Figure[]> => {
  const server = await startTelltale({
    env: { TELLTALE_DEVICE_AUTH: 'open', TELLTALE_LOG_LEVEL: 'error' },
    readyWithinMs: 120_000,
  });
  try {
    await server.stop();
    const seconds = Math.ceil(EVENTS / VEHICLES);
    const what = { vehicles: VEHICLES, events: EVENTS, eventsPerMessage: PER_MESSAGE, from: Date.now() - seconds * 1_000 };
    await writeJournal(join(server.dataDir, 'journal'), PARTITIONS, what);
    const begun = performance.now();
    await server.restart();
    const ready = performance.now() - begun;
    const readyCpu = await cpuOf(server.process.pid);
    const acknowledged = await firstAcknowledgement(server, begun);
    const { elapsed, events, snapshots } = await caughtUp(server, begun);
    const cpu = await cpuOf(server.process.pid);
    const note = `${EVENTS} events of ${VEHICLES} vehicles in arrays of ${PER_MESSAGE} behind the newest snapshot`;
    return [
      { name: 'restart.ready', value: ready, unit: 'ms', note: `from the start of the process; ${note}` },
      {
        name: 'restart.ready_cpu',
        value: readyCpu,
        unit: 'ms',
        note: 'processor time of all threads until then: steadier on a shared machine',
      },
      { name: 'restart.acknowledged', value: acknowledged, unit: 'ms', note: 'the first message, sent as soon as it was ready' },
      {
        name: 'restart.caught_up',
        value: elapsed / 1_000,
        unit: 's',
        note: `${events} events were folded again, ${snapshots} snapshots written`,
      },
      {
        name: 'restart.cpu',
        value: ((cpu - readyCpu) / events) * 1_000,
        unit: 'us/event',
        note: 'processor time of all threads from ready to caught up',
      },
      { name: 'restart.tail', value: events / (elapsed / 1_000), unit: 'events/s', note: 'from the start of the process' },
    ];
  } finally {
    await server.stop();
  }
};

/** Processor time of a process so far, ms; Linux counts in hundredths. */
const cpuOf = async (pid: number): Promise<number> => {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
};

const firstAcknowledgement = async (server: Telltale, begun: number): Promise<number> => {
  const device = await connectAsync(server.mqtt, { clientId: 'first', username: 'first' });
  await device.publishAsync('telltale/v1/first/events', JSON.stringify({ ts: Date.now(), seq: 1 }), { qos: 1 });
  const elapsed = performance.now() - begun;
  await device.endAsync();
  return elapsed;
};

const caughtUp = async (server: Telltale, begun: number): Promise<{ elapsed: number; events: number; snapshots: number }> => {
  const rest = restClient(server.http, server.adminToken);
  for (;;) {
    // A connection that was kept may be closed just when it is used again.
    const system = await rest.get<System>('/system').catch(() => undefined);
    if (!system) continue;
    const { partitions, counters } = system;
    // Ticks come in meanwhile: a few records are no tail.
    if (partitions.every(({ lag }) => lag < 70)) {
      const { events_folded_total: events = 0, snapshots_total: snapshots = 0 } = counters;
      return { elapsed: performance.now() - begun, events, snapshots };
    }
    await sleep(200);
  }
};
