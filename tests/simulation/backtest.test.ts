// Proves: a backtest of the rule that was in force finds exactly the alerts that were raised, and of another one what changes; it counts by
// vehicle and day, tells only of its range, and asks only those it is for.
import { beforeAll, expect, test } from '@jest/globals';
import type { Alert } from '../../src/model/alert.js';
import { TooMuchError } from '../../src/model/history-errors.js';
import type { RuleSettings } from '../../src/model/rule-settings.js';
import { type BacktestPlan, backtest } from '../../src/streams/history/backtest.js';
import { Past } from '../../src/streams/history/past.js';
import { type DeviceEvent, fencesAlong, fleetDrive, START, setUp } from './fleet-drive.js';
import { SimulatedFold } from './simulated-fold.js';

const HOUR = 3_600_000;
const NOW = START + 24 * HOUR;
let events: DeviceEvent[];
let fold: SimulatedFold;
let past: Past;

beforeAll(async () => {
  events = fleetDrive('backtest', 3, 20);
  fold = new SimulatedFold();
  setUp(fold, fencesAlong(events));
  let second = START;
  for (const { device, ts, text } of events) {
    for (; second <= ts + 50; second += 1_000) fold.tick(second);
    fold.send({ device, received: ts + 50, payload: text });
  }
  for (const end = second + HOUR; second <= end; second += 10_000) fold.tick(second);
  await fold.start();
  await fold.run(500);
  past = new Past(fold.journal, fold.state);
}, 60_000);

const vehicles = (): string[] => [...new Set(events.map(({ device }) => device))];

const inForce = async (): Promise<readonly RuleSettings[]> => (await past.conditions()).at(Number.MAX_SAFE_INTEGER).all;
const ruleOfKind = async (kind: string): Promise<RuleSettings> => (await inForce()).find(rule => rule.kind === kind)!;

const run = async (plan: Partial<BacktestPlan> & Pick<BacktestPlan, 'rule'>, spend?: (n: number) => void) =>
  backtest(
    { from: START, to: NOW, reference: null, vehicles: vehicles(), ...plan },
    {
      journal: fold.journal,
      conditions: await past.conditions(),
      now: NOW,
      slice: (vehicle, since, until) => past.slice(vehicle, since, until),
      ...(spend && { spend }),
    },
  );

const raised = (kind: string): Alert[] =>
  [...fold.alerts.values()].filter(alert => alert.kind === kind && alert.status !== 'retracted');
const shown = (alerts: readonly Pick<Alert, 'vehicle' | 'occurred_at' | 'value' | 'suppressed'>[]) =>
  alerts.map(({ vehicle, occurred_at, value, suppressed }) => `${vehicle} ${occurred_at} ${value} ${suppressed}`).sort();

test('every rule that was in force gives what was raised, and no difference to itself', async () => {
  let found = 0;
  for (const rule of await inForce()) {
    if (rule.kind === 'device_offline') continue;
    const result = await run({ rule: { ...rule, id: 'candidate' }, reference: rule });
    expect([rule.kind, shown(result.alerts)]).toEqual([rule.kind, shown(raised(rule.kind))]);
    expect(result).toMatchObject({
      count: result.alerts.length,
      truncated: false,
      compared_with: { rule: rule.id, alerts: result.count, added: [], removed: [] },
    });
    found += result.count;
  }
  expect(found).toBeGreaterThan(5);
});

test('a milder threshold adds, a stricter one removes; the same braking that begins earlier is the same', async () => {
  const reference = await ruleOfKind('harsh_braking');
  const milder = await run({ rule: { ...reference, params: { threshold: -1.5 } }, reference });
  expect(milder.compared_with.alerts).toBe(raised('harsh_braking').length);
  expect(milder.compared_with.added_count).toBe(milder.count - milder.compared_with.alerts);
  expect(milder.compared_with.added_count).toBeGreaterThan(3);
  expect(milder.compared_with.removed).toEqual([]);
  for (const { threshold } of milder.alerts) expect(threshold).toBe(-1.5);
  const stricter = await run({ rule: { ...reference, params: { threshold: -30 } }, reference });
  expect(stricter).toMatchObject({ alerts: [], count: 0, per_vehicle: {}, per_day: {} });
  expect(shown(stricter.compared_with.removed)).toEqual(shown(raised('harsh_braking')));
  const total = (counts: Record<string, number>) => Object.values(counts).reduce((sum, n) => sum + n, 0);
  expect(total(milder.per_vehicle)).toBe(milder.count);
  expect(milder.per_day).toEqual({ '2026-03-10': milder.count });
});

test('tells of its range and of those it is for', async () => {
  const reference = await ruleOfKind('harsh_braking');
  const rule = { ...reference, params: { threshold: -1.5 } };
  const whole = await run({ rule });
  const [from, to] = [START + 5 * 60_000, START + 12 * 60_000];
  const some = await run({ rule, from, to });
  const within = ({ occurred_at }: { occurred_at: string }) => Date.parse(occurred_at) >= from && Date.parse(occurred_at) < to;
  expect(shown(some.alerts)).toEqual(shown(whole.alerts.filter(within)));
  const [one] = vehicles();
  const only = await run({ rule: { ...rule, applies_to: { vehicles: [one!] } } });
  expect(Object.keys(only.per_vehicle)).toEqual([one]);
  expect((await run({ rule: { ...rule, applies_to: { classes: ['bus'] } } })).count).toBe(0);
});

test('stops where enough has been read', async () => {
  let left = 500;
  const spend = (n: number) => {
    left -= n;
    if (left < 0) throw new TooMuchError('enough');
  };
  await expect(run({ rule: await ruleOfKind('speeding') }, spend)).rejects.toThrow('enough');
});
