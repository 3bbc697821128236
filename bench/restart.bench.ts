import { existsSync } from 'node:fs';
import { cp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDataDirectory } from '../src/adapters/leveldb/data-directory.js';
import type { Fact } from '../src/model/fact.js';
import { defaultFleetSettings } from '../src/model/fleet-settings.js';
import { defaultRuleSettings } from '../src/rules/default-rules.js';
import { recordOfFact } from '../src/streams/fleet-registry.js';
import { restClient } from '../tests/harness/rest-client.js';
import { startTelltale, type Telltale } from '../tests/harness/start-telltale.js';
import { tempDir } from '../tests/harness/temp-dir.js';
import type { Figure } from './figure.js';
import { NewcomerLog, newcomers } from './newcomers.js';
import { writeJournal } from './write-journal.js';

/** `TELLTALE_BENCH_EVENTS=10000000` for the long run. */
const EVENTS = Number(process.env.TELLTALE_BENCH_EVENTS ?? 2_000_000);
const VEHICLES = Number(process.env.TELLTALE_BENCH_VEHICLES ?? 10_000);
/** A folder that keeps the tail: written where it is not there, and copied for each run. Its crash is as long ago as it is old. */
const KEPT = process.env.TELLTALE_BENCH_TAIL;
const PER_MESSAGE = 10;
const PARTITIONS = 64;

interface System {
  partitions: { head: number; folded: number; lag: number }[];
  counters: Record<string, number>;
}

/**
 * A server that starts with a long tail behind its snapshots, as after a crash: how long until it acknowledges, and until it has folded all that
 * stands in the journal. The tail is the load script's, always the same but for the hour: it ends now, with a tick in each of its seconds, as a live server
 * writes them, so that snapshots fall due by them; none has been taken before it.
 */
export const run = async (): Promise<Figure[]> => {
  const dataDir = await tempDir('data');
  await tailInto(dataDir);
  const begun = performance.now();
  const server = await startTelltale({
    dataDir,
    env: { TELLTALE_DEVICE_AUTH: 'open', TELLTALE_LOG_LEVEL: 'error' },
    nodeFlags: process.env.TELLTALE_BENCH_NODE_FLAGS?.split(' ') ?? [],
    readyWithinMs: 120_000,
  });
  try {
    const ready = performance.now() - begun;
    const readyCpu = await cpuOf(server.process.pid);
    const log = new NewcomerLog();
    const coming = newcomers(server.mqtt, log);
    await log.first;
    const acknowledged = performance.now() - begun;
    const { elapsed, events, snapshots, rows, alerts } = await caughtUp(server, begun);
    const cpu = await cpuOf(server.process.pid);
    await coming.stop();
    const note = `${EVENTS} events of ${VEHICLES} vehicles in arrays of ${PER_MESSAGE} behind the newest snapshot`;
    const newcomersNote = `of ${log.count} that came while it caught up, five a second: from the connect to the acknowledgement`;
    return [
      { name: 'restart.ready', value: ready, unit: 'ms', note: `from the start of the process; ${note}` },
      {
        name: 'restart.ready_cpu',
        value: readyCpu,
        unit: 'ms',
        note: 'processor time of all threads until then: steadier on a shared machine',
      },
      { name: 'restart.acknowledged', value: acknowledged, unit: 'ms', note: 'the first message, sent as soon as it was ready' },
      { name: 'restart.newcomers_p50', value: log.percentile(50), unit: 'ms', note: newcomersNote },
      { name: 'restart.newcomers_p99', value: log.percentile(99), unit: 'ms' },
      { name: 'restart.newcomers_max', value: log.percentile(100), unit: 'ms' },
      {
        name: 'restart.caught_up',
        value: elapsed / 1_000,
        unit: 's',
        note: `${events} events were folded again, ${snapshots} snapshots, ${rows} rows and ${alerts} changes of alerts written`,
      },
      {
        name: 'restart.cpu',
        value: ((cpu - readyCpu) / events) * 1_000,
        unit: 'us/event',
        note: 'processor time of all threads from ready to caught up',
      },
      {
        name: 'restart.cores',
        value: cpu / elapsed,
        unit: 'cores',
        note: 'of processors that it had, from its start to caught up',
      },
      { name: 'restart.tail', value: events / (elapsed / 1_000), unit: 'events/s', note: 'from the start of the process' },
    ];
  } finally {
    await server.stop();
  }
};

const tailInto = async (dataDir: string): Promise<void> => {
  if (KEPT === undefined) return writeTail(dataDir);
  if (!existsSync(KEPT)) await writeTail(KEPT);
  await rm(dataDir, { recursive: true });
  await cp(KEPT, dataDir, { recursive: true });
};

const writeTail = async (folder: string): Promise<void> => {
  const { journal } = await openDataDirectory(folder, PARTITIONS, 'tail');
  const seconds = Math.ceil(EVENTS / VEHICLES);
  const from = Date.now() - seconds * 1_000;
  const rules = defaultRuleSettings();
  const facts: Fact[] = [
    ...rules.map(rule => ({ type: 'rule_put' as const, rule })),
    { type: 'kinds_installed', kinds: rules.map(({ kind }) => kind) },
    { type: 'settings_put', settings: defaultFleetSettings },
  ];
  const what = { vehicles: VEHICLES, events: EVENTS, eventsPerMessage: PER_MESSAGE, from };
  await writeJournal(
    journal,
    PARTITIONS,
    what,
    facts.map(fact => recordOfFact(fact, from)),
  );
};

/** Processor time of a process so far, ms; Linux counts in hundredths. */
const cpuOf = async (pid: number): Promise<number> => {
  const fields = (await readFile(join('/proc', String(pid), 'stat'), 'utf8')).split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
};

interface CaughtUp {
  elapsed: number;
  events: number;
  snapshots: number;
  rows: number;
  alerts: number;
}

const caughtUp = async (server: Telltale, begun: number): Promise<CaughtUp> => {
  const rest = restClient(server.http, server.adminToken);
  for (;;) {
    // A connection that was kept may be closed just when it is used again.
    const system = await rest.get<System>('/system').catch(() => undefined);
    if (!system) continue;
    const { partitions, counters } = system;
    const { events_folded_total: events = 0, snapshots_total: snapshots = 0 } = counters;
    const { rollup_rows_total: rows = 0, alert_changes_total: alerts = 0 } = counters;
    // Ticks come in meanwhile: a few records are no tail.
    if (events >= EVENTS && partitions.every(({ lag }) => lag < 70))
      return { elapsed: performance.now() - begun, events, snapshots, rows, alerts };
    // The answer counts over all vehicles: asked more often it would be a part of the load.
    await sleep(500);
  }
};
