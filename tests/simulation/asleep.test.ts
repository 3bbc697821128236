// Proves, on the production fold: that vehicles sleep while they are silent changes nothing but the memory they take. Every effect, row and live
// state is that of a fold in which none sleeps, through trips, silences, late data, changed rules, assignments and crashes; looking at all of the
// fleet wakes nobody, and asking for one vehicle wakes it.
import { expect, test } from '@jest/globals';
import { newVehicle } from '../../src/model/vehicle.js';
import { defaultRuleSettings } from '../../src/rules/default-rules.js';
import { LocalShards } from '../../src/streams/fold/local-shards.js';
import { fencesAlong, fleetDrive, START, setUp } from './fleet-drive.js';
import { SimulatedFold } from './simulated-fold.js';

const MINUTE = 60_000;
const VEHICLES = 9;
/** Silent from 10 to 60 minutes after the start, and from 70 on. */
const PARKED = 50 * MINUTE;
const drive = fleetDrive('asleep', VEHICLES, 10);
const fences = fencesAlong(drive);
const again = drive.map(({ device, ts, text }) => ({
  device,
  ts: ts + PARKED + 10 * MINUTE,
  text: JSON.stringify({ ...(JSON.parse(text) as object), ts: ts + PARKED + 10 * MINUTE }),
}));

/** What is not saved never sleeps. */
const sleepless = () => new SimulatedFold(options => new LocalShards({ ...options, snapshotEvery: Number.MAX_SAFE_INTEGER }));

/** As many of each partition may be awake between two batches. */
const crowded = (mostAwake: number) => new SimulatedFold(options => new LocalShards({ ...options, mostAwake }));

class Watched {
  readonly seen: unknown[] = [];
  now = START;

  constructor(readonly fold: SimulatedFold) {}

  async until(end: number, events: typeof drive = []): Promise<void> {
    const { fold } = this;
    let next = 0;
    for (; this.now < end; this.now += 1_000) {
      for (; next < events.length && events[next]!.ts <= this.now; next++) {
        const { device, ts, text } = events[next]!;
        fold.send({ device, received: ts + 50, payload: text });
      }
      fold.tick(this.now);
      if (this.now % MINUTE === 0) await this.look();
    }
    await this.look();
  }

  private async look(): Promise<void> {
    await this.fold.run();
    this.seen.push(this.fold.livePositions(), await this.fold.rejectedValues());
    this.seen.push(await this.fold.hearing('device_offline', this.now - 2 * MINUTE));
  }
}

const lived = async (fold: SimulatedFold): Promise<Watched> => {
  setUp(fold, fences);
  await fold.start();
  const watched = new Watched(fold);
  const onTime = drive.filter((_, i) => i % 97 !== 13);
  const late = drive.filter((_, i) => i % 97 === 13);
  await watched.until(START + 11 * MINUTE, onTime);
  await watched.until(START + 40 * MINUTE);
  // While all of them are silent: what is late, what somebody is asked for, what changes for all and for one.
  for (const { device, text } of late.slice(0, 3)) fold.send({ device, received: watched.now, payload: text });
  await watched.until(START + 45 * MINUTE);
  watched.seen.push(await fold.liveState('v-3'));
  const assignment = { id: 'a-1', vehicle: 'v-4', driver: 'd-1', from: START, to: null };
  fold.say({ type: 'assignment_put', assignment }, watched.now);
  for (const rule of defaultRuleSettings())
    if (rule.kind === 'device_offline')
      fold.say({ type: 'rule_put', rule: { ...rule, params: { after_s: 3_000 } } }, watched.now);
  fold.say({ type: 'vehicle_put', vehicle: { ...newVehicle('v-5'), group: 'g' } }, watched.now);
  await watched.until(START + 60 * MINUTE);
  await watched.until(START + 71 * MINUTE, again);
  await watched.until(START + 100 * MINUTE);
  return watched;
};

let known: Promise<Watched> | undefined;
/** One for all tests that change nothing. */
const slept = (): Promise<Watched> => {
  known ??= lived(new SimulatedFold());
  return known;
};

test('a fold whose vehicles sleep tells what one does in which none does', async () => {
  const awake = await lived(sleepless());
  const { fold, seen } = await slept();
  expect(awake.fold.counters.get('vehicles_fell_asleep_total')).toBe(0);
  // All of them, twice, at the least; and all woke between.
  expect(fold.counters.get('vehicles_fell_asleep_total')).toBeGreaterThanOrEqual(2 * VEHICLES);
  expect(fold.counters.get('vehicles_woke_total')).toBeGreaterThanOrEqual(VEHICLES);
  expect(seen).toEqual(awake.seen);
  expect([...fold.effects]).toEqual([...awake.fold.effects]);
  expect(fold.outcome()).toEqual(awake.fold.outcome());
  expect(fold.outcome().trips.length).toBeGreaterThanOrEqual(2 * VEHICLES);
});

test.each([0, 1])('nor does one in which all but %i of each partition sleep between messages', async mostAwake => {
  const { fold, seen } = await slept();
  const packed = await lived(crowded(mostAwake));
  const { counters } = packed.fold;
  expect(counters.get('vehicles_made_room_total')).toBeGreaterThan(50 * VEHICLES);
  expect(seen).toEqual(packed.seen);
  expect([...packed.fold.effects]).toEqual([...fold.effects]);
  expect(packed.fold.outcome()).toEqual(fold.outcome());
  // What was changed and sleeps is in a snapshot, too.
  await packed.fold.crash();
  await packed.fold.run();
  expect(packed.fold.livePositions()).toEqual(fold.livePositions());
  expect(await packed.fold.liveState('v-1')).toEqual(await fold.liveState('v-1'));
});

test('what concerns all of them wakes none of those that sleep on the road', async () => {
  const fold = crowded(0);
  setUp(fold, fences);
  await fold.start();
  const watched = new Watched(fold);
  await watched.until(START + 3 * MINUTE, drive);
  const woke = () => fold.counters.get('vehicles_woke_total');
  const before = woke();
  for (const rule of defaultRuleSettings()) fold.say({ type: 'rule_put', rule }, watched.now);
  // Nobody was there for a while.
  fold.tick(watched.now + MINUTE / 3);
  await fold.run();
  await fold.hearing('device_offline', START);
  await fold.rejectedValues();
  expect(fold.livePositions()).toHaveLength(VEHICLES);
  expect(woke()).toBe(before);
});

test('looking at all of them wakes none, asking for one wakes that one', async () => {
  const { fold } = await slept();
  const woke = () => fold.counters.get('vehicles_woke_total');
  const before = woke();
  expect(fold.livePositions()).toHaveLength(VEHICLES);
  await fold.rejectedValues();
  await fold.hearing('device_offline', START + 90 * MINUTE);
  expect(woke()).toBe(before);
  await fold.liveState('v-2');
  expect(woke()).toBe(before + 1);
});

test('a crash while they sleep loses nothing', async () => {
  const calm = await slept();
  const { fold, seen } = await lived(new SimulatedFold());
  await fold.crash();
  await fold.run();
  expect(fold.livePositions()).toEqual(calm.fold.livePositions());
  expect(await fold.liveState('v-1')).toEqual(await calm.fold.liveState('v-1'));
  expect(seen).toEqual(calm.seen);
});
