// Proves, on the production fold and the production watch under virtual time: when many devices fall silent together, one alert tells of all
// and no other does, whatever the order of arrival and across crashes; it ends when they are heard again, and who stays silent is told of by
// itself; one device alone is told of at its own limit; a group that falls silent is told as that; what was told one by one is taken back.
import { expect, test } from '@jest/globals';
import type { Alert } from '../../src/model/alert.js';
import { newVehicle } from '../../src/model/vehicle.js';
import { defaultRuleSettings } from '../../src/rules/default-rules.js';
import { OutageWatch } from '../../src/streams/outage-watch.js';
import { pseudoRandom } from '../harness/pseudo-random.js';
import { START } from './fleet-drive.js';
import { SimulatedFold } from './simulated-fold.js';

const SECOND = 1_000;
const LIMIT = 900 * SECOND;

const idOf = (n: number): string => `v-${String(n).padStart(3, '0')}`;

/** Devices that speak every 30 s, each at its own second. */
class Fleet {
  readonly fold = new SimulatedFold();
  readonly watch: OutageWatch;
  now = START;

  constructor(
    readonly size: number,
    groupOf: (n: number) => string | null = () => null,
    watched = true,
  ) {
    const { fold } = this;
    for (const rule of defaultRuleSettings()) if (rule.kind === 'device_offline') fold.say({ type: 'rule_put', rule }, START);
    for (let n = 0; n < size; n++)
      fold.say({ type: 'vehicle_put', vehicle: { ...newVehicle(idOf(n)), group: groupOf(n) } }, START);
    const append = async (fact: Parameters<SimulatedFold['say']>[0]) => fold.say(fact, this.now);
    this.watch = new OutageWatch({ shards: () => fold, append, counters: fold.counters }, watched ? START : Number.MAX_VALUE);
  }

  /** Lets time go on to `until`; those speak whom `speaks` lets. @param order in which those of a second arrive */
  async run(until: number, speaks: (n: number, now: number) => boolean, order = (ids: number[]) => ids): Promise<this> {
    const { fold } = this;
    for (; this.now < until; this.now += SECOND) {
      const ids = Array.from({ length: this.size }, (_, n) => n).filter(
        n => (this.now / SECOND + n) % 30 === 0 && speaks(n, this.now),
      );
      for (const n of order(ids)) {
        const payload = JSON.stringify({ ts: this.now, ignition: true });
        fold.send({ device: idOf(n), received: this.now, payload });
      }
      fold.tick(this.now);
      await fold.run();
      this.watch.note(fold.silences.splice(0));
      await this.watch.look(this.now);
    }
    return this;
  }

  get offline(): Alert[] {
    return [...this.fold.alerts.values()].filter(({ kind }) => kind === 'device_offline');
  }

  get told(): Alert[] {
    return this.offline.filter(({ status }) => status !== 'retracted');
  }
}

const started = async (fleet: Fleet): Promise<Fleet> => {
  await fleet.fold.start();
  return fleet;
};

const CUT = START + 120 * SECOND;
const BACK = CUT + LIMIT + 120 * SECOND;

test('500 of 512 cut at once: one alert, then its end, then the one that stays silent', async () => {
  const fleet = await started(new Fleet(512));
  await fleet.run(BACK, (n, now) => now < CUT || n >= 500);
  expect(fleet.offline).toHaveLength(1);
  const [alert] = fleet.offline;
  expect(alert).toMatchObject({
    status: 'open',
    suppressed: 499,
    threshold: 900,
    unit: 's',
    ended_at: null,
    severity: 'warning',
  });
  expect(alert!.message).toContain('Outage: 500 of 512 devices');
  // The first alert of any of them would have come 900 s after the one that was heard last the longest ago.
  expect(Date.parse(alert!.raised_at)).toBeLessThanOrEqual(CUT - 30 * SECOND + LIMIT + SECOND);
  for (const n of [0, 250, 499]) expect((await fleet.fold.liveState(idOf(n)))!.status).toBe('offline');
  expect((await fleet.fold.liveState(idOf(505)))!.status).not.toBe('offline');
  expect(fleet.fold.counters.get('offline_under_outage_total')).toBe(500);
  await fleet.fold.crash();
  await fleet.run(BACK + LIMIT + 90 * SECOND, n => n !== 7);
  expect(fleet.told.map(({ vehicle }) => vehicle).sort()).toEqual([alert!.vehicle, idOf(7)].sort());
  const ended = fleet.told.find(({ id }) => id === alert!.id)!;
  expect(Date.parse(ended.ended_at!) - BACK).toBeLessThanOrEqual(60 * SECOND);
  expect(fleet.told.find(({ vehicle }) => vehicle === idOf(7))).toMatchObject({ ended_at: null, suppressed: 0 });
  expect((await fleet.fold.liveState(idOf(0)))!.status).not.toBe('offline');
});

