// Proves: a past too long to be waited for is folded again beside what comes, some readings at each tick, and its neighbours' alerts are told meanwhile; what comes of it is, effect for
// effect and row for row, what folding it in one go at the tick where it ends says, whatever else happens to the vehicle on the way (more that is late, repeats, readings before their
// time, poison, another driver); and a crash at any tick changes neither what is told nor under which key.
import { afterEach, expect, jest, test } from '@jest/globals';
import { LocalShards } from '../../src/streams/fold/local-shards.js';
import { LongRefold } from '../../src/streams/fold/refold/long-refold.js';
import { type RefoldPace, refoldPace } from '../../src/streams/fold/refold/refold-pace.js';
import { pseudoRandom } from '../harness/pseudo-random.js';
import { START, setUp } from './fleet-drive.js';
import { SimulatedFold } from './simulated-fold.js';
import { makePoisonable } from './world/poisonable.js';

jest.setTimeout(120_000);

const SECOND = 1_000;
const HISTORY = 480;
const LIVE = 60;
const LATE = 12;
/** Of the history twice: twelve seconds. */
const pace = { checkpoint: 100, stepsPerSecond: 80 };

makePoisonable();
const poisonous = { signals: { poison: 1, vehicle_speed: 250 } };

afterEach(() => {
  jest.restoreAllMocks();
});

const event = (i: number, other: object = {}): object => ({
  ...{ ts: START + i * SECOND, seq: i + 1, ignition: i % 300 < 270 },
  ...{
    gps: { lat: 50 + i * 0.0001, lon: 8, speed_kmh: i % 300 < 270 ? 40 : 0 },
    signals: { vehicle_speed: i % 300 < 270 ? 40 : 0, engine_rpm: i % 50 < 10 ? 7_000 : 2_000 },
  },
  ...other,
});

interface Course {
  fold: SimulatedFold;
  late: string;
  neighbour: string;
  /** Alerts of the neighbour, told while the long re-fold was under way. */
  toldMeanwhile: number;
  /** Records of the late vehicle that were read from the journal in one second at most. */
  mostRead: number;
}

/** What a long past is folded again for. */
type For = 'what is late' | 'an assignment';

/**
 * A history; then its beginning comes late, or somebody else is said to have driven it, and both vehicles drive on.
 * @param seed of what else happens @param crashAt second of it
 */
const drive = async (what: For, seed: number, crashAt: readonly number[] = [], of: RefoldPace = pace): Promise<Course> => {
  const random = pseudoRandom(seed * 7_919);
  const fold = new SimulatedFold(
    options =>
      new LocalShards({
        ...options,
        pace: of,
        giveWay: () => Promise.resolve(),
        pastBounds: seed % 2 === 0 ? small : undefined,
      }),
  );
  setUp(fold, []);
  const late = 'v-1';
  const { journal } = fold;
  const neighbour = Array.from({ length: 99 }, (_, i) => `n-${i}`).find(
    id => journal.partitionOf(id) === journal.partitionOf(late),
  )!;
  let read = 0;
  const ofVehicle = journal.ofVehicle.bind(journal);
  journal.ofVehicle = async function* (...asked) {
    // As a journal on disk: some at a time.
    for await (const batch of ofVehicle(...asked))
      for (let at = 0; at < batch.length; at += 32) {
        const some = batch.slice(at, at + 32);
        read += some.length;
        yield some;
      }
  };
  const send = (device: string, i: number, events: object | readonly object[]) =>
    fold.send({ device, received: START + i * SECOND + 50, payload: JSON.stringify(events) });
  let assigned = 0;
  const assign = (vehicle: string, i: number, from: number) => {
    const no = assigned++;
    const assignment = { id: `a-${no % 5}`, vehicle, driver: `d-${no}`, from: START + from * SECOND, to: null };
    fold.say({ type: 'assignment_put', assignment }, START + i * SECOND);
  };
  for (let i = 0; i < HISTORY; i++) {
    fold.tick(START + i * SECOND);
    if (i === 0 || i > LATE || what === 'an assignment') send(late, i, event(i));
  }
  await fold.start();
  await fold.run(1_000);
  let toldMeanwhile = 0;
  let mostRead = 0;
  for (let i = HISTORY; i < HISTORY + LIVE; i++) {
    const since = i - HISTORY;
    if (since === 1 && what === 'an assignment') assign(late, i, 3);
    if (since === 1 && what === 'what is late')
      send(
        late,
        i,
        Array.from({ length: LATE }, (_, n) => event(1 + n)),
      );
    const kind = since > 3 && random() < 0.25 ? Math.floor(random() * 8) : -1;
    if (kind === 0) send(late, i, event(i - 20 - Math.floor(random() * 300), { seq: 50_000 + i }));
    if (kind === 1) send(late, i, event(i - 1 - Math.floor(random() * 5)));
    if (kind === 2) send(late, i, event(i + 70 + Math.floor(random() * 10), { seq: 60_000 + i }));
    if (kind === 3) send(late, i, event(i, { seq: 70_000 + i, ...poisonous }));
    if (kind === 4) send(late, i, event(i - 300, { seq: 80_000 + i, ...poisonous }));
    if (kind === 5 && random() < 0.3) assign(late, i, Math.floor(random() * i));
    if (kind === 7 && random() < 0.5)
      fold.say({ type: 'assignment_deleted', id: `a-${Math.floor(random() * 5)}`, vehicle: late }, START + i * SECOND);
    if (kind !== 6) send(late, i, event(i));
    send(neighbour, i, event(i, since >= 4 && since < 30 ? { signals: { vehicle_speed: 40, engine_rpm: 7_000 } } : {}));
    const told = fold.effects.size;
    read = 0;
    fold.tick(START + (i + 1) * SECOND);
    await fold.run();
    const underWay = fold.counters.get('refolds_long_total') > 0 && fold.counters.get('refolds_total') === 0;
    if (underWay) mostRead = Math.max(mostRead, read);
    if (underWay && [...fold.effects.values()].slice(told).some(text => text.includes(neighbour))) toldMeanwhile++;
    if (crashAt.includes(since)) await fold.crash();
  }
  // All that is late comes to its end.
  for (let i = 0; i < 100; i++) fold.tick(START + (HISTORY + LIVE + i) * SECOND);
  await fold.run(10);
  return { fold, late, neighbour, toldMeanwhile, mostRead };
};

