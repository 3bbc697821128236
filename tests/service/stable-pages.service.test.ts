// Proves, over REST on the embedded file and on MySQL alike: whoever walks a list page by page while new rows come in, newer and older ones,
// sees each of those that were there at the start once, in order, however small the pages are.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { connectRegistered, type RegisteredDevice } from '../harness/registered-device.js';
import { type RestClient, restClient } from '../harness/rest-client.js';
import { inArraysOf, type Leg, scriptedDrive } from '../harness/scripted-drive.js';
import { createSqlDatabase } from '../harness/sql-database.js';
import { startTelltale, type Telltale } from '../harness/start-telltale.js';
import { waitFor } from '../harness/wait-for.js';

jest.setTimeout(180_000);

const DAY = Date.UTC(2026, 2, 9);
const MINUTE = 60_000;
const LIST = 24;
const legs: readonly Leg[] = [
  { seconds: 20, to_kmh: 60 },
  { seconds: 40, to_kmh: 60 },
  { seconds: 4, to_kmh: 5 },
  { seconds: 4, to_kmh: 0 },
  { seconds: 300, to_kmh: 0, engine: false },
];

const servers: Telltale[] = [];
afterAll(async () => {
  for (const server of servers) await server.stop();
});

type Row = Record<string, unknown>;
interface List {
  path: string;
  query: Record<string, string | number>;
  key: string;
}
const LISTS: readonly List[] = [
  { path: '/trips', query: {}, key: 'id' },
  { path: '/alerts', query: {}, key: 'id' },
  { path: '/alerts', query: { kind: 'harsh_braking' }, key: 'id' },
  { path: '/vehicles/v-0/events', query: {}, key: 'offset' },
  { path: '/audit', query: {}, key: 'id' },
  { path: '/audit', query: { action: 'POST /drivers' }, key: 'id' },
  { path: '/drivers', query: {}, key: 'id' },
  { path: '/vehicles', query: {}, key: 'id' },
];

describe.each(['the embedded file', 'MySQL or MariaDB'])('in %s', place => {
  test('pages miss nothing and repeat nothing while rows come in', async () => {
    const env: Record<string, string> =
      place === 'the embedded file' ? {} : { TELLTALE_DATABASE_URL: (await createSqlDatabase()).url };
    const server = await startTelltale({ env, readyWithinMs: 60_000 });
    servers.push(server);
    const rest = restClient(server.http, server.adminToken);
    const device = await connectRegistered(server, 'd-0', { vehicle: 'v-0' });
    let people = 0;
    /** A drive of some minutes with a braking, and somebody new: a row more in every list. */
    const one = async (by: RegisteredDevice, at: number): Promise<void> => {
      for (const events of inArraysOf(60, scriptedDrive({ start: at, legs, seq: at / 1_000 - DAY / 1_000 + 1 })))
        await by.publish(events);
      const n = people++;
      // Ids before and behind those that are there.
      await rest.post('/drivers', { id: `${n % 2 === 0 ? 'a' : 'z'}-${String(n).padStart(4, '0')}` });
    };
    // Between them there is room for what comes late.
    for (let n = 0; n < LIST; n++) await one(device, DAY + n * 20 * MINUTE);
    await waitFor(
      'the first rows',
      async () => {
        const trips = await rest.all<{ status: string }>('/trips');
        return (
          trips.length === LIST &&
          trips.every(({ status }) => status === 'closed') &&
          (await rest.all('/alerts', { kind: 'harsh_braking' })).length === LIST
        );
      },
      { timeoutMs: 60_000 },
    );

    // Some newer than all, some in between, by another vehicle, for what is late in one would amend its own.
    let running = true;
    let added = 0;
    const stream = (async () => {
      const other = await connectRegistered(server, 'd-1', { vehicle: 'v-1' });
      // As long as there are walks, however fast they and it are.
      for (let n = 0; running; n++) {
        await one(n % 2 === 0 ? other : device, n % 2 === 0 ? DAY + n * 10 * MINUTE : DAY + (LIST + n) * 20 * MINUTE);
        await rest.post('/vehicles', { id: `${n % 2 === 0 ? 'a' : 'z'}-${n}` });
        added++;
        await sleep(200);
      }
    })();
    await waitFor('the first that come in', () => added >= 2, { timeoutMs: 30_000 });

    try {
      for (const { path, query, key } of LISTS) {
        for (const limit of [1, 3]) {
          const before = (await rest.all<Row>(path, { ...query, limit: 1_000 })).map(row => row[key]);
          const addedBefore = added;
          const seen = await slowly(rest, path, { ...query, limit }, Math.min(before.length + 10, 40), () => added > addedBefore);
          const keys = seen.map(row => row[key]);
          expect([path, limit, new Set(keys).size]).toEqual([path, limit, keys.length]);
          // What was there is there, in the order in which it was; up to where the walk went.
          const there = before.filter(each => keys.includes(each));
          expect([path, limit, keys.filter(each => before.includes(each))]).toEqual([path, limit, there]);
          const reached = before.indexOf(there.at(-1));
          expect([path, limit, there]).toEqual([path, limit, before.slice(0, reached + 1)]);
          expect(there.length).toBeGreaterThanOrEqual(Math.min(before.length, 20));
        }
      }
    } finally {
      running = false;
      await stream;
    }
    expect(added).toBeGreaterThan(4);
  });
});

/** Page by page, until so many are seen and something has come in meanwhile. */
const slowly = async (
  rest: RestClient,
  path: string,
  query: Record<string, string | number>,
  most: number,
  grown: () => boolean,
): Promise<Row[]> => {
  const items: Row[] = [];
  let cursor: string | undefined;
  do {
    const page = await rest.get<{ items: Row[]; next: string | null }>(path, { ...query, cursor });
    items.push(...page.items);
    cursor = page.next ?? undefined;
    // In the middle of the walk something has to come in, else nothing is proved.
    if (items.length >= most / 2 && !grown()) await waitFor('something new', grown, { timeoutMs: 30_000 });
  } while (cursor !== undefined && items.length < most);
  return items;
};
