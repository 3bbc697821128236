// Proves, on the production fold under virtual time: vehicles whose clocks are ahead (an hour, by years, more each minute, or set right in between)
// cost no re-folds and no rows of their own, whatever they say counts once when its time has come, over crashes too, and comes to the same as
// with clocks that are right.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Alert } from '../../src/model/alert.js';
import { START, setUp } from './fleet-drive.js';
import { SimulatedFold } from './simulated-fold.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const YEAR = 365 * 24 * HOUR;

interface Event {
  ts: number;
  seq: number;
}

/** A drive north of `minutes`, an event each `every_s`, hard braking now and then. */
const drive = (from: number, minutes: number, every_s = 1): Event[] => {
  let lat = 50;
  let speed = 0;
  return Array.from({ length: (minutes * 60) / every_s }, (_, i) => {
    const within = (i * every_s) % 120;
    speed = within < 20 ? Math.min(60, speed + 4 * every_s) : within >= 100 ? Math.max(0, speed - 18 * every_s) : speed;
    lat += ((speed / 3.6) * every_s) / 111_200;
    return {
      ts: from + i * every_s * SECOND,
      seq: i + 1,
      gps: { lat, lon: 8, speed_kmh: speed },
      signals: { vehicle_speed: speed, engine_rpm: 800 + speed * 30 },
      ignition: true,
    };
  });
};

class Scene {
  readonly fold = new SimulatedFold();
  now = START;
  started = false;

  constructor() {
    setUp(this.fold, []);
  }

  tickTo(until: number): this {
    for (; this.now <= until; this.now += SECOND) this.fold.tick(this.now);
    return this;
  }

  /** Arrives at `at`, after the ticks up to there. */
  send(device: string, events: readonly Event[], at: number): this {
    this.tickTo(at);
    this.fold.send({ device, received: at + 50, payload: JSON.stringify(events) });
    return this;
  }

  count(name: string): number {
    return this.fold.counters.get(name);
  }

  get balanced(): boolean {
    const of = (name: string) => this.count(`events_${name}_total`);
    return of('decoded') === of('folded') + of('duplicate') + of('too_late') + of('poisoned');
  }

  changes(change: string): number {
    return [...this.fold.effects.values()].filter(text => (JSON.parse(text) as { change: string }).change === change).length;
  }

