// Proves: a vehicle whose records retention has taken is as it was: its last events sent once more make no second trip, what its device had kept goes on where its
// trip was left, what is late in a past that is gone is counted as too late and changes nothing, and a driver assigned from then on is taken for the trips whose
// records are there. The same where the past is folded again at length, and after a crash.
import { expect, test } from '@jest/globals';
import { LocalShards } from '../../src/streams/fold/local-shards.js';
import { PartitionStore } from '../../src/streams/fold/partition-store.js';
import type { RefoldPace } from '../../src/streams/fold/refold/refold-pace.js';
import { START, setUp } from './fleet-drive.js';
import { SimulatedFold } from './simulated-fold.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 1_440 * MINUTE;
const KEPT = 90 * DAY;
const paces: [string, RefoldPace][] = [
  ['in one go', { checkpoint: 8_000, stepsPerSecond: 100_000 }],
  ['at length', { checkpoint: 8_000, stepsPerSecond: 20 }],
];

/** One event a second of a drive to the north, with the engine too fast now and then. */
const driving = (at: number) => {
  const s = (at - START) / SECOND;
  const gps = { lat: 50 + (s % 3_600) * 0.0001, lon: 8, speed_kmh: 40 };
  return { ts: at, seq: s, ignition: true, gps, signals: { vehicle_speed: 40, engine_rpm: s % 100 < 20 ? 7_000 : 2_000 } };
};
const parked = (at: number) => ({
  ts: at,
  seq: (at - START) / SECOND,
  ignition: false,
  signals: { vehicle_speed: 0, engine_rpm: 0 },
});

/** A device whose clock is that of the server, until its events are kept back. */
class Story {
  readonly fold: SimulatedFold;
  now = START;

  constructor(pace: RefoldPace) {
    this.fold = new SimulatedFold(options => new LocalShards({ ...options, pace }));
    setUp(this.fold, []);
  }

  send(event: { ts: number; seq: number }): void {
    this.fold.send({ device: 'v-9', received: this.now, payload: JSON.stringify(event) });
  }

  async pass(until: number, every: number): Promise<void> {
    for (; this.now < until; this.now += every) this.fold.tick(this.now);
    await this.fold.run(1_000);
  }

  async drive(seconds: number, event: (at: number) => { ts: number; seq: number } = driving): Promise<void> {
    for (const end = this.now + seconds * SECOND; this.now < end; this.now += SECOND) {
      this.fold.tick(this.now);
      this.send(event(this.now));
    }
    await this.fold.run(1_000);
  }

  /** What came longer ago than is kept is gone, and so is all that only memory held. */
  async forget(): Promise<void> {
    const { journal, state } = this.fold;
    journal.forget(this.now - KEPT);
    await new PartitionStore(state).forgetArchived(journal.oldest());
    await this.fold.crash();
  }

  /** Long enough for any re-fold. */
  async settle(): Promise<void> {
    await this.pass(this.now + 20 * MINUTE, SECOND);
  }
}

/** The same twice: with a journal that keeps all, and with one that retention shortens. */
const both = async (
  pace: RefoldPace,
  tell: (story: Story, forgets: boolean) => Promise<void>,
): Promise<[kept: Story, cut: Story]> => {
  const [kept, cut] = [new Story(pace), new Story(pace)];
  for (const story of [kept, cut]) {
    await story.fold.start();
    await tell(story, story === cut);
  }
  expect(cut.fold.journal.oldest()).toBeGreaterThan(1);
  return [kept, cut];
};

test.each(paces)('a trip that was left in silence goes on where it was left, %s', async (_, pace) => {
  const [kept, cut] = await both(pace, async (story, forgets) => {
    await story.drive(300);
    const last = story.now - SECOND;
    await story.pass(story.now + KEPT + 10 * DAY, 10 * MINUTE);
    if (forgets) await story.forget();
    for (let at = last - 5 * SECOND; at < last + 120 * SECOND; at += SECOND) story.send(driving(at));
    await story.settle();
  });
  expect(kept.fold.outcome().trips).toHaveLength(1);
  expect(kept.fold.outcome().alerts.length).toBeGreaterThan(2);
  expect(cut.fold.outcome()).toEqual(kept.fold.outcome());
});

test.each(paces)('what was parked and was sent again is known, and a drive that was kept back is a trip, %s', async (_, pace) => {
  const [kept, cut] = await both(pace, async (story, forgets) => {
    await story.drive(300);
    await story.drive(600, parked);
    const last = story.now - SECOND;
    await story.pass(story.now + KEPT + 10 * DAY, 10 * MINUTE);
    if (forgets) await story.forget();
    for (let at = last - 5 * SECOND; at <= last; at += SECOND) story.send(parked(at));
    for (let at = last + DAY; at < last + DAY + 120 * SECOND; at += SECOND) story.send(driving(at));
    await story.settle();
  });
  expect(kept.fold.outcome().trips).toHaveLength(2);
  expect(cut.fold.outcome()).toEqual(kept.fold.outcome());
});

test.each(paces)('what is late in a past that is gone is too late, and changes nothing, %s', async (_, pace) => {
  const [kept, cut] = await both(pace, async (story, forgets) => {
    await story.drive(300);
    await story.drive(600, parked);
    await story.pass(story.now + KEPT + 10 * DAY, 10 * MINUTE);
    if (forgets) {
      await story.forget();
      story.send({ ...driving(START + 100 * SECOND + 500), seq: 100_000 });
    }
    await story.settle();
  });
  expect(kept.fold.outcome().trips).toHaveLength(1);
  expect(cut.fold.outcome()).toEqual(kept.fold.outcome());
  expect(cut.fold.counters.get('events_too_late_total')).toBe(1);
  const { signals, ...shown } = (await cut.fold.liveState('v-9'))!;
  const before = (await kept.fold.liveState('v-9'))!;
  expect([signals, shown.at, shown.lat]).toEqual([before.signals, before.at, before.lat]);
});

test.each(paces)('a driver is taken for the trips whose records are there, %s', async (_, pace) => {
  const [, cut] = await both(pace, async (story, forgets) => {
    for (let day = 0; day < 100; day += 10) {
      await story.pass(START + day * DAY, 10 * MINUTE);
      await story.drive(100);
      await story.drive(600, parked);
    }
    await story.pass(START + 100 * DAY, 10 * MINUTE);
    if (forgets) await story.forget();
    const assignment = { id: 'a', vehicle: 'v-9', driver: 'd-1', from: START - DAY, to: null };
    story.fold.say({ type: 'assignment_put', assignment }, story.now);
    await story.settle();
  });
  const trips = cut.fold.outcome().trips as { startedAt: number; driver: string | null }[];
  const drivers = trips.sort((a, b) => a.startedAt - b.startedAt).map(({ driver }) => driver);
  // Those of day 0 and of day 10, with whose records the journal begins: what is folded again begins behind a moment that is kept.
  expect(drivers).toEqual([null, null, ...Array.from({ length: 8 }, () => 'd-1')]);
});
