// Proves: folding a stretch of the past again, from what is on disk alone, gives the very alerts that were told live, whatever the order in
// which the data came; and that "why" and "why not" say what the rule saw.
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Alert } from '../../src/model/alert.js';
import { randomOf } from '../../src/simulator/random.js';
import { eventRanges } from '../../src/streams/history/event-ranges.js';
import { foldSlice } from '../../src/streams/history/fold-slice.js';
import { Past } from '../../src/streams/history/past.js';
import { why } from '../../src/streams/history/why.js';
import { whyNot } from '../../src/streams/history/why-not.js';
import { rawRecords } from '../../src/streams/raw-events.js';
import { type DeviceEvent, fencesAlong, fleetDrive, START, setUp } from './fleet-drive.js';
import { SimulatedFold } from './simulated-fold.js';

const HOUR = 3_600_000;
const AFTERNOON = 4 * HOUR;
const NOW = START + 24 * HOUR;
let events: DeviceEvent[];

const foldOf = async (sent: readonly { device: string; received: number; text: string }[]): Promise<SimulatedFold> => {
  const fold = new SimulatedFold();
  setUp(fold, fencesAlong(events));
  let second = START;
  for (const { device, received, text } of sent) {
    for (; second <= received; second += 1_000) fold.tick(second);
    fold.send({ device, received, payload: text });
  }
  for (const end = second + 2 * HOUR; second <= end; second += 10_000) fold.tick(second);
  await fold.start();
  await fold.run(200);
  return fold;
};

const live = () => events.map(({ device, ts, text }) => ({ device, received: ts + 50, text }));

/** Each event comes up to two minutes late, so that they overtake each other; every tenth comes twice. */
const disturbed = () => {
  const random = randomOf('history', 0);
  return live()
    .map(event => ({ ...event, received: event.received + Math.floor(random.next() * 60_000) }))
    .flatMap(event => (random.next() < 0.1 ? [event, { ...event, received: event.received + 30_000 }] : [event]))
    .sort((a, b) => a.received - b.received);
};

const alertsOf = (fold: SimulatedFold): Alert[] =>
  [...fold.alerts.values()].filter(({ kind, status }) => kind !== 'device_offline' && status !== 'retracted');

beforeAll(() => {
  const morning = fleetDrive('history', 3, 10);
  // The same once more in the afternoon, so that there are trips, and moments to begin from, in between.
  const afternoon = morning.map(({ device, ts, text }) => {
    const event = JSON.parse(text) as { ts: number };
    return { device, ts: ts + AFTERNOON, text: JSON.stringify({ ...event, ts: event.ts + AFTERNOON }) };
  });
  events = [...morning, ...afternoon];
});

describe.each([
  ['in order', live],
  ['late, out of order and doubled', disturbed],
])('data that came %s', (_name, arrival) => {
  let fold: SimulatedFold;
  let past: Past;
  let alerts: Alert[];

  beforeAll(async () => {
    fold = await foldOf(arrival());
    past = new Past(fold.journal, fold.state);
    alerts = alertsOf(fold);
  }, 60_000);

  test('every alert is found again, with what proves it', async () => {
    expect(new Set(alerts.map(({ kind }) => kind)).size).toBeGreaterThan(3);
    for (const alert of alerts) {
      const told = await why(past, alert, { now: NOW });
      expect({ id: alert.id, kind: alert.kind, reproduced: told.reproduced, whole: told.whole }).toEqual({
        id: alert.id,
        kind: alert.kind,
        reproduced: true,
        whole: true,
      });
      expect(told.rule).toMatchObject({ id: alert.rule, kind: alert.kind, enabled: true });
      expect(told.samples.ts.length).toBeGreaterThan(0);
      for (const column of Object.values(told.samples)) expect(column).toHaveLength(told.samples.ts.length);
      expect(told.suppressed.length).toBe(alert.suppressed);
      expect(told.filters.readings).toBe(told.samples.ts.length);
      expect(told.raw.offsets.length).toBeGreaterThan(0);
      // What it was told for held; all but "told already", which telling itself ends.
      expect([
        alert.kind,
        told.conditions.filter(({ holds, condition }) => !holds && !condition.startsWith('told already')),
      ]).toEqual([alert.kind, []]);
    }
  });

  test('a slice of any stretch, from its checkpoint, says the same of the alerts in it as was told live', async () => {
    const conditions = await past.conditions();
    for (const vehicle of new Set(events.map(({ device }) => device))) {
      for (const [since, until] of [
        [0, NOW],
        [START + AFTERNOON + 4 * 60_000, START + AFTERNOON + 9 * 60_000],
      ] as const) {
        const slice = (await past.slice(vehicle, since, until))!;
        expect(slice.base.memory === null).toBe(since === 0);
        const { outcomes } = await foldSlice({ journal: fold.journal, conditions, lateness: 15 * 24 * HOUR, now: NOW }, slice);
        const found = [...outcomes.values()].flatMap(outcome => (outcome.table === 'alert' ? [outcome.value] : []));
        const within = (at: number) => at > slice.base.at && at >= since && at < until - 120_000;
        expect(
          found
            .filter(({ occurredAt }) => within(occurredAt))
            .map(({ id, value }) => `${id} ${value}`)
            .sort(),
        ).toEqual(
          alerts
            .filter(alert => alert.vehicle === vehicle && within(Date.parse(alert.occurred_at)))
            .map(({ id, value }) => `${id} ${value}`)
            .sort(),
        );
      }
    }
  });

  test('raw events of some minutes are found without reading the rest', async () => {
    const { device } = events[0]!;
    const range = { from: START + 6 * 60_000, to: START + 8 * 60_000 };
    const ranges = await eventRanges(past, fold.journal, device, range);
    const all = await rawRecords(fold.journal, device, range, undefined, 100_000);
    const some = await rawRecords(fold.journal, device, range, undefined, 100_000, { ranges, since: undefined });
    expect(all.items.length).toBeGreaterThan(60);
    expect(some.items).toEqual(all.items);
    const last = fold.journal.records.at(-1)!.offset;
    expect(ranges.reduce((sum, [from, to]) => sum + Math.min(to, last) - from, 0)).toBeLessThan(last);
  });
});