test('the same alert in any order of arrival', async () => {
  const random = pseudoRandom(11);
  const shuffled = (ids: number[]) =>
    ids
      .map(id => [random(), id] as const)
      .sort(([a], [b]) => a - b)
      .map(([, id]) => id);
  const reports = [];
  for (const order of [undefined, (ids: number[]) => ids.reverse(), shuffled]) {
    const fleet = await started(new Fleet(60));
    await fleet.run(BACK, (_, now) => now < CUT, order);
    reports.push(fleet.offline.map(({ evidence: _, ...rest }) => rest));
  }
  expect(reports[0]).toHaveLength(1);
  expect(reports[1]).toEqual(reports[0]);
  expect(reports[2]).toEqual(reports[0]);
});

test('one silent device, and nine of them: each by itself, at its limit', async () => {
  for (const many of [1, 9]) {
    const fleet = await started(new Fleet(60));
    await fleet.run(BACK, (n, now) => now < CUT || n >= many);
    expect(fleet.offline).toHaveLength(many);
    for (const alert of fleet.offline) {
      expect(alert).toMatchObject({ status: 'open', suppressed: 0, value: 900 });
      expect(Date.parse(alert.raised_at) - Date.parse(alert.occurred_at)).toBe(LIMIT);
    }
  }
});

test('devices that fall silent one after another are no outage', async () => {
  const fleet = await started(new Fleet(40));
  await fleet.run(CUT + 40 * 90 * SECOND + LIMIT, (n, now) => now < CUT + n * 90 * SECOND);
  expect(fleet.told.filter(({ suppressed }) => suppressed > 0)).toEqual([]);
  expect(fleet.told.length).toBeGreaterThanOrEqual(38);
});

test('a group of a large fleet', async () => {
  const fleet = await started(new Fleet(200, n => (n < 20 ? 'north' : 'south')));
  await fleet.run(BACK, (n, now) => now < CUT || n >= 20);
  expect(fleet.offline).toHaveLength(1);
  expect(fleet.offline[0]).toMatchObject({ suppressed: 19 });
  expect(fleet.offline[0]!.message).toContain('20 of 20 devices of group north');
});

test('what was told one by one before the outage was known is taken back, and names it; folding again says the same', async () => {
  const fleet = await started(new Fleet(30, () => null, false));
  await fleet.run(BACK, (_, now) => now < CUT);
  expect(fleet.told).toHaveLength(30);
  const [rule] = fleet.told.map(alert => alert.rule);
  const [from, to] = [CUT - 60 * SECOND, CUT];
  const outage = {
    id: 'o-1',
    rule: rule!,
    group: null,
    began: from,
    from,
    to,
    lead: idOf(3),
    silent: 30,
    of: 30,
    at: fleet.now,
    over: false,
  };
  fleet.fold.say({ type: 'outage', ...outage }, fleet.now);
  await fleet.fold.run();
  expect(fleet.told).toHaveLength(1);
  const [one] = fleet.told;
  expect(one).toMatchObject({ vehicle: idOf(3), suppressed: 29 });
  for (const alert of fleet.offline.filter(({ status }) => status === 'retracted')) expect(alert.replaced_by).toBe(one!.id);
  await fleet.fold.crash();
  await fleet.fold.run();
  expect(fleet.told).toEqual([one]);
});

test('data that devices kept through an outage is folded, ends it, and leaves its count as it was', async () => {
  const fleet = await started(new Fleet(24));
  await fleet.run(BACK, (_, now) => now < CUT);
  const [alert] = fleet.told;
  for (let n = 0; n < 24; n++) {
    const kept = Array.from({ length: 30 }, (_, i) => ({ ts: CUT + i * 30 * SECOND, ignition: true }));
    fleet.fold.send({ device: idOf(n), received: fleet.now, payload: JSON.stringify(kept) });
  }
  await fleet.run(BACK + 60 * SECOND, () => true);
  expect(fleet.told).toHaveLength(1);
  expect(fleet.told[0]).toMatchObject({ id: alert!.id, suppressed: 23, status: 'open' });
  expect(fleet.told[0]!.ended_at).not.toBeNull();
  expect(fleet.fold.counters.get('events_folded_total')).toBeGreaterThan(24 * 30);
});
