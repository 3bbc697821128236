import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { LevelJournal } from '../src/adapters/leveldb/leveldb-journal.js';
import { giveWayEvery } from '../src/adapters/system/give-way-every.js';
import { Counters } from '../src/model/counters.js';
import type { NewRecord, Partition, RecordBatch } from '../src/model/record.js';
import { defaultRuleSettings } from '../src/rules/default-rules.js';
import { recordOfFact } from '../src/streams/fleet-registry.js';
import { LocalShards } from '../src/streams/fold/local-shards.js';
import { tempDir } from '../tests/harness/temp-dir.js';
import { MemoryStateStore } from '../tests/simulation/memory-state-store.js';
import type { Figure } from './figure.js';

/** `TELLTALE_BENCH_READINGS=1300000` is one a second for fifteen days. */
const READINGS = Number(process.env.TELLTALE_BENCH_READINGS ?? 200_000);
const PER_MESSAGE = 50;
const PARTITIONS = 4;
const SECOND = 1_000;
const START = Date.UTC(2027, 0, 4);
/** Ticks come so much sooner than in truth; then a tick has less time for its part of the past. */
const FASTER = 1;
const WORK_AT_A_STRETCH = 5;

/**
 * How long others wait for their hand-over while one vehicle that has sent a reading a second for days is folded again from the beginning: from the hand-over of a message to
 * when all that came of it is known, of a vehicle of the same partition that sends at each tick. On a journal on disk, with the state in memory.
 */
export const run = async (): Promise<Figure[]> => {
  const journal = await LevelJournal.open({
    directory: await tempDir('late-past'),
    partitions: PARTITIONS,
    segmentAge: 30 * 86_400_000,
    tailBytes: 1,
    writeAtOnce: 8_192,
  });
  const counters = new Counters();
  const shards = new LocalShards({
    journal,
    state: new MemoryStateStore(),
    counters,
    partitions: PARTITIONS,
    snapshotEvery: 30_000,
    giveWay: giveWayEvery(WORK_AT_A_STRETCH),
  });
  for (let p = 0; p < PARTITIONS; p++) await shards.assign(p);
  const late = 'late';
  const neighbour = Array.from({ length: 99 }, (_, i) => `n-${i}`).find(
    id => journal.partitionOf(id) === journal.partitionOf(late),
  )!;
  let folded = 1;
  /** Appends, and folds what was appended. @returns ms from then on */
  const handOver = async (records: readonly NewRecord[]): Promise<number> => {
    const offsets = await journal.append(records);
    const split = new Map<Partition, RecordBatch>();
    for (let p = 0; p < PARTITIONS; p++) {
      const its = records
        .map((record, i) => ({ ...record, offset: offsets[i]! }))
        .filter(({ key }) => key === '*' || journal.partitionOf(key) === p);
      if (its.length > 0) split.set(p, its);
    }
    const began = performance.now();
    await shards.fold(split, () => {});
    folded = offsets[offsets.length - 1]! + 1;
    const took = performance.now() - began;
    for (let p = 0; p < PARTITIONS; p++) if (shards.snapshotDue(p)) await shards.snapshot(p, []);
    return took;
  };
  const tick = (at: number) => recordOfFact({ type: 'tick', at }, at);
  const message = (device: string, received: number, events: readonly object[]): NewRecord => ({
    key: device,
    header: { kind: 'message', received, format: 'telltale-v1', device, topic: `telltale/v1/${device}/events`, dup: false },
    body: Buffer.from(JSON.stringify(events)),
  });
  await handOver(defaultRuleSettings().map(rule => recordOfFact({ type: 'rule_put', rule }, START)));
  for (let i = 0; i < READINGS; i += PER_MESSAGE) {
    const now = START + (i + PER_MESSAGE) * SECOND;
    const some = Array.from({ length: PER_MESSAGE }, (_, n) => event(i + n)).filter((_, n) => i + n !== 1);
    await handOver([message(late, now, some), tick(now)]);
  }
  const waits: number[] = [];
  const folds = () => counters.get('refolds_total');
  let ticks = 0;
  const began = performance.now();
  for (let i = READINGS; folds() === 0; i++, ticks++) {
    const now = START + i * SECOND;
    const records = [message(neighbour, now, [event(i)]), message(late, now, [event(i)])];
    if (ticks === 2) records.push(message(late, now, [event(1)]));
    const next = began + ((ticks + 1) * SECOND) / FASTER;
    waits.push(await handOver([...records, tick(now)]));
    if (performance.now() < next) await sleep(next - performance.now());
  }
  await shards.close();
  await journal.close();
  const ended = waits[waits.length - 1]!;
  waits.sort((a, b) => a - b);
  const note = `${READINGS} readings at 1 Hz, then the second of them; ${ticks} ticks, ${counters.get('refolds_waited_for_total')} waited for; ${folded} records`;
  return [
    { name: 'late_past.wait.longest', value: waits[waits.length - 1]!, unit: 'ms', note },
    { name: 'late_past.wait.p50', value: waits[Math.floor(waits.length / 2)]!, unit: 'ms' },
    { name: 'late_past.wait.p99', value: waits[Math.floor(waits.length * 0.99)]!, unit: 'ms' },
    { name: 'late_past.wait.at_its_end', value: ended, unit: 'ms', note: 'at the tick where it takes effect' },
  ];
};

/** Drives of an hour and a half, with ten minutes between. */
const event = (i: number): object => {
  const drives = i % 6_000 < 5_400;
  return {
    ...{ ts: START + i * SECOND, seq: i + 1, ignition: drives },
    gps: { lat: 50 + (i % 6_000) * 0.0001, lon: 8, speed_kmh: drives ? 40 : 0 },
    signals: { vehicle_speed: drives ? 40 : 0, engine_rpm: drives ? (i % 500 < 10 ? 7_000 : 2_000) : 0 },
  };
};
