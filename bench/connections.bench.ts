import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { descriptorLimit, descriptorsFor } from '../src/cli/simulate/descriptor-limit.js';
import { LoadFleet } from '../src/simulator/load/load-fleet.js';
import { restClient } from '../tests/harness/rest-client.js';
import { startTelltale } from '../tests/harness/start-telltale.js';
import type { Figure } from './figure.js';

const WANTED = Number(process.env.TELLTALE_BENCH_CONNECTIONS ?? 30_000);
/** Events of the whole fleet, in arrays of ten. */
const EVENTS_PER_SECOND = 30_000;
const SECONDS = 30;
const SOURCES = 4;
/** At most so long until the fleet is registered and nothing waits. */
const SETTLE_S = 120;

/**
 * As many connections as the aim names, or as the limit of file descriptors allows: how long they take to come in, what each costs while it
 * is silent, and how long acknowledgements take while all of them report in turn.
 */
export const run = async (): Promise<Figure[]> => {
  const limit = descriptorLimit();
  const connections = descriptorsFor(WANTED) <= limit ? WANTED : limit - descriptorsFor(0);
  const note =
    connections === WANTED
      ? `${connections} connections from ${SOURCES} addresses`
      : `${connections} connections from ${SOURCES} addresses: ${limit} file descriptors are all that is allowed here, ${WANTED} need ${descriptorsFor(WANTED)} (ulimit -n)`;
  const server = await startTelltale({
    env: { TELLTALE_DEVICE_AUTH: 'open', TELLTALE_LOG_LEVEL: 'error' },
    readyWithinMs: 120_000,
  });
  const { pid } = server.process;
  const rest = restClient(server.http, server.adminToken);
  const counters = async () => (await rest.get<{ counters: Record<string, number> }>('/system')).counters;
  try {
    const before = await residentBytes(pid);
    const load = new LoadFleet({
      url: server.mqtt,
      devices: Array.from({ length: connections }, (_, i) => ({ id: `c-${i}` })),
      sources: SOURCES,
      rate: EVENTS_PER_SECOND,
    });
    const began = performance.now();
    await load.start();
    const opened_s = (performance.now() - began) / 1_000;
    const silent = await residentBytes(pid);
    const descriptors = (await readdir(`/proc/${pid}/fd`)).length;
    const sources = await connectionsBySource(Number(new URL(server.mqtt).port));
    // Every device is heard once, and registered then: that is another case, and what piled up meanwhile has to be gone.
    for (let quiet = 0, waited = 0; quiet < 5 && waited < SETTLE_S; waited++) {
      load.resetStats();
      await sleep(1_000);
      quiet = load.stats.ackedMessages > 0 && load.stats.ack_p99_ms < 1_000 ? quiet + 1 : 0;
    }
    load.resetStats();
    await sleep(SECONDS * 1_000);
    const { ack_p50_ms, ack_p99_ms, events_per_s, behind, lostConnections } = load.stats;
    const reporting = await residentBytes(pid);
    await load.stop();
    const { mqtt_connections_refused_full: refused = 0, mqtt_thread_ends: ends = 0 } = await counters();
    const said = `${note}; ${lostConnections} lost, ${refused} refused, ${ends} broker threads ended`;
    return [
      { name: 'connections.open', value: connections / opened_s, unit: '/s', note },
      {
        name: 'connections.silent',
        value: (silent - before) / connections,
        unit: 'B/connection',
        note: 'resident memory of the server',
      },
      {
        name: 'connections.sources',
        value: sources.size,
        unit: 'addresses',
        note: [...sources].map(([address, count]) => `${count} from ${address}`).join(', '),
      },
      { name: 'connections.descriptors', value: descriptors, unit: 'of the server', note },
      { name: 'connections.acknowledged', value: events_per_s, unit: 'events/s', note: `${said}; ${behind} messages behind` },
      { name: 'connections.ack_p50', value: ack_p50_ms, unit: 'ms', note: `${EVENTS_PER_SECOND} events/s in arrays of 10` },
      { name: 'connections.ack_p99', value: ack_p99_ms, unit: 'ms' },
      { name: 'connections.memory', value: reporting / 2 ** 20, unit: 'MiB', note: `resident, ${connections} vehicles` },
    ];
  } finally {
    await server.stop();
  }
};

/** Open connections to a port of this machine by the address they come from, as the kernel lists them. */
const connectionsBySource = async (port: number): Promise<Map<string, number>> => {
  const found = new Map<string, number>();
  const ESTABLISHED = '01';
  for (const line of (await readFile('/proc/net/tcp', 'utf8')).split('\n').slice(1)) {
    const [, local, remote, state] = line.trim().split(/\s+/);
    if (state !== ESTABLISHED || Number.parseInt(remote!.split(':')[1]!, 16) !== port) continue;
    const address = local!
      .split(':')[0]!
      .match(/../g)!
      .reverse()
      .map(byte => Number.parseInt(byte, 16))
      .join('.');
    found.set(address, (found.get(address) ?? 0) + 1);
  }
  return found;
};

const residentBytes = async (pid: number): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1_024;
};
