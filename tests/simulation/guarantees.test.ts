// Proves, on the production fold under virtual time: silence is told by ticks; readings ahead of their time wait for it; what is older than
// the bound is counted and not folded; the same seq is taken once whatever else it says; what comes later (an assignment, a late reading)
// re-attributes what it covers; and a reading is judged by the rules of its own offset, when it is folded again too.
import { expect, test } from '@jest/globals';
import type { AlertOutcome } from '../../src/model/alert.js';
import { defaultFleetSettings } from '../../src/model/fleet-settings.js';
import type { RuleSettings } from '../../src/model/rule-settings.js';
import { defaultRuleSettings } from '../../src/rules/default-rules.js';
import { START, setUp } from './fleet-drive.js';
import { SimulatedFold } from './simulated-fold.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Events of one vehicle that drives north at `speed`, one a second. */
const driving = (from: number, seconds: number, speed = 50, rpm = 2_000) =>
  Array.from({ length: seconds }, (_, i) => {
    const ts = from + i * 1_000;
    const lat = 50 + ((ts - START) / 3_600_000) * (speed / 111.2);
    return {
      ts,
      seq: ts / 1_000,
      gps: { lat, lon: 8, speed_kmh: speed },
      signals: { vehicle_speed: speed, engine_rpm: rpm },
      ignition: true,
    };
  });

const ruleOf = (kind: string, changed: Partial<RuleSettings> = {}): RuleSettings => ({
  ...defaultRuleSettings().find(rule => rule.kind === kind)!,
  ...changed,
});

class Scene {
  readonly fold = new SimulatedFold();
  now = START;

  constructor() {
    setUp(this.fold, []);
  }

  send(payload: unknown, received = this.now + 50, device = 'v-1'): this {
    this.fold.send({ device, received, payload: JSON.stringify(payload) });
    return this;
  }

  /** Ticks up to `until`, `step` apart. */
  tick(until: number, step = 1_000): this {
    for (; this.now <= until; this.now += step) this.fold.tick(this.now);
    return this;
  }

  drive(events: readonly { ts: number }[]): this {
    for (const event of events) this.tick(event.ts).send(event, event.ts + 50);
    return this;
  }

  async folded(): Promise<this> {
    await this.fold.start();
    await this.fold.run();
    return this;
  }

  alerts(kind: string) {
    return [...this.fold.alerts.values()].filter(alert => alert.kind === kind);
  }

  trips() {
    return this.fold.outcome().trips as { driver: string | null; startedAt: number; endedAt: number; status: string }[];
  }

  count(name: string): number {
    return this.fold.counters.get(`events_${name}_total`);
  }

  balanced(): boolean {
    return (
      this.count('decoded') === this.count('folded') + this.count('duplicate') + this.count('too_late') + this.count('poisoned')
    );
  }
}

test('device_offline is told by the tick, at its limit, once, and ends when the device is heard again', async () => {
  const scene = new Scene().drive(driving(START, 60));
  const heard = START + 59_050;
  await scene.tick(heard + 899_000).folded();
  expect(scene.alerts('device_offline')).toHaveLength(0);
  scene.tick(heard + 901_000);
  await scene.fold.run();
  const [alert] = scene.alerts('device_offline');
  expect(alert).toMatchObject({ vehicle: 'v-1', value: 901, threshold: 900, ended_at: null });
  expect(Date.parse(alert!.occurred_at)).toBe(heard);
  scene.tick(heard + HOUR).drive(driving(START + 2 * HOUR, 2));
  await scene.fold.run();
  expect(scene.alerts('device_offline')).toHaveLength(1);
  expect(scene.alerts('device_offline')[0]!.ended_at).not.toBeNull();
});

test('after the server was away, silence counts from its return', async () => {
  const scene = new Scene().drive(driving(START, 60));
  scene.now = START + 5 * HOUR;
  scene.tick(START + 5 * HOUR + 899_000);
  await scene.folded();
  expect(scene.alerts('device_offline')).toHaveLength(0);
  scene.tick(START + 5 * HOUR + 901_000);
  await scene.fold.run();
  expect(scene.alerts('device_offline')).toHaveLength(1);
});

test('a shorter limit counts for those who are silent already', async () => {
  const scene = new Scene().drive(driving(START, 10)).tick(START + 5 * MINUTE);
  scene.fold.say({ type: 'rule_put', rule: ruleOf('device_offline', { params: { after_s: 60 } }) }, scene.now);
  await scene.tick(scene.now + 5_000).folded();
  expect(scene.alerts('device_offline')).toHaveLength(1);
});

