// Proves: what is packed comes back as it was, to the bit: numbers of every kind, texts, lists and objects of any keys; and states that the production fold made,
// with the lists of names that vehicles have in common, and the same text in a snapshot. Whatever devices and people name leaves room for the shapes of states.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fencesAlong, fleetDrive, START, setUp } from '../../../../tests/simulation/fleet-drive.js';
import { SimulatedFold } from '../../../../tests/simulation/simulated-fold.js';
import { internedNames } from '../../../model/interned-names.js';
import { defaultRuleSettings } from '../../../rules/default-rules.js';
import { shownOf } from '../live-view.js';
import { LocalShards } from '../local-shards.js';
import type { PartitionFold } from '../partition-fold.js';
import { newVehicleState, type VehicleState } from '../vehicle-state.js';
import { StatePacker } from './state-packer.js';

const packer = new StatePacker();
const NEWEST = Date.UTC(2026, 0, 5);
const shown = shownOf(newVehicleState());

/** @param value put into a state's place */
const back = (value: unknown): unknown => {
  const state = { newestAt: NEWEST, value } as unknown as VehicleState;
  return (packer.unpack(packer.pack(state, shown)) as unknown as { value: unknown }).value;
};

const number = fc.oneof(
  fc.integer({ min: -5, max: 100 }),
  fc.integer({ min: 8_000, max: 9_000 }),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.integer({ min: -(2 ** 22), max: 2 ** 22 }).map(ms => NEWEST - ms),
  fc.integer({ min: -(2 ** 40), max: 2 ** 40 }).map(ms => NEWEST + ms + 0.5),
  fc.integer({ min: -40_000_000, max: 40_000_000 }).map(n => n / 1e3),
  fc.integer({ min: -180_000_000, max: 180_000_000 }).map(n => n / 1e6),
  fc.double(),
  fc.constantFrom(-0, 0, Number.NaN, -Number.MAX_VALUE, Number.MAX_SAFE_INTEGER, 2 ** 48, 2 ** 48 - 1, 2 ** 31, -(2 ** 31), 1e-9),
);
const text = fc.oneof(
  fc.constantFrom('', 'v-1', 'v-2', '2026-01-05', 'é', '\u0000', 'z'.repeat(41)),
  fc.string({ maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
);
const key = fc.oneof(
  fc.constantFrom('at', 'from', 'told', 'numbers', '__proto__', '7', 'P0301', 'a-b'),
  fc.string({ maxLength: 8 }),
);
const { value } = fc.letrec(tie => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    number,
    text,
    fc.constantFrom(null, undefined, true, false),
    fc.array(number, { maxLength: 80 }),
    fc.array(tie('value'), { maxLength: 6 }),
    fc.uniqueArray(fc.tuple(key, tie('value')), { maxLength: 6, selector: ([name]) => name }).map(Object.fromEntries),
  ),
}));

test('numbers come back to the bit, after others and before', () => {
  fc.assert(
    fc.property(fc.array(number, { maxLength: 200 }), numbers => {
      const found = back(numbers) as number[];
      expect(found).toHaveLength(numbers.length);
      numbers.forEach((one, i) => {
        expect(Object.is(found[i], one)).toBe(true);
      });
    }),
  );
});

test('numbers come back to the bit on both sides of each border', () => {
  const borders = [0, 94, 8_192, 2 ** 15, 2 ** 16, 2 ** 21, 2 ** 31, 2 ** 32, 2 ** 48, 2 ** 53];
  const near = borders.flatMap(border => [border - 2, border - 1, border, border + 1, border + 2]);
  const whole = near.flatMap(one => [one, -one, NEWEST - one, NEWEST + one]);
  const all = whole.flatMap(one => [one, one / 1e3, one / 1e6, one + 0.5]).concat([5e-324, 1e-7, 0.1 + 0.2]);
  for (const numbers of [all, all.slice().reverse(), all.concat(all)]) {
    const found = back(numbers) as number[];
    expect(found.every((one, i) => Object.is(one, numbers[i]))).toBe(true);
    expect(found).toHaveLength(numbers.length);
  }
  for (const one of all) expect(Object.is(back(one), one)).toBe(true);
});

test('whatever a memory may hold comes back, keys in their order', () => {
  fc.assert(
    fc.property(value, one => {
      const found = back(one);
      expect(found).toStrictEqual(one);
      expect(JSON.stringify(found)).toBe(JSON.stringify(one));
    }),
    { numRuns: 500 },
  );
});

test('what is larger than the room comes back', () => {
  const large = {
    numbers: Array.from({ length: 5_000 }, (_, i) => Math.sqrt(i)),
    text: 'ü'.repeat(100_000),
    plain: 'x'.repeat(300_000),
  };
  expect(back(large)).toStrictEqual(large);
});

test('lists of names in common are the same again, others are not', () => {
  const names = internedNames(['engine_rpm', 'vehicle_speed']);
  const own = names.slice();
  expect(back(names)).toBe(names);
  expect(back(names)).toBe(names);
  expect(back(own)).not.toBe(names);
  expect(back(own)).toEqual(own);
});

