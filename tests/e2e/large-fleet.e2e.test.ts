// Proves: of a large fleet the page asks for what is in sight as it happens and for the rest now and then; counts, moving the map, a chosen vehicle
// far away and a broken line work all the same.
import { beforeAll, expect, test } from '@jest/globals';
import { connectAsync, type MqttClient } from 'mqtt';
import type { Browser, Page } from 'playwright-core';
import { atEnd } from '../harness/at-end.js';
import { openDashboard, startBrowser } from '../harness/open-dashboard.js';
import { startTelltale, type Telltale } from '../harness/start-telltale.js';
import { waitFor } from '../harness/wait-for.js';

const FLEET = 2_400;
/** Half of the fleet is in each; some hundred kilometres lie between them. */
const WEST = { lat: 55.3, lon: 3.4 };
const EAST = { lat: 55.3, lon: 7.4 };
const SIDE = 60;

let telltale: Telltale;
let browser: Browser;
let gate: MqttClient;
const home = (n: number) => (n % 2 === 0 ? WEST : EAST);
const nameOf = (n: number): string => `car-${n}`;

/** In trial mode who has no name may speak for anybody. */
const place = (n: number, lat: number, lon: number): Promise<unknown> => {
  const event = { ts: Date.now(), gps: { lat, lon, speed_kmh: 50, heading: 90 }, ignition: true };
  return gate.publishAsync(`telltale/v1/${nameOf(n)}/events`, JSON.stringify(event), { qos: 1 });
};

beforeAll(async () => {
  [telltale, browser] = await Promise.all([startTelltale({ env: { TELLTALE_DEVICE_AUTH: 'open' } }), startBrowser()]);
  gate = await connectAsync(telltale.mqtt, { clientId: 'gate', reconnectPeriod: 0 });
  atEnd(() => void gate.end(true));
  for (let from = 0; from < FLEET; from += 200) {
    const some = Array.from({ length: 200 }, (_, n) => from + n);
    await Promise.all(
      some.map(n => place(n, home(n).lat + Math.floor(n / 2 / SIDE) * 1e-3, home(n).lon + ((n / 2) % SIDE) * 1e-3)),
    );
  }
}, 120_000);

interface Talk {
  said: { type: string; id?: string; every_s?: number; bbox?: number[]; filter?: { bbox?: number[] } }[];
  /** Vehicles that came since it was cleared. */
  heard: Set<string>;
}

const talkOf = (page: Page): Talk => {
  const talk: Talk = { said: [], heard: new Set() };
  page.on('websocket', socket => {
    socket.on('framesent', ({ payload }) => talk.said.push(JSON.parse(String(payload))));
    socket.on('framereceived', ({ payload }) => {
      const frame = JSON.parse(String(payload)) as { positions?: { vehicle: string }[] };
      for (const { vehicle } of frame.positions ?? []) talk.heard.add(vehicle);
    });
  });
  return talk;
};

test('what is in sight comes as it happens, the rest now and then', async () => {
  const { page, complaints } = await openDashboard(telltale, browser);
  const talk = talkOf(page);
  await page.getByLabel('Password or API token').fill(telltale.adminToken);
  await page.keyboard.press('Enter');
  const map = page.getByTestId('fleet-map');
  await page.locator(`[data-testid=fleet-map][data-drawn=true][data-vehicle-count="${FLEET}"]`).waitFor();
  await page.locator('.status-chip-count').filter({ hasText: '2,400' }).waitFor();
  // The whole fleet is in sight from the beginning; then the west only.
  await waitFor('the page to attend to a place', async () => talk.said.some(({ id, filter }) => id === 'view' && filter?.bbox));
  expect(talk.said.find(({ type, id }) => type === 'move' && id === 'fleet')?.every_s).toBeGreaterThan(5);
  await page.getByRole('combobox', { name: 'Find a vehicle' }).fill('car-1200');
  await page.keyboard.press('Enter');
  await waitFor('the map to be there', async () => {
    const [lon = 0, , zoom = 0] = ((await map.getAttribute('data-view')) ?? '').split(',').map(Number);
    return Math.abs(lon - WEST.lon) < 0.2 && zoom >= 14;
  });
  const last = () => talk.said.filter(({ id }) => id === 'view').at(-1)!;
  await waitFor('the box to follow', async () => (last().bbox?.[2] ?? 180) < 5);
  expect(last().every_s).toBe(0);

  // One in sight and one far away move, again and again: the first comes each time, the other once in the pace.
  talk.heard.clear();
  const counts = { near: 0, far: 0 };
  for (let round = 1; round <= 12; round++) {
    talk.heard.clear();
    await Promise.all([place(1_200, WEST.lat + 0.01, WEST.lon + round * 1e-4), place(1_201, EAST.lat, EAST.lon + round * 1e-4)]);
    await waitFor('the near one', async () => talk.heard.has(nameOf(1_200)), { timeoutMs: 5_000 });
    counts.near++;
    if (talk.heard.has(nameOf(1_201))) counts.far++;
    await page.waitForTimeout(250);
  }
  expect(counts.near).toBe(12);
  expect(counts.far).toBeLessThanOrEqual(3);

  // Looked at in the other place, the far ones are there at once and live.
  await page.getByRole('combobox', { name: 'Find a vehicle' }).fill('car-1201');
  await page.keyboard.press('Enter');
  await waitFor('the box to go there', async () => (last().bbox?.[0] ?? -180) > 6);
  talk.heard.clear();
  await place(1_201, EAST.lat + 0.01, EAST.lon);
  await waitFor('the far one, now near', async () => talk.heard.has(nameOf(1_201)), { timeoutMs: 5_000 });

  // Chosen, it is followed far out of the box.
  await place(1_201, EAST.lat + 1, EAST.lon);
  await waitFor('the chosen one, far out of the box', async () => {
    talk.heard.clear();
    await place(1_201, EAST.lat + 1, EAST.lon + Math.random() * 1e-3);
    await page.waitForTimeout(700);
    return talk.heard.has(nameOf(1_201));
  });
  await page.locator('.status-chip-count').filter({ hasText: '2,400' }).waitFor();
  expect(complaints).toEqual([]);

  // A line that breaks is taken up with the same wishes, and all that is known stays.
  talk.said.length = 0;
  await page.context().setOffline(true);
  await page.locator('[data-testid=link][data-link=offline]').waitFor();
  await page.context().setOffline(false);
  await page.locator('[data-testid=link][data-link=connected]').waitFor({ timeout: 20_000 });
  await waitFor('the wishes', async () => talk.said.some(({ id, every_s }) => id === 'fleet' && (every_s ?? 0) > 5));
  expect(talk.said.some(({ type, id, filter }) => type === 'subscribe' && id === 'view' && filter?.bbox)).toBe(true);
  expect(talk.said.some(({ type, id }) => type === 'subscribe' && id === 'vehicle')).toBe(true);
  expect(await map.getAttribute('data-vehicle-count')).toBe(String(FLEET));
});