/** A past in pages. */
const small = { held: 100, page: 64, blocks: 16, block: 32 };

test.each<For>(['what is late', 'an assignment'])(
  '%s: neighbours are told of while it is under way, and each tick takes a bounded part of it',
  async what => {
    const { fold, toldMeanwhile, mostRead } = await drive(what, 0);
    expect(toldMeanwhile).toBeGreaterThan(0);
    expect(fold.counters.get('refolds_waited_for_total')).toBe(0);
    // With what is read between two questions for a turn.
    expect(mostRead).toBeLessThanOrEqual(3.5 * pace.stepsPerSecond + 2 * 128);
    expect(mostRead).toBeGreaterThan(0);
  },
);

const scenes = [1, 2, 3, 4].flatMap(seed => (['what is late', 'an assignment'] as const).map(what => [what, seed] as const));

test.each(scenes)('%s: it comes to what folding in one go at its end comes to, over crashes too, seed %i', async (what, seed) => {
  const { fold } = await drive(what, seed);
  expect(fold.counters.get('refolds_long_total')).toBeGreaterThan(0);
  const random = pseudoRandom(seed * 104_729);
  const crashed = await drive(
    what,
    seed,
    Array.from({ length: 4 }, () => Math.floor(random() * LIVE)),
  );
  expect([...crashed.fold.effects].sort()).toEqual([...fold.effects].sort());
  expect(crashed.fold.outcome()).toEqual(fold.outcome());
  expect((await drive(what, seed, [], refoldPace)).fold.outcome()).toEqual(fold.outcome());
  const end = jest.spyOn(LongRefold.prototype, 'end').mockResolvedValue(undefined);
  const whole = await drive(what, seed);
  expect(end).toHaveBeenCalled();
  expect([...fold.effects].sort()).toEqual([...whole.fold.effects].sort());
  expect([...fold.rows].sort()).toEqual([...whole.fold.rows].sort());
  expect(fold.refusals).toEqual(whole.fold.refusals);
  for (const counter of ['refolds_total', 'events_folded_total', 'events_duplicate_total', 'events_poisoned_total'])
    expect([counter, fold.counters.get(counter)]).toEqual([counter, whole.fold.counters.get(counter)]);
});

test('what comes late behind it is bounded: more than so much ends it before its time, and nothing is lost', async () => {
  const fold = new SimulatedFold(options => new LocalShards({ ...options, pace: { checkpoint: 8_000, stepsPerSecond: 400 } }));
  setUp(fold, []);
  await fold.start();
  const send = (i: number, events: object | readonly object[]) =>
    fold.send({ device: 'v-1', received: START + i * SECOND + 50, payload: JSON.stringify(events) });
  for (let i = 0; i < HISTORY; i++) if (i !== 1) send(i, event(i));
  send(HISTORY, event(1));
  fold.tick(START + HISTORY * SECOND);
  await fold.run();
  expect(fold.counters.get('refolds_long_total')).toBe(1);
  const before = fold.counters.get('refolds_total');
  const messages = 41;
  const perMessage = 500;
  // All in one second, in which it would not end.
  for (let m = 0; m < messages; m++)
    send(
      HISTORY,
      Array.from({ length: perMessage }, (_, n) => {
        const k = m * perMessage + n;
        return { ts: START + 2 * SECOND + k * 20 + 1, seq: 100_000 + k, signals: { vehicle_speed: 40 } };
      }),
    );
  await fold.run();
  expect(fold.counters.get('refolds_waited_for_total')).toBe(1);
  expect(fold.counters.get('refolds_total')).toBe(before + 1);
  for (let i = 1; i < 150; i++) fold.tick(START + (HISTORY + i) * SECOND);
  await fold.run(10);
  expect(fold.counters.get('events_folded_total')).toBe(HISTORY + messages * perMessage);
});

test('changes of who drove behind it are bounded, too', async () => {
  const fold = new SimulatedFold(options => new LocalShards({ ...options, pace: { checkpoint: 8_000, stepsPerSecond: 400 } }));
  setUp(fold, []);
  await fold.start();
  const send = (i: number) => fold.send({ device: 'v-1', received: START + i * SECOND + 50, payload: JSON.stringify(event(i)) });
  const assign = (no: number) => {
    const assignment = { id: 'a', vehicle: 'v-1', driver: `d-${no}`, from: START, to: null };
    fold.say({ type: 'assignment_put', assignment }, START + HISTORY * SECOND);
  };
  for (let i = 0; i < HISTORY; i++) send(i);
  assign(0);
  fold.tick(START + HISTORY * SECOND);
  await fold.run();
  expect(fold.counters.get('refolds_long_total')).toBe(1);
  for (let no = 1; no < 65; no++) {
    send(HISTORY + no);
    assign(no);
  }
  await fold.run();
  expect(fold.counters.get('refolds_waited_for_total')).toBe(1);
  expect(fold.counters.get('refolds_total')).toBe(1);
  for (let i = 1; i < 150; i++) fold.tick(START + (HISTORY + i) * SECOND);
  await fold.run(10);
  expect(fold.outcome().days.map(day => (day as { driver: string }).driver)).toEqual(['d-64']);
});