test('a longer limit counts for those whose time would have come', async () => {
  const scene = new Scene().drive(driving(START, 10)).tick(START + 5 * MINUTE);
  scene.fold.say({ type: 'rule_put', rule: ruleOf('device_offline', { params: { after_s: 3_600 } }) }, scene.now);
  await scene.tick(START + 59 * MINUTE).folded();
  expect(scene.alerts('device_offline')).toHaveLength(0);
  scene.tick(START + 61 * MINUTE);
  await scene.fold.run();
  expect(scene.alerts('device_offline')).toHaveLength(1);
});

test('a reading 61 s ahead waits for its time and moves nothing before; then it counts, and so across a crash', async () => {
  const ahead = { ts: START + 2 * MINUTE, seq: 9_999_999, signals: { vehicle_speed: 90 }, ignition: true };
  const scene = new Scene().drive(driving(START, 30));
  scene.send(ahead, ahead.ts - 61_000);
  await scene.folded();
  const newest = () => (scene.fold.outcome().trips[0] as { endedAt: number; maxSpeed: number }).endedAt;
  const before = scene.count('folded');
  expect(before).toBe(30);
  expect(newest()).toBe(START + 29_000);
  scene.drive(driving(START + 30_000, 20));
  await scene.fold.run();
  await scene.fold.crash();
  expect(scene.count('late')).toBe(0);
  scene.drive(driving(START + 50_000, 90)).tick(START + 5 * MINUTE);
  await scene.fold.run();
  await scene.fold.grown();
  expect((scene.fold.outcome().trips[0] as { maxSpeed: number }).maxSpeed).toBe(90);
});

test('each reading ahead is accounted for once its time has come, sent twice or not', async () => {
  const ahead = (i: number) => ({ ts: START + 10 * MINUTE + i, seq: 500 + i, signals: { vehicle_speed: 0 } });
  const scene = new Scene().drive(driving(START, 10));
  for (let i = 0; i < 20; i++) scene.send(ahead(i)).send(ahead(i));
  await scene.tick(START + 12 * MINUTE).folded();
  expect(scene.count('folded')).toBe(30);
  expect(scene.count('duplicate')).toBe(20);
  expect(scene.balanced()).toBe(true);
});

test('24 h ahead is no reading: put aside, and its neighbours count', async () => {
  const scene = new Scene().drive(driving(START, 5));
  scene.send([
    { ts: START + DAY + HOUR, seq: 1 },
    { ts: START + 5_000, seq: 2, signals: { vehicle_speed: 50 } },
  ]);
  await scene.tick(START + MINUTE).folded();
  expect(scene.fold.refusals.map(refusal => refusal.split(' ')[1])).toEqual(['too_far_ahead']);
  expect(scene.count('folded')).toBe(6);
});

test('behind the bound is counted and not folded; at the bound it is folded', async () => {
  const scene = new Scene();
  scene.fold.say({ type: 'settings_put', settings: { ...defaultFleetSettings, lateness: HOUR } }, START);
  scene.drive(driving(START + 2 * HOUR, 10));
  const newest = START + 2 * HOUR + 9_000;
  scene.send({ ts: newest - HOUR, seq: 1, signals: { vehicle_speed: 30 } });
  scene.send({ ts: newest - HOUR - 1, seq: 2, signals: { vehicle_speed: 30 } });
  await scene.tick(scene.now + 5_000).folded();
  expect([scene.count('folded'), scene.count('too_late')]).toEqual([11, 1]);
  expect(scene.balanced()).toBe(true);
});

test.each([
  ['what comes first sorts first', 'a', 'b'],
  ['what comes first sorts last', 'b', 'a'],
])('the same seq is one event, whatever else it says: %s', async (_name, first, second) => {
  const one = { ts: START + 5_000, seq: 77, signals: { vehicle_speed: 40 }, note: first };
  const other = { ...one, note: second };
  const scene = new Scene()
    .drive(driving(START, 5))
    .send(one, START + 5_100)
    .tick(START + 10_000)
    .send(other)
    .tick(START + 20_000);
  scene.send({ ts: START + 3_500, seq: 3, signals: { vehicle_speed: 50 } }).tick(START + 30_000);
  scene
    .send(other)
    .send(one)
    .tick(START + 40_000);
  await scene.folded();
  expect([scene.count('folded'), scene.count('duplicate')]).toEqual([7, 3]);
  expect(scene.balanced()).toBe(true);
});

