import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Counters } from '../src/model/counters.js';
import type { JournalRecord, NewRecord } from '../src/model/record.js';
import { type StateStore, type StateWrite, textOfValue } from '../src/ports/state-store.js';
import { defaultRuleSettings } from '../src/rules/default-rules.js';
import { driveEvents } from '../src/simulator/drive-events.js';
import { recordOfFact } from '../src/streams/fleet-registry.js';
import type { StatePacker } from '../src/streams/fold/asleep/state-packer.js';
import type { FoldContext } from '../src/streams/fold/fold-context.js';
import { shownOf } from '../src/streams/fold/live-view.js';
import type { PartitionFold } from '../src/streams/fold/partition-fold.js';
import { Shard } from '../src/streams/fold/shard.js';
import type { Vehicle } from '../src/streams/fold/vehicle.js';
import type { Figure } from './figure.js';
import { heapParts } from './heap-parts.js';

const VEHICLES = 40;
const COPIES = 25;
const SECONDS = 12 * 60;
const AT_ONCE = 2_000;
const AWAKE = 100;
const ROUNDS = 20;
const PARKED = 90 * 60_000;
const SNAPSHOT_EVERY = 30_000;
const POSITION = 'fold/position/';
const FROM = Date.UTC(2026, 0, 5, 8);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** A store that keeps the position, and of all else a count: what a snapshot takes away from memory is not to come back as the store's own. */
class ForgetfulStore implements StateStore {
  vehicles = 0;
  bytes = 0;

  private position: string | undefined;

  get = async (key: string) => (key.startsWith(POSITION) ? this.position : undefined);
  getMany = async (keys: readonly string[]) => keys.map(() => undefined);
  async *range() {}
  close = async () => {};

  async write(writes: readonly StateWrite[]): Promise<void> {
    for (const write of writes) {
      if ('put' in write && write.put.startsWith(POSITION)) this.position = textOfValue(write.value);
      if (!('put' in write) || !write.put.startsWith('fold/vehicle/')) continue;
      this.vehicles++;
      this.bytes += write.value.length;
    }
  }
}

/** Takes records into the one partition, at the offsets that come next. */
type FoldAt = (records: readonly NewRecord[]) => Promise<void>;

/** By its name they are found in a snapshot of the heap. */
class MeasuredVehicles {
  constructor(readonly things: readonly Vehicle[]) {}
}

/** Parts smaller than this are summed up. */
const LEAST = 50;
const DEPTH = 5;

/** What a vehicle takes while it drives, after twelve minutes of events once a second: memory, open chunk, live view and all. */
export const run = async (): Promise<Figure[]> => {
  // Compiled code and what it learns of types are no part of a vehicle: some megabytes, once.
  await driven(1, VEHICLES / 10);
  const crowd = await crowded();
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const { shard, state, fold } = await driven(COPIES, Number.POSITIVE_INFINITY);
  collectGarbage();
  const perVehicle = (process.memoryUsage().heapUsed - before) / (VEHICLES * COPIES);
  const parts = await partsOf(shard);
  const note = `${VEHICLES * COPIES} vehicles on the road, ${SECONDS / 60} minutes at 1 Hz`;
  return [
    { name: 'memory.per_vehicle', value: perVehicle, unit: 'B', note: `heap; ${note}; target 4,000` },
    {
      name: 'memory.snapshot_per_vehicle',
      value: state.bytes / state.vehicles,
      unit: 'B',
      note: 'JSON of one vehicle that changed, as a snapshot holds it',
    },
    ...parts,
    await parked(shard, fold, before),
    ...crowd,
  ];
};

/** The same on the road, of whom few may be awake: what a vehicle of a fleet takes that is ten times as large as what may be. */
const crowded = async (): Promise<Figure[]> => {
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const { shard } = await driven(COPIES, AWAKE);
  collectGarbage();
  const perVehicle = (process.memoryUsage().heapUsed - before) / (VEHICLES * COPIES);
  const { partitions, context } = shard as unknown as { partitions: Map<number, PartitionFold>; context: FoldContext };
  const packed = [...partitions.get(0)!.vehicles.values()].flatMap(({ asleep }) => (asleep ? [asleep.packed] : []));
  const note = `heap; ${VEHICLES * COPIES} on the road, of whom ${AWAKE} may be awake, with the memory of those; target 4,000`;
  return [
    { name: 'memory.per_vehicle_of_many', value: perVehicle, unit: 'B', note },
    {
      name: 'memory.packed_vehicle',
      value: packed.reduce((sum, text) => sum + text.length, 0) / packed.length,
      unit: 'B',
      note: `the text of one of the ${packed.length} that sleep`,
    },
    ...packing(context.packer, packed),
  ];
};