test('a moment without an alert: the first condition that did not hold is named', async () => {
  const fold = await foldOf(live());
  const past = new Past(fold.journal, fold.state);
  const { device } = events[0]!;
  const quiet = START + 6 * 60_000;
  const asked = await whyNot(past, { vehicle: device, kind: 'over_rev', at: quiet, within: 10_000 }, { now: NOW });
  expect(asked.rules).toHaveLength(1);
  expect(asked.rules[0]).toMatchObject({ found: null, missing: 'engine speed', rule: { id: 'default-over-rev' } });
  expect(asked.rules[0]!.conditions.find(({ condition }) => condition === 'engine speed')).toMatchObject({
    needs: expect.stringMatching(/^above \d+ rpm$/),
    saw: expect.any(Number),
    holds: false,
  });
  const braking = [...fold.alerts.values()].find(({ kind }) => kind === 'harsh_braking')!;
  const at = Date.parse(braking.occurred_at);
  const there = await whyNot(past, { vehicle: braking.vehicle, kind: 'harsh_braking', at, within: 5_000 }, { now: NOW });
  expect(there.rules[0]!.found).toMatchObject({ from: braking.occurred_at });
  const nobody = await whyNot(past, { vehicle: 'unheard', kind: 'speeding', at, within: 5_000 }, { now: NOW });
  expect(nobody).toMatchObject({ nearest: null, rules: [{ missing: 'a reading near that time' }] });
});

test('a rule that is off, or for others, says so', async () => {
  const fold = await foldOf(live());
  const { device } = events[0]!;
  const rule = { severity: null, params: {}, schedule: null, cooldown_s: 0, kind: 'over_rev' as const };
  fold.say({ type: 'rule_put', rule: { ...rule, id: 'a-off', applies_to: {}, enabled: false } }, START - 1);
  // Facts count from where they stand: the drive is told once more behind them.
  for (const { ts, text } of live()
    .map((event, i) => ({ ...event, ts: events[i]!.ts }))
    .filter((_, i) => i < 600)) {
    const shifted = JSON.parse(text) as { ts: number; seq?: number };
    fold.send({ device, received: ts + 20 * HOUR, payload: JSON.stringify({ ...shifted, ts: shifted.ts + 20 * HOUR }) });
  }
  fold.say(
    { type: 'rule_put', rule: { ...rule, id: 'b-trucks', applies_to: { classes: ['truck'] }, enabled: true } },
    START + 21 * HOUR,
  );
  await fold.run();
  const at = START + 20 * HOUR + 60_000;
  const { rules } = await whyNot(
    new Past(fold.journal, fold.state),
    { vehicle: device, kind: 'over_rev', at, within: 30_000 },
    { now: START + 48 * HOUR },
  );
  expect(rules.map(({ rule: { id }, missing }) => [id, missing])).toEqual([
    ['a-off', 'enabled'],
    ['default-over-rev', 'engine speed'],
  ]);
});