test('without seq the same content is one event, in whatever order its keys stand', async () => {
  const scene = new Scene().drive(driving(START, 5));
  scene.send({ ts: START + 6_000, ignition: true, signals: { vehicle_speed: 40, engine_rpm: 900 } });
  scene.send({ signals: { engine_rpm: 900, vehicle_speed: 40 }, ignition: true, ts: START + 6_000 });
  scene.send({ ts: START + 6_000, ignition: true, signals: { vehicle_speed: 41, engine_rpm: 900 } });
  await scene.tick(START + MINUTE).folded();
  expect([scene.count('folded'), scene.count('duplicate')]).toEqual([7, 1]);
});

test('an assignment that comes later names the driver of trips, days and alerts it covers, and takes the name away again', async () => {
  const scene = new Scene().drive(driving(START, 120)).drive(driving(START + 120_000, 10, 50, 6_500));
  scene.drive(driving(START + 130_000, 10)).tick(START + 2 * HOUR, 10_000);
  await scene.folded();
  expect(scene.trips()).toMatchObject([{ driver: null, status: 'closed' }]);
  expect(scene.alerts('over_rev')).toMatchObject([{ driver: null }]);
  const assignment = { id: 'as-1', vehicle: 'v-1', driver: 'kim', from: START - HOUR, to: START + HOUR };
  scene.fold.say({ type: 'assignment_put', assignment }, scene.now);
  await scene.tick(scene.now + 5_000).fold.run();
  expect(scene.trips()).toMatchObject([{ driver: 'kim', status: 'closed' }]);
  expect(scene.alerts('over_rev')).toMatchObject([{ driver: 'kim', status: 'open' }]);
  expect(scene.fold.outcome().days.map(day => (day as { driver: string }).driver)).toEqual(['kim']);
  await scene.fold.crash();
  scene.fold.say({ type: 'assignment_deleted', id: 'as-1', vehicle: 'v-1' }, scene.now);
  await scene.tick(scene.now + 5_000).fold.run();
  expect(scene.trips()).toMatchObject([{ driver: null }]);
  expect(scene.alerts('over_rev')).toMatchObject([{ driver: null }]);
  expect(scene.fold.outcome().days.map(day => (day as { driver: string }).driver)).toEqual(['']);
});

test('readings are judged by the rule of their own offset, when late data makes them fold again too', async () => {
  const strict = ruleOf('over_rev', { params: { petrol_rpm: 3_000, diesel_rpm: 3_000, min_s: 3 }, cooldown_s: 0 });
  const build = (late: boolean) => {
    const scene = new Scene();
    scene
      .drive(driving(START, 30))
      .drive(driving(START + 30_000, 10, 50, 3_500))
      .drive(driving(START + 40_000, 30));
    scene.fold.say({ type: 'rule_put', rule: strict }, scene.now);
    scene.drive(driving(START + 70_000, 10, 50, 3_500)).drive(driving(START + 80_000, 30));
    if (late) scene.send({ ts: START + 10_500, seq: 3, signals: { vehicle_speed: 50 } });
    return scene.tick(START + HOUR, 10_000);
  };
  for (const late of [false, true]) {
    const scene = await build(late).folded();
    const found = scene.alerts('over_rev');
    // The first time at 3,500 rpm was allowed.
    expect(found.map(({ occurred_at }) => Date.parse(occurred_at) - START)).toEqual([70_000]);
    expect(found[0]!.status).toBe('open');
  }
});

test('a late reading that comes under the stricter rule does not bring the others under it', async () => {
  const strict = ruleOf('over_rev', { params: { petrol_rpm: 3_000, diesel_rpm: 3_000, min_s: 3 }, cooldown_s: 0 });
  const scene = new Scene()
    .drive(driving(START, 20))
    .drive(driving(START + 20_000, 10, 50, 3_500))
    .drive(driving(START + 30_000, 10));
  scene.fold.say({ type: 'rule_put', rule: strict }, scene.now);
  scene.send({ ts: START + 25_500, seq: 3, signals: { vehicle_speed: 50, engine_rpm: 3_500 } });
  await scene.tick(START + HOUR, 10_000).folded();
  const effects = [...scene.fold.effects.values()].map(text => JSON.parse(text) as { outcome?: AlertOutcome });
  expect(effects.filter(({ outcome }) => outcome?.kind === 'over_rev')).toHaveLength(0);
});
