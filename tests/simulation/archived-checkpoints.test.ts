// Proves: what happened before the lateness bound (15 days) is folded again from a moment at most a day before it, and gives the very alerts that
// were told live, also where older records are gone; a change that applies by event time, far back, begins there too, and leaves no memory that is no longer true; and
// retention takes of the archive what begins before the oldest record.
import { beforeAll, expect, test } from '@jest/globals';
import type { Alert } from '../../src/model/alert.js';
import { PartitionStore } from '../../src/streams/fold/partition-store.js';
import { Past } from '../../src/streams/history/past.js';
import { why } from '../../src/streams/history/why.js';
import { fleetDrive, START, setUp } from './fleet-drive.js';
import { SimulatedFold } from './simulated-fold.js';

const DAY = 86_400_000;
const DAYS = 24;
const NOW = START + (DAYS + 1) * DAY;

const folded = async (): Promise<SimulatedFold> => {
  const fold = new SimulatedFold();
  setUp(fold, []);
  await fold.start();
  const drive = fleetDrive('archive', 1, 4);
  for (let day = 0; day < DAYS; day++) {
    let now = START + day * DAY - 3_600_000;
    const tickTo = (until: number, every: number) => {
      for (; now < until; now += every) fold.tick(now);
    };
    for (const { device, ts, text } of drive) {
      tickTo(ts + day * DAY, 30_000);
      const event = { ...(JSON.parse(text) as object), ts: ts + day * DAY };
      fold.send({ device, received: ts + day * DAY + 50, payload: JSON.stringify(event) });
    }
    tickTo(START + day * DAY + 2 * 3_600_000, 60_000);
    await fold.run(500);
  }
  return fold;
};

const keys = async (fold: SimulatedFold, prefix: string): Promise<string[]> => {
  const found: string[] = [];
  for await (const [key] of fold.state.range(prefix, `${prefix}\uffff`)) found.push(key);
  return found;
};

let fold: SimulatedFold;
let alerts: Alert[];
beforeAll(async () => {
  fold = await folded();
  alerts = [...fold.alerts.values()].filter(({ kind }) => kind !== 'device_offline');
}, 120_000);

test('the archive has one a day of what is older than 15 days, and their texts', async () => {
  const archived = await keys(fold, 'fold/archived/v-1/');
  expect(archived.length).toBeGreaterThan(DAYS - 15 - 4);
  expect(archived.length).toBeLessThanOrEqual(DAYS - 15);
  const texts = new Set((await keys(fold, 'fold/checkpoint/v-1/')).map(key => key.split('/').at(-1)));
  for (const key of archived) expect(texts).toContain(key.split('/').at(-1));
});

test('alerts of any day are found again, from a day before at most', async () => {
  const past = new Past(fold.journal, fold.state);
  const perDay = new Map(alerts.map(alert => [Math.floor((Date.parse(alert.occurred_at) - START) / DAY), alert]));
  expect(perDay.size).toBeGreaterThan(DAYS - 3);
  for (const [day, alert] of [...perDay].filter((_, n) => n % 3 === 0)) {
    const at = Date.parse(alert.occurred_at);
    const slice = (await past.slice('v-1', at - 30_000, at + 600_000))!;
    if (day > 2) expect(at - slice.base.at).toBeLessThan(2 * DAY);
    const told = await why(past, alert, { now: NOW });
    expect([day, told.reproduced, told.whole]).toEqual([day, true, true]);
  }
}, 60_000);

test('an assignment far back takes away the memories after it', async () => {
  const again = await folded();
  const from = START + 4 * DAY;
  const before = await keys(again, 'fold/archived/v-1/');
  again.say(
    { type: 'assignment_put', assignment: { id: 'a', vehicle: 'v-1', driver: 'd-9', from, to: null } },
    START + DAYS * DAY,
  );
  for (let n = 0; n < 200; n++) again.tick(START + DAYS * DAY + n * 1_000);
  let readFrom = Number.POSITIVE_INFINITY;
  const { journal } = again;
  const ofVehicle = journal.ofVehicle.bind(journal);
  journal.ofVehicle = (...asked) => {
    readFrom = Math.min(readFrom, asked[1]);
    return ofVehicle(...asked);
  };
  await again.run(500);
  // From a memory of the archive, a day before at most, and not from the beginning.
  expect(from - journal.records[readFrom - 1]!.header.received).toBeLessThan(2 * DAY);
  expect(journal.records[readFrom - 1]!.header.received).toBeLessThan(from);
  const after = await keys(again, 'fold/archived/v-1/');
  const ats = after.map(key => Number(key.split('/').at(-1)));
  expect(before.some(key => Number(key.split('/').at(-1)) > from)).toBe(true);
  expect(ats.every(at => at <= from)).toBe(true);
  const past = new Past(again.journal, again.state);
  const [alert] = [...again.alerts.values()].filter(
    ({ occurred_at, kind }) => Date.parse(occurred_at) > START + 6 * DAY && kind !== 'device_offline',
  );
  const told = await why(past, alert!, { now: NOW });
  expect([told.reproduced, told.alert.driver]).toEqual([true, 'd-9']);
}, 120_000);

test('retention: what begins before the oldest record goes, what is after it is whole', async () => {
  const gone = fold.journal.records.findIndex(({ header }) => header.received >= START + 5 * DAY - 3_600_000);
  fold.journal.records.splice(0, gone);
  const archived = await keys(fold, 'fold/archived/');
  const removed = await new PartitionStore(fold.state).forgetArchived(fold.journal.oldest());
  expect(removed).toBeGreaterThan(2);
  expect(await keys(fold, 'fold/archived/')).toHaveLength(archived.length - removed);
  const past = new Past(fold.journal, fold.state);
  const of = (day: number) => alerts.find(({ occurred_at }) => Math.floor((Date.parse(occurred_at) - START) / DAY) === day)!;
  const told = await why(past, of(7), { now: NOW });
  expect([told.reproduced, told.whole]).toEqual([true, true]);
  await expect(why(past, of(2), { now: NOW })).rejects.toMatchObject({ code: 'EXPIRED' });
});
