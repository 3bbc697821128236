// Proves: when a vehicle is folded again, and what is then told under which key, follows from the journal alone. Wherever the server is killed, and
// however much a crash takes from it that no snapshot holds (windows, decoded readings), each amendment comes at the same tick with the
// same key as in a life without crashes: so none is told to the outside twice. The pace is so short here that most re-folds wait for it.
import { expect, test } from '@jest/globals';
import { type Random, randomOf } from '../../src/simulator/random.js';
import { LocalShards } from '../../src/streams/fold/local-shards.js';
import { fencesAlong, fleetDrive, START, setUp } from './fleet-drive.js';
import { SimulatedFold } from './simulated-fold.js';

const events = fleetDrive('refolds-after-crash', 3, 10);
const pace = { checkpoint: 60, stepsPerSecond: 50 };
/** Ticks after the last message: trips end by silence. */
const TAIL_S = 900;

interface Message {
  device: string;
  received: number;
  text: string;
}

/** What every device said: some of it up to a minute late, some of it minutes, some twice. */
const messages = (random: Random): Message[] => {
  const delay = (): number => {
    const chance = random.next();
    if (chance < 0.03) return random.next() * 300_000;
    return chance < 0.2 ? random.next() * 60_000 : 50;
  };
  return events
    .flatMap(({ device, ts, text }) => {
      const copies = random.next() < 0.05 ? 2 : 1;
      return Array.from({ length: copies }, () => ({ device, received: Math.round(ts + delay()), text }));
    })
    .sort((a, b) => a.received - b.received);
};

const feed = (fold: SimulatedFold, all: readonly Message[]): void => {
  setUp(fold, fencesAlong(events));
  let second = START;
  for (const { device, received, text } of all) {
    for (; second <= received; second += 1_000) fold.tick(second);
    fold.send({ device, received, payload: text });
  }
  for (const end = second + TAIL_S * 1_000; second <= end; second += 1_000) fold.tick(second);
};

const newFold = (): SimulatedFold => new SimulatedFold(options => new LocalShards({ ...options, pace }));

/** Some records at a time, and a crash after some of them. */
const crashing = async (all: readonly Message[], random: Random): Promise<SimulatedFold> => {
  const fold = newFold();
  feed(fold, all);
  const { records } = fold.journal;
  const left = records.splice(0);
  await fold.start();
  while (left.length > 0) {
    records.push(...left.splice(0, 1 + Math.floor(random.next() * 300)));
    await fold.run(1 + Math.floor(random.next() * 60));
    if (random.next() < 0.6) await fold.crash();
  }
  await fold.run();
  return fold;
};

test.each([1, 2, 3, 4])('what is amended, and under which key, is the same after crashes anywhere: seed %i', async seed => {
  const all = messages(randomOf('late', seed));
  const undisturbed = newFold();
  feed(undisturbed, all);
  await undisturbed.start();
  await undisturbed.run(1_000_000);
  const { counters } = undisturbed;
  const told = [...undisturbed.effects.values()].map(text => JSON.parse(text) as { offset: number });
  const atTicks = told.filter(({ offset }) => undisturbed.journal.records[offset - 1]!.header.kind === 'fact');
  expect(atTicks.length).toBeGreaterThan(0);
  expect(counters.get('refolds_total')).toBeGreaterThan(100);
  const crashed = await crashing(all, randomOf('crashes', seed));
  expect([...crashed.effects].sort()).toEqual([...undisturbed.effects].sort());
  expect(crashed.outcome()).toEqual(undisturbed.outcome());
});