  /** Without what arrival decides, and where in the journal it stands. */
  outcome() {
    const { trips, days } = this.fold.outcome() as { trips: Record<string, unknown>[]; days: unknown[] };
    const alerts = ([...this.fold.alerts.values()] as Alert[])
      .filter(({ kind, status }) => kind !== 'device_offline' && status !== 'retracted')
      .map(({ id, kind, vehicle, occurred_at, ended_at, value }) => ({ id, kind, vehicle, occurred_at, ended_at, value }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    return { trips: trips.map(({ from: _, to: _to, ...trip }) => trip), days, alerts };
  }
}

/** Messages of ten events each. */
const tens = (events: readonly Event[]): Event[][] =>
  Array.from({ length: Math.ceil(events.length / 10) }, (_, i) => events.slice(i * 10, i * 10 + 10));

/** Each message arrives when its last event has happened, by a clock that is ahead. */
const say = (scene: Scene, device: string, events: readonly Event[], ahead: number): Scene => {
  for (const message of tens(events)) scene.send(device, message, message.at(-1)!.ts - ahead);
  return scene;
};

const run = async (scene: Scene, until: number): Promise<Scene> => {
  scene.tickTo(until);
  if (!scene.started) await scene.fold.start();
  scene.started = true;
  await scene.fold.run();
  return scene;
};

const inItsTime = async (events: readonly Event[], end: number): Promise<Scene> => run(say(new Scene(), 'v-1', events, 0), end);

test('an hour ahead: moves nothing, is folded when its time has come, in order, and comes to the same', async () => {
  const events = drive(START + HOUR, 30);
  const end = START + 3 * HOUR;
  const right = await inItsTime(events, end);
  const scene = await run(say(new Scene(), 'v-1', events, HOUR), START + 55 * MINUTE);
  expect(scene.count('events_ahead_total')).toBe(events.length);
  expect(scene.count('events_folded_total')).toBe(0);
  expect(scene.fold.rows.size).toBe(0);
  await scene.fold.crash();
  for (let at = START + HOUR; at <= end; at += 17 * MINUTE) {
    await run(scene, at);
    await scene.fold.crash();
  }
  await run(scene, end);
  expect(scene.count('refolds_total')).toBe(0);
  expect(scene.changes('retracted')).toBe(0);
  expect(scene.outcome().alerts.length).toBeGreaterThan(3);
  expect(scene.outcome().trips).toHaveLength(1);
  expect(scene.outcome()).toEqual(right.outcome());
});

test('a fleet that runs thirty times faster than time and passes now: no re-folds, no more alerts and changes than in the past', async () => {
  const vehicles = Array.from({ length: 6 }, (_, i) => `v-${i}`);
  const fleet = async (from: number): Promise<Scene> => {
    const scene = new Scene();
    const messages = tens(drive(from, 60));
    for (const [i, message] of messages.entries())
      for (const device of vehicles) scene.send(device, message, START + Math.floor((i * 10 * SECOND) / 30));
    return run(scene, START + 2 * HOUR);
  };
  const past = await fleet(START - 24 * HOUR);
  const passing = await fleet(START - 10 * MINUTE);
  expect(passing.count('events_ahead_total')).toBeGreaterThan(6 * 1_800);
  expect(passing.count('refolds_total')).toBe(0);
  expect(passing.count('events_folded_total')).toBe(past.count('events_folded_total'));
  expect(passing.fold.effects.size).toBe(past.fold.effects.size);
  expect(passing.fold.alerts.size).toBe(past.fold.alerts.size);
  expect(passing.fold.rows.size).toBeLessThanOrEqual(past.fold.rows.size + 2 * vehicles.length);
  expect(passing.balanced).toBe(true);
});

test('a clock that is an hour ahead and then set right: what is right counts at once, in order; the rest is late data of its time', async () => {
  const wrong = drive(START + HOUR, 10);
  const right = drive(START + 10 * MINUTE, 20).map(event => ({ ...event, seq: event.seq + wrong.length }));
  const scene = say(say(new Scene(), 'v-1', wrong, HOUR), 'v-1', right, 0);
  await run(scene, START + 31 * MINUTE);
  expect(scene.count('events_folded_total')).toBe(right.length);
  expect(scene.count('refolds_total')).toBe(0);
  expect((await scene.fold.liveState('v-1'))!.at).toBe(right.at(-1)!.ts);
  // It drives on while the time of what was wrong comes.
  const later = drive(START + HOUR - MINUTE, 15).map(event => ({ ...event, seq: event.seq + 10_000 }));
  say(scene, 'v-1', later, 0);
  await run(scene, START + 3 * HOUR);
  // Once for each 20 s of ten minutes, and for each message of ten that meanwhile begins before the newest.
  expect(scene.count('refolds_total')).toBeLessThan(30 + 60);
  expect(scene.count('events_folded_total')).toBe(wrong.length + right.length + later.length);
  expect(scene.balanced).toBe(true);
});

test('a late event while others wait is folded again without them', async () => {
  const known = drive(START, 10);
  const ahead = drive(START + 2 * HOUR, 10).map(event => ({ ...event, seq: event.seq + 5_000 }));
  const [late, ...rest] = [known[200]!, ...known.filter((_, i) => i !== 200)];
  const scene = say(new Scene(), 'v-1', rest, 0);
  for (const message of tens(ahead)) scene.send('v-1', message, START + 11 * MINUTE);
  scene.send('v-1', [late], START + 12 * MINUTE);
  await run(scene, START + 13 * MINUTE);
  await scene.fold.crash();
  scene.send('v-1', [{ ...late, ts: late.ts + 500, seq: 9_999 }], START + 14 * MINUTE);
  await run(scene, START + 15 * MINUTE);
  expect(scene.count('events_folded_total')).toBe(known.length + 1);
  expect((await scene.fold.liveState('v-1'))!.at).toBe(known.at(-1)!.ts);
});

test('ahead by years: each event is refused, none waits, and what comes after it counts', async () => {
  const wrong = drive(START + 19 * YEAR, 5);
  const right = drive(START + 10 * MINUTE, 5).map(event => ({ ...event, seq: event.seq + 1_000 }));
  const scene = new Scene();
  for (const [i, message] of tens(wrong).entries()) scene.send('v-1', message, START + i * 10 * SECOND);
  await run(say(scene, 'v-1', right, 0), START + HOUR);
  expect(scene.fold.refusals).toHaveLength(wrong.length);
  expect(scene.count('events_ahead_total')).toBe(0);
  expect(scene.count('events_folded_total')).toBe(right.length);
  expect(scene.count('refolds_total')).toBe(0);
});

test('one device whose clock gains a second in ten costs some re-folds where it passes the minute, and its neighbours nothing', async () => {
  const told = drive(START, 66);
  const scene = new Scene();
  for (const message of tens(told)) {
    const { ts } = message.at(-1)!;
    // At this moment the fast one says what its clock will be.
    scene.send('v-1', message, START + Math.floor((ts - START) / 1.1 / SECOND) * SECOND);
  }
  const others = drive(START, 60).map(event => ({ ...event, ts: event.ts + 90 * MINUTE }));
  say(scene, 'v-0', others, 0);
  await run(scene, START + 4 * HOUR);
  expect(scene.count('events_ahead_total')).toBeGreaterThan(3_000);
  expect(scene.count('refolds_total')).toBeLessThan(10);
  expect(scene.count('events_folded_total')).toBe(told.length + others.length);
  expect(scene.outcome().trips.filter(trip => (trip as { vehicle: string }).vehicle === 'v-1')).toHaveLength(1);
});

test('whatever order it comes in, twice or not, each event that waited counts once, and all of it as in order', async () => {
  const events = drive(START + HOUR, 20, 5);
  const end = START + 3 * HOUR;
  const right = (await inItsTime(events, end)).outcome();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(), { minLength: 24, maxLength: 24 }), fc.nat(40), async (keys, crashAfter_min) => {
      const scene = new Scene();
      const messages = tens(events).map((message, i) => ({ message, key: keys[i % keys.length]! }));
      const twice = messages.filter(({ key }) => key % 3 === 0).map(({ message, key }) => ({ message, key: (key * 7) % 1_009 }));
      const sent = [...messages, ...twice].sort((a, b) => a.key - b.key);
      for (const [i, { message }] of sent.entries()) scene.send('v-1', message, START + i * SECOND);
      await run(scene, START + HOUR + crashAfter_min * MINUTE);
      await scene.fold.crash();
      await run(scene, end);
      expect(scene.count('events_ahead_total')).toBe(sent.length * 10);
      expect(scene.outcome()).toEqual(right);
    }),
    { numRuns: 8 },
  );
}, 60_000);