/** What it takes to wake them, and to put them to sleep again. */
const packing = (packer: StatePacker, texts: readonly string[]): Figure[] => {
  const states = texts.map(text => packer.unpack(text));
  const spent = { pack: 0, unpack: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    // The first half is compiled meanwhile.
    if (round === ROUNDS / 2) Object.assign(spent, { pack: 0, unpack: 0 });
    for (const state of states) {
      const began = performance.now();
      const text = packer.pack(state, shownOf(state));
      const packed = performance.now();
      packer.unpack(text);
      spent.unpack += performance.now() - packed;
      spent.pack += packed - began;
    }
  }
  const each = 1_000 / (texts.length * (ROUNDS / 2));
  return [
    { name: 'memory.pack', value: spent.pack * each, unit: 'us', note: 'a vehicle, one after the other' },
    { name: 'memory.unpack', value: spent.unpack * each, unit: 'us' },
  ];
};

/** The same long after they were parked: most of a fleet are. */
const parked = async (shard: Shard, fold: FoldAt, before: number): Promise<Figure> => {
  for (let at = FROM + SECONDS * 1_000; at <= FROM + SECONDS * 1_000 + PARKED; at += 1_000) {
    await fold([recordOfFact({ type: 'tick', at }, at)]);
    shard.grown(Number.POSITIVE_INFINITY);
    if ((at - FROM) % SNAPSHOT_EVERY === 0) await shard.snapshot(0, []);
  }
  collectGarbage();
  const perVehicle = (process.memoryUsage().heapUsed - before) / (VEHICLES * COPIES);
  const note = `heap; the same ${VEHICLES * COPIES}, ${PARKED / 60_000} minutes after they fell silent`;
  return { name: 'memory.per_parked_vehicle', value: perVehicle, unit: 'B', note };
};

/** Where the bytes of a vehicle are. */
const partsOf = async (shard: Shard): Promise<Figure[]> => {
  const { partitions } = shard as unknown as { partitions: Map<number, PartitionFold> };
  const measured = new MeasuredVehicles([...partitions.get(0)!.vehicles.values()]);
  const parts = await heapParts(MeasuredVehicles.name, DEPTH);
  const of = measured.things.length;
  const large = parts.filter(({ bytes }) => bytes / of >= LEAST);
  const rest = parts.slice(large.length).reduce((sum, { bytes }) => sum + bytes, 0);
  const figure = (name: string, bytes: number): Figure => ({ name: `memory.part.${name}`, value: bytes / of, unit: 'B' });
  const sum = parts.reduce((all, { bytes }) => all + bytes, 0);
  const objects = parts.reduce((all, part) => all + part.objects, 0);
  return [
    {
      name: 'memory.objects_per_vehicle',
      value: objects / of,
      unit: '',
      note: 'in the heap; each collection of the old space looks at all',
    },
    { ...figure('all', sum), note: 'by a walk through a snapshot of the heap; without maps and heaps of a partition' },
    ...large.map(({ path, bytes }) => figure(path === '' ? 'vehicle' : path, bytes)),
    { ...figure('others', rest), note: `parts below ${LEAST} B each` },
  ];
};

/** A shard with `VEHICLES` × `copies` vehicles on the road, of whom so many may be awake. */
const driven = async (copies: number, mostAwake: number): Promise<{ shard: Shard; state: ForgetfulStore; fold: FoldAt }> => {
  const journal = { ofVehicle: async function* () {}, oldest: () => 1 };
  const state = new ForgetfulStore();
  const shard = new Shard({ journal, state, counters: new Counters(), partitions: 1, snapshotEvery: 1, mostAwake });
  await shard.assign(0);
  let offset = 1;
  const fold: FoldAt = async records => {
    const placed = records.map((record): JournalRecord => ({ ...record, offset: offset++ }));
    await shard.fold(0, placed);
  };
  await fold(defaultRuleSettings().map(rule => recordOfFact({ type: 'rule_put', rule }, FROM)));
  await drive(fold, copies);
  // Checkpoints that no snapshot holds yet are no lasting part of it.
  await shard.snapshot(0, []);
  return { shard, state, fold };
};

const drive = async (fold: FoldAt, copies: number): Promise<void> => {
  const devices = Array.from({ length: VEHICLES }, (_, i) => `v${i}`);
  let batch: NewRecord[] = [];
  for (const { device, event, at } of driveEvents({
    seed: 'memory',
    devices,
    from: FROM,
    until: FROM + SECONDS * 1_000,
    incidents: [],
  })) {
    if (!event) continue;
    const body = Buffer.from(JSON.stringify(event));
    for (let copy = 0; copy < copies; copy++) {
      const key = `${device}-${copy}`;
      const topic = `telltale/v1/${key}/events`;
      batch.push({ key, header: { kind: 'message', received: at, format: 'telltale-v1', device: key, topic, dup: false }, body });
    }
    if (batch.length < AT_ONCE) continue;
    await fold(batch);
    batch = [];
  }
  await fold(batch);
};
