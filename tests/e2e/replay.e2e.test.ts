// Proves: an investigator finds a trip by vehicle, time and place, looks at it again second by second, and takes it along.
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { connectDevice } from '../harness/device.js';
import { dashboardAt, PHONE, startBrowser } from '../harness/open-dashboard.js';
import { type RestClient, restClient } from '../harness/rest-client.js';
import { scriptedDrive } from '../harness/scripted-drive.js';
import { startTelltale, type Telltale } from '../harness/start-telltale.js';
import { waitFor } from '../harness/wait-for.js';

interface TripOnTheWire {
  id: string;
  vehicle: string;
  started_at: string;
  status: string;
}

let telltale: Telltale;
let rest: RestClient;
let browser: Browser;
/** North through the town, with one braking that is harsh. */
let van: TripOnTheWire;
/** Somewhere else at the same time. */
let truck: TripOnTheWire;
let brakedAt: number;

const driven = async (vehicle: string, lat: number, lon: number): Promise<TripOnTheWire> => {
  const { secret } = await rest.post<{ secret: string }>('/devices', { id: `dev-${vehicle}`, vehicle });
  const device = await connectDevice({ mqtt: telltale.mqtt, id: `dev-${vehicle}`, secret });
  const start = Date.now() - 8 * 60_000;
  const events = scriptedDrive({
    start,
    lat,
    lon,
    driver: `driver-of-${vehicle}`,
    legs: [
      { seconds: 20, to_kmh: 60 },
      { seconds: 60, to_kmh: 60 },
      { seconds: 4, to_kmh: 0 },
      { seconds: 90, to_kmh: 0 },
      { seconds: 15, to_kmh: 40 },
      { seconds: 40, to_kmh: 40 },
      { seconds: 15, to_kmh: 0 },
      { seconds: 5, to_kmh: 0, engine: false },
    ],
  });
  for (let n = 0; n < events.length; n += 50) await device.publish(events.slice(n, n + 50));
  brakedAt = start + 80_000;
  return waitFor(`the trip of ${vehicle}`, async () => {
    const [trip] = await rest.all<TripOnTheWire>('/trips', { vehicle });
    const replay = trip && (await rest.get<{ track: { ts: string[] } }>(`/trips/${trip.id}/replay`));
    return replay && replay.track.ts.length > 200 && trip;
  });
};

beforeAll(async () => {
  [telltale, browser] = await Promise.all([startTelltale({ env: { TELLTALE_TIME_ZONE: 'Europe/Berlin' } }), startBrowser()]);
  rest = restClient(telltale.http, telltale.adminToken);
  await rest.post('/vehicles', { id: 'van-1', name: 'Van One', class: 'van' });
  [van, truck] = await Promise.all([driven('van-1', 55.3, 3.42), driven('truck-2', 55.33, 3.46)]);
  await waitFor(
    'the harsh braking',
    async () => (await rest.all('/alerts', { vehicle: 'van-1', kind: 'harsh_braking' })).length > 0,
  );
}, 90_000);

const clockOf = (page: Page): Promise<string> => page.getByTestId('replay-now').locator('strong').innerText();
/** As the page writes it: in the fleet's zone, whatever the browser's is. */
const inBerlin = (at: number): string =>
  new Date(at).toLocaleTimeString('en-GB', { timeZone: 'Europe/Berlin', hourCycle: 'h23' });

describe('trips', () => {
  test('are found by vehicle, driver and the time they were under way', async () => {
    const { page, complaints } = await dashboardAt(telltale, browser, '/trips');
    const rows = page.locator('tbody tr');
    await rows.nth(1).waitFor();
    await page.getByRole('combobox', { name: 'Vehicle' }).selectOption('van-1');
    await expectRows(page, ['Van One']);
    await page.reload();
    await expectRows(page, ['Van One']);
    await page.getByRole('combobox', { name: 'Vehicle' }).selectOption('');
    await page.getByRole('combobox', { name: 'Driver' }).selectOption('driver-of-truck-2');
    await expectRows(page, ['truck-2']);
    await page.getByRole('combobox', { name: 'Driver' }).selectOption('');

    await page.getByRole('button', { name: 'At a moment' }).click();
    const moment = page.getByLabel('Trips that were under way');
    await moment.fill(localInBerlin(brakedAt));
    await expectRows(page, ['truck-2', 'Van One']);
    await moment.fill(localInBerlin(brakedAt - 3_600_000));
    await page.getByText('No trip fits.').waitFor();
    expect(complaints).toEqual([]);
  });

  test('are found by a place that they went through', async () => {
    const { page, complaints } = await dashboardAt(telltale, browser, '/trips?bbox=3.41,55.304,3.43,55.306');
    await expectRows(page, ['Van One']);
    await page.goto(`${telltale.http}/trips?bbox=3.5,55.304,3.6,55.306`);
    await page.getByText('No trip fits.').waitFor();
    await page.getByRole('button', { name: 'Any place' }).click();
    await expectRows(page, ['truck-2', 'Van One']);

    // What the map shows is what is looked for: zoomed out it holds both.
    await page.getByRole('button', { name: 'Place …' }).click();
    await page.locator('[data-testid=place-map][data-ready=true]').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Zoom out' }).click();
    await page.waitForTimeout(500);
    await page.getByRole('button', { name: 'Find trips through this section' }).click();
    await expectRows(page, ['truck-2', 'Van One']);
    expect(new URL(page.url()).searchParams.get('bbox')).toMatch(/^[\d.,-]+$/);
    expect(complaints).toEqual([]);
  });
});

