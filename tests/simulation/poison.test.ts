// Proves: an event that makes a rule, or a decoder, throw is put aside with the reason `poison`; its vehicle is as if it had never come, now,
// after a crash and after late data that folds over its place; the other vehicles and the events around it notice nothing; the books balance.
import { afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { signalIn } from '../../src/model/signal-columns.js';
import { telltaleV1 } from '../../src/protocols/telltale-v1/telltale-v1.js';
import { ruleOf } from '../../src/rules/index.js';
import { LocalShards } from '../../src/streams/fold/local-shards.js';
import { type DeviceEvent, fencesAlong, fleetDrive, START, setUp } from './fleet-drive.js';
import { SimulatedFold, type StartShards } from './simulated-fold.js';

const MINUTES = 6;
let events: DeviceEvent[];

beforeAll(() => {
  events = fleetDrive('poison', 3, MINUTES);
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** A rule that ruins its memory and throws at readings that say so. */
const poisonRule = (): void => {
  const rule = ruleOf('over_rev')!;
  const step = rule.step;
  // Asked in every moment, also where it would find nothing.
  jest.spyOn(rule, 'rests').mockReturnValue(false);
  jest.spyOn(rule, 'step').mockImplementation((memory, moment, params, report) => {
    if (signalIn(moment.reading.signals, 'poison') === 1) {
      Object.assign(memory as object, { from: -1, newest: Number.NaN });
      report({ from: moment.at, message: 'half said' });
      throw new Error('poisoned');
    }
    step(memory, moment, params, report);
  });
};

/** One that throws at such a reading only where nothing that soothes it came before; else it says how much did. */
const soothedRule = (): void => {
  const rule = ruleOf('over_rev')!;
  const step = rule.step;
  jest.spyOn(rule, 'rests').mockReturnValue(false);
  jest.spyOn(rule, 'step').mockImplementation((memory, moment, params, report) => {
    const soothed = memory as { soothed?: number };
    const { signals } = moment.reading;
    if (signalIn(signals, 'soothes') === 1) soothed.soothed = (soothed.soothed ?? 0) + 1;
    if (signalIn(signals, 'poison') === 1) {
      if (soothed.soothed === undefined) throw new Error('poisoned');
      report({ from: moment.at, message: `soothed by ${soothed.soothed}` });
    }
    step(memory, moment, params, report);
  });
};

const poisonDecoder = (): void => {
  const decode = telltaleV1.decode;
  jest.spyOn(telltaleV1, 'decode').mockImplementation((slice, context) => {
    if (Buffer.from(slice).includes('"poison"')) throw new Error('cannot read this');
    return decode.call(telltaleV1, slice, context);
  });
};

interface Message {
  device: string;
  received: number;
  payload: string;
}

const clean = (): Message[] => events.map(({ device, ts, text }) => ({ device, received: ts + 50, payload: text }));
const bad = (ts: number, received = ts + 20, device = 'v-1', seq = 1_000_000 + ts): Message => ({
  device,
  received,
  payload: JSON.stringify({ ts, seq, signals: { poison: 1, vehicle_speed: 250, engine_rpm: 9_000 }, ignition: false }),
});
const MIDDLE = START + 3 * 60_000 + 500;

const foldOf = async (messages: Message[], crashEvery = 0, startShards?: StartShards): Promise<SimulatedFold> => {
  const fold = new SimulatedFold(startShards);
  setUp(fold, fencesAlong(events));
  const sorted = [...messages].sort((a, b) => a.received - b.received);
  let second = START;
  for (const message of sorted) {
    for (; second <= message.received; second += 1_000) fold.tick(second);
    fold.send(message);
  }
  for (const end = second + 3_600_000; second <= end; second += 5_000) fold.tick(second);
  await fold.start();
  if (crashEvery === 0) {
    await fold.run(200);
    return fold;
  }
  const all = fold.journal.records.splice(0);
  while (all.length > 0) {
    fold.journal.records.push(...all.splice(0, crashEvery));
    await fold.run(50);
    await fold.crash();
  }
  await fold.run();
  return fold;
};

const books = ({ counters }: SimulatedFold): { decoded: number; accounted: number; poisoned: number } => {
  const count = (name: string) => counters.get(`events_${name}_total`);
  return {
    decoded: count('decoded'),
    accounted: count('folded') + count('duplicate') + count('too_late') + count('poisoned'),
    poisoned: count('poisoned'),
  };
};

const poisoned = ({ refusals }: SimulatedFold): string[] => refusals.filter(refusal => refusal.endsWith('poison'));

const shapes: [string, () => Message[], number][] = [
  ['in order', () => [...clean(), bad(MIDDLE)], 1],
  ['as the first of its vehicle', () => [...clean(), bad(START - 1_000)], 1],
  ['as the last', () => [...clean(), bad(START + MINUTES * 60_000 + 5_000)], 1],
  ['late by two minutes', () => [...clean(), bad(MIDDLE, MIDDLE + 120_000)], 1],
  ['several, one after the other', () => [...clean(), ...[0, 1, 2, 3].map(i => bad(MIDDLE + i))], 4],
  ['in order and late', () => [...clean(), bad(MIDDLE), bad(MIDDLE - 60_000, MIDDLE + 60_000)], 2],
  ['of two vehicles', () => [...clean(), bad(MIDDLE), bad(MIDDLE, MIDDLE + 21, 'v-2')], 2],
];

test.each(shapes)('a rule throws: %s', async (_name, messages, count) => {
  poisonRule();
  const reference = await foldOf(clean());
  const fold = await foldOf(messages());
  expect(fold.outcome()).toEqual(reference.outcome());
  expect(poisoned(fold)).toHaveLength(count);
  const { decoded, accounted, poisoned: counted } = books(fold);
  expect(accounted).toBe(decoded);
  expect(counted).toBe(count);
});

test('a rule throws in a past that is folded again page by page', async () => {
  poisonRule();
  const pastBounds = { held: 60, page: 40, blocks: 8, block: 8 };
  const reference = await foldOf(clean());
  const bads = [bad(MIDDLE), bad(MIDDLE - 60_000, MIDDLE + 60_000), bad(MIDDLE - 59_000, MIDDLE + 60_000)];
  const fold = await foldOf([...clean(), ...bads], 0, options => new LocalShards({ ...options, pastBounds }));
  expect(fold.counters.get('refolds_in_pages_total')).toBeGreaterThan(0);
  expect(fold.outcome()).toEqual(reference.outcome());
  expect(poisoned(fold)).toHaveLength(3);
  const { decoded, accounted, poisoned: counted } = books(fold);
  expect(accounted).toBe(decoded);
  expect(counted).toBe(3);
});

test('among good ones of its array, it alone is put aside', async () => {
  poisonRule();
  const reference = await foldOf(clean());
  const its = events.filter(({ device }) => device === 'v-1').slice(100, 110);
  const rest = clean().filter(({ payload }) => !its.some(({ text }) => text === payload));
  const texts = its.map(({ text }) => text);
  texts.splice(5, 0, bad(its[4]!.ts + 1).payload);
  const fold = await foldOf([...rest, { device: 'v-1', received: its.at(-1)!.ts + 50, payload: `[${texts.join(',')}]` }]);
  expect(fold.outcome()).toEqual(reference.outcome());
  expect(poisoned(fold)).toHaveLength(1);
  expect(poisoned(fold)[0]).toMatch(/\.5 poison$/);
});

test('late data that folds over the place of a poison leaves it out', async () => {
  poisonRule();
  const late = clean().map((message, i) => (i % 7 === 3 ? { ...message, received: message.received + 90_000 } : message));
  const reference = await foldOf(late);
  const fold = await foldOf([...late, bad(MIDDLE), bad(MIDDLE + 20_000)]);
  expect(fold.outcome()).toEqual(reference.outcome());
  expect(poisoned(fold)).toHaveLength(2);
  expect(books(fold).accounted).toBe(books(fold).decoded);
});

test('sent again, it is poison or a duplicate, and nothing else', async () => {
  poisonRule();
  const reference = await foldOf(clean());
  const fold = await foldOf([...clean(), bad(MIDDLE), bad(MIDDLE, MIDDLE + 5_000), bad(MIDDLE, MIDDLE + 90_000)]);
  expect(fold.outcome()).toEqual(reference.outcome());
  expect(books(fold).accounted).toBe(books(fold).decoded);
});

test('crashes around it change nothing', async () => {
  poisonRule();
  const messages = () => [...clean(), bad(MIDDLE), bad(MIDDLE - 60_000, MIDDLE + 30_000)];
  const reference = await foldOf(messages());
  const fold = await foldOf(messages(), 97);
  expect(fold.outcome()).toEqual(reference.outcome());
  expect([...fold.effects].sort()).toEqual([...reference.effects].sort());
});

test('after its trip ended in silence: what comes late of that trip goes on with it, wherever crashes fall', async () => {
  poisonRule();
  const back = 2 * 3_600_000;
  const held = clean().map(message =>
    message.device === 'v-1' && message.received > MIDDLE ? { ...message, received: message.received + back } : message,
  );
  const without = await foldOf(held);
  for (const crashEvery of [0, 97]) {
    const fold = await foldOf([...held, bad(MIDDLE + back - 60_000)], crashEvery);
    expect(poisoned(fold)).toHaveLength(1);
    expect(fold.outcome()).toEqual(without.outcome());
  }
});

test('what is poison once is left out for good, wherever crashes fall, also where something late would have kept it from that', async () => {
  soothedRule();
  const soothes = (ts: number, received: number): Message => ({
    ...{ device: 'v-1', received },
    payload: JSON.stringify({ ts, seq: 2_000_000 + ts, signals: { soothes: 1 } }),
  });
  const late = [soothes(MIDDLE - 50_000, MIDDLE + 30_000), soothes(MIDDLE - 55_000, MIDDLE + 100_000)];
  const without = await foldOf([...clean(), ...late]);
  const undisturbed = await foldOf([...clean(), bad(MIDDLE), ...late]);
  expect(undisturbed.outcome()).toEqual(without.outcome());
  expect(poisoned(undisturbed)).toHaveLength(1);
  const crashed = await foldOf([...clean(), bad(MIDDLE), ...late], 40);
  expect(crashed.outcome()).toEqual(without.outcome());
  expect([...crashed.effects].sort()).toEqual([...undisturbed.effects].sort());
});

test('one that had come before its time is put aside at the tick that lets it go, and nothing half stepped is saved', async () => {
  poisonRule();
  // After something late, the pace would let minutes go by before the next re-fold.
  const pace = { checkpoint: 8_000, stepsPerSecond: 1 };
  const start: StartShards = options => new LocalShards({ ...options, pace });
  const end = events.at(-1)!.ts;
  const messages = clean().map((message, i) => (i === 300 ? { ...message, received: end + 80_000 } : message));
  const reference = await foldOf(messages, 0, start);
  const fold = await foldOf([...messages, bad(end + 90_000, end + 100, messages[300]!.device)], 10, start);
  expect(fold.counters.get('events_ahead_total')).toBeGreaterThan(0);
  expect(new Set(poisoned(fold)).size).toBe(1);
  expect(fold.outcome()).toEqual(reference.outcome());
});

test('a decoder throws: that record is put aside, in order', async () => {
  poisonDecoder();
  const reference = await foldOf(clean());
  const fold = await foldOf([...clean(), bad(MIDDLE)]);
  expect(fold.outcome()).toEqual(reference.outcome());
  expect(poisoned(fold)).toHaveLength(1);
});

test('a decoder throws: late data that reads the journal over its place is not held up by it', async () => {
  poisonDecoder();
  const late = clean().map((message, i) => (i % 7 === 3 ? { ...message, received: message.received + 90_000 } : message));
  const reference = await foldOf(late, 150);
  const fold = await foldOf([...late, bad(MIDDLE)], 150);
  expect(fold.outcome()).toEqual(reference.outcome());
  expect(poisoned(fold)).toHaveLength(1);
});
