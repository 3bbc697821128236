import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LevelJournal } from '../src/adapters/leveldb/leveldb-journal.js';
import type { NewRecord } from '../src/model/record.js';
import { LatencyHistogram } from '../src/simulator/load/latency-histogram.js';
import type { Figure } from './figure.js';

const DAY = 86_400_000;
const DAYS = 4;
/** A day that is dropped: so many records of a kilobyte that nothing compresses. */
const RECORDS = Number(process.env.TELLTALE_BENCH_EVENTS ?? 100_000);
const VEHICLES = 10_000;
const SECONDS = 8;
/** Appends a second, of some records each, as groups of a listener come. */
const APPENDS = 100;
const AT_ONCE = 20;

/**
 * Appends at a steady pace, and how long each waits for the disk: by themselves, while the oldest day is dropped, and while the open day is sealed and the
 * next one begun. The pace is an open loop: an append that has to wait counts from when it was due.
 */
export const run = async (): Promise<Figure[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'retention-bench-'));
  const journal = await LevelJournal.open({
    directory: join(folder, 'journal'),
    partitions: 64,
    segmentAge: DAY,
    tailBytes: 1,
    writeAtOnce: 8_192,
  });
  try {
    let n = 0;
    const record = (received: number): NewRecord => {
      const id = `v-${n++ % VEHICLES}`;
      // Different each time, and cheap.
      const at = (n * 7_919) % 4_000_000;
      return {
        key: id,
        header: { kind: 'message', received, format: 'telltale-v1', device: id, topic: `telltale/v1/${id}/events`, dup: false },
        body: noise.subarray(at, at + 1_000),
      };
    };
    for (let day = 0; day < DAYS; day++)
      for (let left = RECORDS; left > 0; left -= 2_000)
        await journal.append(Array.from({ length: 2_000 }, () => record(day * DAY + 1 + (RECORDS - left))));
    const last = (DAYS - 1) * DAY;
    const paced = async (received: number, meanwhile?: () => Promise<unknown>) => {
      const latencies = new LatencyHistogram();
      const began = performance.now();
      let under: Promise<unknown> | undefined;
      const waiting = new Set<Promise<void>>();
      for (let i = 0; i < SECONDS * APPENDS; i++) {
        const due = began + (i * 1_000) / APPENDS;
        if (performance.now() < due) await sleep(due - performance.now());
        if (i === (SECONDS * APPENDS) / 4) under = meanwhile?.();
        const appended = journal.append(Array.from({ length: AT_ONCE }, () => record(received))).then(() => {
          latencies.record(performance.now() - due);
          waiting.delete(appended);
        });
        waiting.add(appended);
      }
      await Promise.all(waiting);
      await under;
      return latencies;
    };
    await paced(last + DAY / 2);
    const alone = await paced(last + DAY / 2);
    let took = 0;
    const dropping = await paced(last + DAY / 2, async () => {
      const begun = performance.now();
      if ((await journal.forget(DAY, Number.MAX_SAFE_INTEGER)).removed !== 1) throw new Error('no day was dropped');
      took = performance.now() - begun;
    });
    // The first append of the next day seals the one before.
    const sealing = await paced(last + 2 * DAY);
    const figures = (name: string, latencies: LatencyHistogram, note: string): Figure[] => [
      { name: `retention.${name}.p99`, value: latencies.at(0.99), unit: 'ms', note },
      { name: `retention.${name}.longest`, value: latencies.max, unit: 'ms' },
    ];
    return [
      ...figures('alone', alone, `${APPENDS} appends of ${AT_ONCE} records a second for ${SECONDS} s, from due to on disk`),
      ...figures(
        'dropping_a_day',
        dropping,
        `a day of ${(RECORDS / 1_000).toFixed(0)} MB is dropped meanwhile, in ${took.toFixed(0)} ms`,
      ),
      ...figures('sealing_a_day', sealing, `the open day with ${RECORDS} records of ${VEHICLES} vehicles is sealed meanwhile`),
    ];
  } finally {
    await journal.close();
    await rm(folder, { recursive: true, force: true });
  }
};

/** Nothing compresses it. */
const noise = Buffer.alloc(4_001_000);
for (let at = 0, state = 1; at < noise.length; at++) {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  noise[at] = state >>> 24;
}