describe('a replay', () => {
  test('goes from event to event by keys, and its address opens at this very second', async () => {
    const { page, complaints, strangers } = await dashboardAt(telltale, browser, '/trips');
    await page.getByRole('link', { name: 'Van One' }).click();
    await page.locator('[data-testid=replay-map][data-ready=true]').waitFor();
    const begin = await clockOf(page);
    await page.keyboard.press('n');
    await page
      .getByRole('button', { name: /^Harsh braking|Harsh braking/ })
      .and(page.locator('[aria-current=time]'))
      .waitFor();
    const braking = await clockOf(page);
    expect(braking).not.toBe(begin);
    expect(Math.abs(Date.parse(`2000-01-01T${braking}Z`) - Date.parse(`2000-01-01T${inBerlin(brakedAt)}Z`))).toBeLessThan(6_000);

    // Two: the address has whole seconds, and an event within half a second is where one is.
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    const at = await clockOf(page);
    // The address follows once the keys rest.
    await page.waitForURL(url => inBerlin(Date.parse(url.searchParams.get('at') ?? '')) === at);
    const place = await page.getByTestId('replay-map').getAttribute('data-at');
    await page.reload();
    await page.locator('[data-testid=replay-map][data-ready=true]').waitFor();
    expect(await clockOf(page)).toBe(at);
    const [lat = 0, lon = 0] = String(place).split(',').map(Number);
    const [latAgain = 0, lonAgain = 0] = String(await page.getByTestId('replay-map').getAttribute('data-at'))
      .split(',')
      .map(Number);
    // The address has whole seconds: within one the van moves some metres at most.
    expect(Math.hypot(latAgain - lat, lonAgain - lon)).toBeLessThan(2e-4);

    await page.keyboard.press('p');
    expect(await clockOf(page)).toBe(braking);
    expect(complaints).toEqual([]);
    expect(strangers).toEqual([]);
  });

  test('plays as fast as asked, with a chart for each thing that was measured', async () => {
    const { page, complaints } = await dashboardAt(telltale, browser, `/trips/${van.id}`);
    await page.locator('[data-testid=replay-map][data-ready=true]').waitFor();
    await page.locator('.replay-charts canvas').nth(1).waitFor();
    const captions = await page.locator('.replay-charts figcaption').allInnerTexts();
    expect(captions.map(text => text.split(/\s{2,}|\d|—/)[0]?.trim())).toEqual(expect.arrayContaining(['Speed', 'Engine speed']));

    await page.getByLabel('Speed of the replay').selectOption('30');
    const before = await page.getByTestId('replay-map').getAttribute('data-at');
    const pressedAt = Date.now();
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await page.waitForTimeout(2_500);
    await page.getByRole('button', { name: 'Pause' }).click();
    const after = await page.getByTestId('replay-map').getAttribute('data-at');
    expect(after).not.toBe(before);
    const [from, to] = await page
      .getByLabel('Time within the trip')
      .evaluate((input: { value: string; min: string }) => [Number(input.min), Number(input.value)] as const);
    // Thirty times as fast as the world, and no faster; a busy machine may leave some of it out.
    expect(to - from).toBeGreaterThan(20_000);
    expect(to - from).toBeLessThanOrEqual(30 * (Date.now() - pressedAt) + 1_000);
    expect(complaints).toEqual([]);
  });

  test('shows the raw messages of a second, says why an alert was raised, and gives its track away', async () => {
    const at = new Date(Math.floor(brakedAt / 1_000) * 1_000).toISOString().replace('.000', '');
    const { page, complaints } = await dashboardAt(telltale, browser, `/trips/${van.id}?at=${at}`);
    await page.locator('[data-testid=replay-map][data-ready=true]').waitFor();
    await page.keyboard.press('r');
    const raw = page.getByRole('dialog');
    await raw.getByText('telltale/v1/dev-van-1/events').waitFor();
    const event = JSON.parse(await raw.locator('pre').first().innerText()) as { ts: number };
    expect(Math.floor(event.ts / 1_000)).toBe(Math.floor(Date.parse(at) / 1_000));
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: /^Why: Harsh braking/ }).click();
    await page.getByRole('dialog').getByRole('table', { name: 'Conditions of the rule' }).waitFor();
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'Share' }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByText('Track as GPX').click()]);
    expect(await readFile(await download.path(), 'utf8')).toContain('<trkpt');
    expect(complaints).toEqual([]);
  });

  test('fits a phone', async () => {
    const { page, complaints } = await dashboardAt(telltale, browser, `/trips/${truck.id}`, { viewport: PHONE, hasTouch: true });
    await page.locator('[data-testid=replay-map][data-ready=true]').waitFor();
    const [content, screen] = await page.locator('html').evaluate(html => [html.scrollWidth, html.clientWidth] as const);
    expect(content).toBe(screen);
    await page.getByRole('button', { name: 'Next event' }).tap();
    await page.locator('[aria-current=time]').waitFor();
    expect(complaints).toEqual([]);
  });
});

const expectRows = async (page: Page, names: readonly string[]): Promise<void> => {
  await waitFor(`the rows ${names.join(', ')}`, async () => {
    const shown = await page.locator('tbody th').allInnerTexts();
    return JSON.stringify(shown.toSorted()) === JSON.stringify(names.toSorted());
  });
};

/** As a `datetime-local` wants it. */
const localInBerlin = (at: number): string =>
  new Date(at).toLocaleString('sv-SE', { timeZone: 'Europe/Berlin' }).replace(' ', 'T').slice(0, 16);
