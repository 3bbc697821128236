import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { LoadFleet } from '../src/simulator/load/load-fleet.js';
import { restClient } from '../tests/harness/rest-client.js';
import { startTelltale, type Telltale } from '../tests/harness/start-telltale.js';
import type { Figure } from './figure.js';

const CONNECTIONS = 1_000;
const SECONDS = 15;

interface System {
  partitions: { head: number; folded: number; lag: number }[];
  counters: Record<string, number>;
}

/**
 * A server that is killed with a long tail behind its newest snapshots, and started again: how long until it acknowledges, and until it has folded
 * all that was acknowledged before. The tail is what fifteen seconds flat out leave, less what the first snapshots hold.
 */
export const run = async (): Promise<Figure[]> => {
  const server = await startTelltale({ env: { TELLTALE_DEVICE_AUTH: 'open', TELLTALE_LOG_LEVEL: 'error' } });
  try {
    const load = new LoadFleet({
      url: server.mqtt,
      devices: Array.from({ length: CONNECTIONS }, (_, i) => ({ id: `tail-${i}` })),
      eventsPerMessage: 10,
    });
    await load.start();
    await sleep(SECONDS * 1_000);
    const { ackedEvents } = load.stats;
    await server.kill9();
    await load.stop(0);
    const begun = performance.now();
    await server.restart();
    const ready = performance.now() - begun;
    const acknowledged = await firstAcknowledgement(server, begun);
    const { elapsed, events } = await caughtUp(server, begun);
    const note = `${ackedEvents} events acknowledged before the kill, ${CONNECTIONS} vehicles`;
    return [
      { name: 'restart.ready', value: ready, unit: 'ms', note: `from the start of the process; ${note}` },
      { name: 'restart.acknowledged', value: acknowledged, unit: 'ms', note: 'the first message, sent as soon as it was ready' },
      { name: 'restart.caught_up', value: elapsed / 1_000, unit: 's', note: `${events} events were folded again` },
      { name: 'restart.tail', value: events / (elapsed / 1_000), unit: 'events/s', note: 'from the start of the process' },
    ];
  } finally {
    await server.stop();
  }
};

const firstAcknowledgement = async (server: Telltale, begun: number): Promise<number> => {
  const device = await connectAsync(server.mqtt, { clientId: 'first', username: 'first' });
  await device.publishAsync('telltale/v1/first/events', JSON.stringify({ ts: Date.now(), seq: 1 }), { qos: 1 });
  const elapsed = performance.now() - begun;
  await device.endAsync();
  return elapsed;
};

const caughtUp = async (server: Telltale, begun: number): Promise<{ elapsed: number; events: number }> => {
  const rest = restClient(server.http, server.adminToken);
  for (;;) {
    const { partitions, counters } = await rest.get<System>('/system');
    // Ticks come in meanwhile: a few records are no tail.
    if (partitions.every(({ lag }) => lag < 70))
      return { elapsed: performance.now() - begun, events: counters.events_folded_total ?? 0 };
    await sleep(50);
  }
};