test('names in common come back as such also where too many are known', () => {
  const full = new StatePacker();
  const packed = (names: readonly string[]) => full.pack({ newestAt: NEWEST, names } as unknown as VehicleState, shown);
  for (let i = 0; i < 4_200; i++) packed(internedNames(['engine_rpm', `of_device_${i}`]));
  const names = internedNames(['engine_rpm', 'told_after_all_of_those']);
  expect((full.unpack(packed(names)) as unknown as { names: unknown }).names).toBe(names);
});

test('more kinds of objects than are learnt come back', () => {
  const full = new StatePacker();
  for (let i = 0; i < 3_000; i++) {
    const state = { newestAt: NEWEST, [`key${i % 1_500}`]: i, inner: { told: true, [`other${i % 1_500}`]: { at: i } } };
    const found: unknown = full.unpack(full.pack(state as unknown as VehicleState, shown));
    expect(found).toStrictEqual(state);
  }
  expect(full.kinds).toBeLessThanOrEqual(1_024);
});

test('what devices and people name makes no kinds of objects', async () => {
  const shards: LocalShards[] = [];
  const fold = new SimulatedFold(options => {
    shards.push(new LocalShards({ ...options, mostAwake: 0 }));
    return shards[0]!;
  });
  setUp(fold, []);
  const codes = defaultRuleSettings().find(({ kind }) => kind === 'diagnostic_trouble_code')!;
  fold.say({ type: 'rule_put', rule: { ...codes, id: 'codes' } }, START);
  await fold.start();
  const kinds = () => (shards[0] as unknown as { shard: { context: { packer: StatePacker } } }).shard.context.packer.kinds;
  const FRAMED = ['engine_rpm', 'coolant_temp', 'engine_load', 'vehicle_speed', 'short_fuel_trim_1', 'control_module_voltage'];
  let at = START;
  const drive = async (from: number, to: number) => {
    for (let i = from; i < to; i++) {
      const named = `Name${i}`;
      // Which signals a frame holds, and which were not believed, is another choice for each.
      const told = Object.fromEntries(FRAMED.filter((_, bit) => (i >> bit) & 1).map(name => [name, 50]));
      const messages = [
        { signals: { ...told, [named]: i }, dtc: [] },
        { signals: { ...told, [named]: i, vehicle_speed: 200 }, dtc: [`P${1_000 + i}`, `U${1_000 + i}`] },
        { signals: { ...told, coolant_temp: -40 + (i % 300), engine_rpm: 9_000 }, dtc: [`B${1_000 + i}`] },
      ];
      for (const [n, message] of messages.entries()) {
        const payload = JSON.stringify({ v: 1, ts: at + n * 1_000, ...message });
        fold.send({ device: `tracker${i}`, vehicle: `v-${i}`, received: at + n * 1_000, payload });
      }
      at += 4_000;
      fold.tick(at);
      await fold.run();
    }
  };
  await drive(0, 70);
  expect(fold.refusals).toEqual([]);
  const learnt = kinds();
  await drive(70, 300);
  // Who is silent, and under an outage, is of another kind.
  expect(kinds()).toBeLessThan(learnt + 8);
  expect(kinds()).toBeLessThan(64);
});

test('states of a fleet come back, and are saved as the same text', async () => {
  const shards: LocalShards[] = [];
  const fold = new SimulatedFold(options => {
    shards.push(new LocalShards(options));
    return shards[0]!;
  });
  const drive = fleetDrive('packed', 6, 9);
  setUp(fold, fencesAlong(drive));
  await fold.start();
  let compared = 0;
  const compare = () => {
    const { shard } = shards[0] as unknown as { shard: { partitions: Map<number, PartitionFold> } };
    for (const { vehicles } of shard.partitions.values())
      for (const { state } of vehicles.values()) {
        const packed = packer.pack(state, shownOf(state));
        const found = packer.unpack(packed);
        expect(found).toStrictEqual(state);
        expect(JSON.stringify(found)).toBe(JSON.stringify(state));
        expect(packer.shown(packed)).toStrictEqual(shownOf(state));
        const { track, rules } = state.fold;
        if (track.signalNames.length > 0) expect(found.fold.track.signalNames).toBe(track.signalNames);
        if (rules.ids.length > 0) expect(found.fold.rules.ids).toBe(rules.ids);
        compared++;
      }
  };
  for (const [i, { device, ts, text: payload }] of drive.entries()) {
    // Some of them late, some ahead of their time.
    const received = i % 31 === 7 ? ts - 90_000 : i % 41 === 3 ? ts + 20_000 : ts;
    fold.send({ device, received: Math.max(START, received), payload });
    if (i % 40 === 0) fold.tick(ts);
    if (i % 300 !== 0) continue;
    await fold.run();
    compare();
  }
  await fold.run();
  compare();
  expect(compared).toBeGreaterThan(40);
});
