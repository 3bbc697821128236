import { PerformanceObserver } from 'node:perf_hooks';
import { Counters } from '../src/model/counters.js';
import type { JournalRecord, NewRecord } from '../src/model/record.js';
import type { StateStore } from '../src/ports/state-store.js';
import { defaultRuleSettings } from '../src/rules/default-rules.js';
import { driveEvents } from '../src/simulator/drive-events.js';
import { recordOfFact } from '../src/streams/fleet-registry.js';
import { Shard } from '../src/streams/fold/shard.js';

/** What `scale.bench` is told by a process of its own for each size of the fleet. */
export interface ScaleReport {
  vehicles: number;
  events: number;
  /** Processor time of all threads, the collector's helpers too, µs. */
  cpu_us: number;
  /** Of the main thread's clock in collections of garbage, µs. */
  gc_us: number;
  heap_mb: number;
}

const DRIVES = 200;
const PER_MESSAGE = 10;
const PARTITIONS = 64;
/** As a server has it unless told otherwise. */
const AWAKE = Number(process.env.TELLTALE_AWAKE_VEHICLES ?? 32_768);
/** Messages of each vehicle before and while it is measured: all fleets are equally old. */
const [BEFORE, MEASURED] = [2, 2];
const AT_ONCE = 500;
const FROM = Date.UTC(2026, 0, 5, 8);

const nothingKept: Pick<StateStore, 'get' | 'range' | 'write'> = {
  get: async () => undefined,
  async *range() {},
  write: async () => {},
};

/** Bodies by drive and message. They are shared by the vehicles: what a vehicle remembers is what this is about. */
const drives = (): Buffer[][] => {
  const waiting = new Map<string, string[]>();
  const bodies = new Map<string, Buffer[]>();
  const devices = Array.from({ length: DRIVES }, (_, i) => `v${i}`);
  const until = FROM + (BEFORE + MEASURED + 6) * PER_MESSAGE * 1_000;
  for (const { device, event } of driveEvents({ seed: 'scale', devices, from: FROM, until, incidents: [] })) {
    if (!event) continue;
    const its = waiting.get(device) ?? [];
    waiting.set(device, its);
    its.push(JSON.stringify(event));
    if (its.length < PER_MESSAGE) continue;
    const messages = bodies.get(device) ?? [];
    bodies.set(device, messages);
    messages.push(Buffer.from(`[${its.splice(0).join(',')}]`));
  }
  return [...bodies.values()].filter(({ length }) => length >= BEFORE + MEASURED);
};

const bodies = drives();
let gc_ms = 0;
const collections = new PerformanceObserver(list => {
  for (const { duration } of list.getEntries()) gc_ms += duration;
});
collections.observe({ entryTypes: ['gc'] });

/** A fleet that is new each time drives for a while, every vehicle in turn: none is looked at twice while others could push it out of the caches. */
const drive = async (vehicles: number): Promise<Omit<ScaleReport, 'vehicles'>> => {
  const shard = new Shard({
    journal: { ofVehicle: async function* () {}, oldest: () => 1 },
    state: nothingKept,
    counters: new Counters(),
    partitions: PARTITIONS,
    snapshotEvery: Number.MAX_SAFE_INTEGER,
    mostAwake: Math.floor(AWAKE / PARTITIONS),
  });
  let offset = 1;
  const rules = defaultRuleSettings().map(rule => recordOfFact({ type: 'rule_put', rule }, FROM));
  const placed = (record: NewRecord): JournalRecord => ({ ...record, offset: offset++ });
  for (let p = 0; p < PARTITIONS; p++) {
    await shard.assign(p);
    await shard.fold(p, rules.map(placed));
  }
  const keys = Array.from({ length: vehicles }, (_, n) => `vehicle-${n}`);
  let cpu_us = 0;
  let events = 0;
  let gcBefore = 0;
  for (let round = 0; round < BEFORE + MEASURED; round++) {
    if (round === BEFORE) gcBefore = gc_ms;
    for (let p = 0; p < PARTITIONS; p++) {
      for (let n = p; n < vehicles; n += PARTITIONS * AT_ONCE) {
        const batch: JournalRecord[] = [];
        for (let v = n; v < Math.min(vehicles, n + PARTITIONS * AT_ONCE); v += PARTITIONS) {
          const key = keys[v]!;
          const received = FROM + (round + 1) * PER_MESSAGE * 1_000;
          const header = { kind: 'message' as const, received, format: 'telltale-v1', device: key, topic: '', dup: false };
          batch.push(placed({ key, header, body: bodies[v % bodies.length]![round]! }));
        }
        const before = process.cpuUsage();
        await shard.fold(p, batch);
        const { user, system } = process.cpuUsage(before);
        if (round < BEFORE) continue;
        cpu_us += user + system;
        events += batch.length * PER_MESSAGE;
      }
    }
  }
  await new Promise(resolve => setImmediate(resolve));
  return { events, cpu_us, gc_us: (gc_ms - gcBefore) * 1_000, heap_mb: process.memoryUsage().heapUsed / 1e6 };
};

const [vehicles, least] = process.argv.slice(2).map(Number) as [number, number];
// Compiled first, by another fleet.
for (let n = 0; n < 5; n++) await drive(1_000);
const report: ScaleReport = { vehicles, events: 0, cpu_us: 0, gc_us: 0, heap_mb: 0 };
while (report.events < least) {
  const { events, cpu_us, gc_us, heap_mb } = await drive(vehicles);
  report.events += events;
  report.cpu_us += cpu_us;
  report.gc_us += gc_us;
  report.heap_mb = Math.max(report.heap_mb, heap_mb);
}
process.send?.(report);
process.disconnect?.();
