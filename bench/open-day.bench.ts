import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { journalDefaults, LevelJournal } from '../src/adapters/leveldb/leveldb-journal.js';
import { OpenIndex } from '../src/adapters/leveldb/open-index.js';
import { openLevel } from '../src/adapters/leveldb/open-level.js';
import { ThreadedCloser } from '../src/adapters/leveldb/threaded-closer.js';
import { type NewRecord, RecordOrigin } from '../src/model/record.js';
import { tempDir } from '../tests/harness/temp-dir.js';
import { cpuEach, cpuSpent } from './cpu-spent.js';
import type { Figure } from './figure.js';
import { headerOf } from './write-journal.js';

/** `TELLTALE_BENCH_RECORDS=20000000` for more of a day. */
const RECORDS = Number(process.env.TELLTALE_BENCH_RECORDS ?? 3_000_000);
const VEHICLES = 30_000;
const PARTITIONS = 64;
const AT_ONCE = 1_000;
const LOOKED_UP = 200;
/** Records of all vehicles in an hour at 19,000 a second would be 68 million: where there are fewer, an hour is what a vehicle has 60 of. */
const HOUR_RECORDS = 60 * VEHICLES;
const DAY = 86_400_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/**
 * What a long day costs the journal: memory that stays for where records of the open segment stand, the processor's time to append one, how long a vehicle's records of an
 * hour take to find (amid the day, at its end, right after a start), and how long the start takes after a crash.
 */
export const run = async (): Promise<Figure[]> => {
  const directory = await tempDir('open-day');
  const open = () =>
    LevelJournal.open({
      directory,
      partitions: PARTITIONS,
      ...journalDefaults,
      segmentAge: 2 * DAY,
      tailBytes: 1,
      closer: new ThreadedCloser(PARTITIONS, () => {}),
    });
  const journal = await open();
  const next = records();
  for (let n = 0; n < 300_000; n += AT_ONCE) await journal.append(next());
  const figures = await indexAlone();
  const before = await cpuSpent();
  let longest = 0;
  for (let n = 0; n < RECORDS; n += AT_ONCE) {
    const began = performance.now();
    await journal.append(next());
    longest = Math.max(longest, performance.now() - began);
  }
  const spent = cpuEach(before, await cpuSpent(), RECORDS);
  const note = `${RECORDS} records of ${VEHICLES} vehicles in one segment, ${AT_ONCE} in a write`;
  figures.push(
    { name: 'open_day.append.main', value: spent.main, unit: 'us/record', note: `processor, main thread; ${note}` },
    { name: 'open_day.append.all', value: spent.all, unit: 'us/record', note: 'processor, all threads' },
    { name: 'open_day.append.longest', value: longest, unit: 'ms', note: 'one write with its sync' },
  );
  const last = Math.max(...journal.head().values());
  const middle = Math.floor(last / 2);
  figures.push(...(await lookUps('amid', journal, middle, middle + HOUR_RECORDS)));
  figures.push(...(await lookUps('newest', journal, last - HOUR_RECORDS, last)));
  figures.push(...(await lookUps('few', journal, middle, middle + VEHICLES * 2)));
  await journal.close();
  const begun = performance.now();
  const again = await open();
  figures.push({ name: 'open_day.start', value: performance.now() - begun, unit: 'ms', note: 'opening the journal again' });
  const asked = performance.now();
  let found = 0;
  for await (const batch of again.ofVehicle('tail-77', 0, last)) found += batch.length;
  figures.push({
    name: 'open_day.first_look',
    value: performance.now() - asked,
    unit: 'ms',
    note: `all ${found} records of one vehicle, the first question after the start`,
  });
  await again.close();
  return figures;
};

/** What of the index stays in memory: beside the rest of a journal, whose room for what is on its way comes and goes, it would not be seen. */
const indexAlone = async (): Promise<Figure[]> => {
  const db = await openLevel(await tempDir('open-index'), { cacheBytes: 2 * 1024 * 1024 });
  const index = await OpenIndex.open(db, { pieces: 4, spilled: 5 });
  const vehicles = Array.from({ length: VEHICLES }, (_, v) => `tail-${v}`);
  const before = await memoryNow();
  let most = 0;
  for (let n = 1; n <= RECORDS; n++) {
    index.add(vehicles[(n * 7_919) % VEHICLES]!, n);
    if (!index.isDue()) continue;
    const piece = db.batch();
    index.putPiece(piece);
    await piece.write({ sync: false });
    index.wrote();
    most = Math.max(most, process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers);
  }
  const { heap, buffers } = await memoryNow();
  const asked = await index.between('tail-77', 0, RECORDS);
  await db.close();
  const note = `after ${RECORDS} records of ${VEHICLES} vehicles; ${asked.length} of the one that was asked for`;
  return [
    { name: 'open_day.index', value: (heap + buffers - before.heap - before.buffers) / 1e6, unit: 'MB', note },
    {
      name: 'open_day.index.most',
      value: (most - before.heap - before.buffers) / 1e6,
      unit: 'MB',
      note: 'with what was to be collected',
    },
  ];
};

/** Vehicles in an order of their own each second, as they would come. */
const records = (): (() => NewRecord[]) => {
  const origins: { key: string; header: NewRecord['header']; origin: RecordOrigin }[] = [];
  const received = Date.UTC(2027, 0, 15);
  for (let v = 0; v < VEHICLES; v++) {
    const id = `tail-${v}`;
    const header = headerOf(id, received);
    origins.push({ key: id, header, origin: new RecordOrigin(id, id, 'telltale-v1', header.topic) });
  }
  let n = 0;
  const body = Buffer.alloc(100, '{"ts":1800000000000,"lat":52.520008,"lon":13.404954,"speed_kmh":48.5,"heading_deg":271}');
  return () => {
    const some: NewRecord[] = [];
    for (let i = 0; i < AT_ONCE; i++, n++) {
      const round = Math.floor(n / VEHICLES);
      const { key, header, origin } = origins[(n * 7_919 + round * 31) % VEHICLES]!;
      some.push({ key, header: { ...header, received: received + Math.floor(n / 19) }, body, origin });
    }
    return some;
  };
};

const memoryNow = async (): Promise<{ heap: number; buffers: number }> => {
  for (let i = 0; i < 4; i++) {
    collect();
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return { heap: heapUsed, buffers: arrayBuffers };
};

const lookUps = async (where: string, journal: LevelJournal, from: number, to: number): Promise<Figure[]> => {
  const took: number[] = [];
  let found = 0;
  for (let i = 0; i < LOOKED_UP; i++) {
    const began = performance.now();
    for await (const batch of journal.ofVehicle(`tail-${(i * 149) % VEHICLES}`, from, to)) found += batch.length;
    took.push(performance.now() - began);
  }
  took.sort((a, b) => a - b);
  const note = `${(found / LOOKED_UP).toFixed(0)} records of a vehicle among ${to - from}, read from disk`;
  return [50, 99].map(p => ({
    name: `open_day.look_up.${where}.p${p}`,
    value: took[Math.floor((took.length * p) / 100)]!,
    unit: 'ms',
    note,
  }));
};
