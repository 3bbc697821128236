// Proves: fetching memories before they are stepped changes nothing, and stumbles neither over one that sleeps nor over one that is spoilt.
import { expect, test } from '@jest/globals';
import { MemoryStateStore } from '../../../tests/simulation/memory-state-store.js';
import { Counters } from '../../model/counters.js';
import type { JournalRecord } from '../../model/record.js';
import { minutes } from '../../model/units.js';
import { defaultRuleSettings } from '../../rules/default-rules.js';
import { recordOfFact } from '../fleet-registry.js';
import { Shard } from './shard.js';
import { vehicleOf } from './vehicle.js';
import { newVehicleState } from './vehicle-state.js';
import { warmMemories } from './warm-memory.js';

const START = Date.UTC(2026, 0, 5, 8);
/** More than are fetched at once. */
const VEHICLES = 19;
const SECONDS = 90;
let offset = 1;

const message = (vehicle: string, second: number, speed: number): JournalRecord => {
  const ts = START + second * 1_000;
  const gps = { lat: 52 + speed * 1e-6 * second, lon: 13, speed_kmh: speed, heading: 10 };
  const signals = { engine_rpm: 800 + 30 * speed, vehicle_speed: speed, coolant_temp: 70, fuel_level: 50 };
  const body = Buffer.from(JSON.stringify({ ts, seq: second, gps, signals, acc: { x: 0.1, y: 0.2, z: 9.8 }, dtc: ['P0301'] }));
  const header = { kind: 'message' as const, received: ts, format: 'telltale-v1', device: vehicle, topic: 't', dup: false };
  return { key: vehicle, header, body, offset: offset++ };
};

const rules = defaultRuleSettings().map(rule => ({ ...recordOfFact({ type: 'rule_put', rule }, START), offset: offset++ }));
const drives: JournalRecord[] = [];
for (let second = 0; second < SECONDS; second++)
  for (let i = 0; i < VEHICLES; i++) drives.push(message(`v${i}`, second, second % 45 < 30 ? 20 + i : 0));

const open = async () => {
  const state = new MemoryStateStore();
  const counters = new Counters();
  const journal = { ofVehicle: async function* () {}, oldest: () => 1 };
  const shard = new Shard({ journal, state, counters, partitions: 1, snapshotEvery: 1 });
  await shard.assign(0);
  const saved = async () => {
    await shard.snapshot(0, []);
    const all: [string, string][] = [];
    for await (const entry of state.range('fold/', 'fold/\uffff')) all.push(entry);
    return all;
  };
  return { shard, counters, saved };
};

test('a batch leaves the same memories and alerts as its records one by one, which are fetched one by one', async () => {
  const together = await open();
  const apart = await open();
  const all = await together.shard.fold(0, [...rules, ...drives]);
  const alerts = [];
  for (const record of [...rules, ...drives]) alerts.push(...(await apart.shard.fold(0, [record])).alerts);
  expect(alerts.length).toBeGreaterThan(0);
  expect(all.alerts).toEqual(alerts);
  const states = await together.saved();
  expect(states.length).toBeGreaterThan(VEHICLES);
  expect(states).toEqual(await apart.saved());
});

test('one that sleeps among those that are fetched wakes once, by its own message', async () => {
  const { shard, counters, saved } = await open();
  await shard.fold(0, [...rules, ...drives]);
  const quiet = START + minutes(6);
  const others = Array.from({ length: 8 }, (_, i) => message(`w${i}`, 360, 30));
  await shard.fold(0, others);
  shard.grown(1_000);
  await saved();
  for (let n = 0; counters.get('vehicles_fell_asleep_total') < VEHICLES; n++) {
    expect(n).toBeLessThan(100);
    await shard.fold(0, [{ ...recordOfFact({ type: 'tick', at: quiet + n * 1_000 }, quiet), offset: offset++ }]);
    shard.grown(1_000);
    await saved();
  }
  const woke = () => counters.get('vehicles_woke_total');
  const before = woke();
  const effects = await shard.fold(0, [message('v0', 400, 0), ...others.map((_, i) => message(`w${i}`, 400, 30))]);
  expect(effects.refusals).toEqual([]);
  expect(woke()).toBe(before + 1);
});

test('one that is spoilt is left to its own step', () => {
  const state = newVehicleState();
  Object.assign(state.fold, { track: null, rules: null });
  expect(() => warmMemories([vehicleOf('v', 0, state)], 1)).not.toThrow();
});
