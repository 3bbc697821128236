// Proves, from log-in to result: a driver contests an event of theirs, a coach notes what was talked about, a manager rejects one contest and voids
// the event of another, and the score follows; a vehicle gets a service plan that comes due and is done, and tells its codes, fuel and prices.
// Each sees and is offered what is theirs.
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { seriousFindings } from '../harness/accessibility.js';
import { logIn, openDashboard, PHONE, startBrowser } from '../harness/open-dashboard.js';
import { connectRegistered } from '../harness/registered-device.js';
import { type RestClient, restClient } from '../harness/rest-client.js';
import { inArraysOf, type Leg, scriptedDrive } from '../harness/scripted-drive.js';
import { startTelltale, type Telltale } from '../harness/start-telltale.js';
import { waitFor } from '../harness/wait-for.js';

const PASSWORD = 'a long enough password';
let telltale: Telltale;
let rest: RestClient;
let browser: Browser;

/** Some 21 km with two hard brakings on the way, then parked. */
const legs: readonly Leg[] = [
  { seconds: 40, to_kmh: 100 },
  { seconds: 350, to_kmh: 100 },
  { seconds: 5, to_kmh: 20 },
  { seconds: 40, to_kmh: 100 },
  { seconds: 350, to_kmh: 100 },
  { seconds: 5, to_kmh: 20 },
  { seconds: 20, to_kmh: 0 },
  { seconds: 420, to_kmh: 0, engine: false },
];

beforeAll(async () => {
  [telltale, browser] = await Promise.all([startTelltale(), startBrowser()]);
  rest = restClient(telltale.http, telltale.adminToken);
  await rest.post('/drivers', { id: 'anna', name: 'Anna' });
  for (const [user, role] of [
    ['anna', 'driver'],
    ['coach', 'coach'],
    ['manager', 'fleet_manager'],
  ])
    await rest.post('/users', { user, password: PASSWORD, role, groups: [], ...(role === 'driver' && { driver: 'anna' }) });
  await rest.post('/vehicles', {
    id: 'van-1',
    name: 'Van 1',
    class: 'van',
    fuel_type: 'petrol',
    tank_l: 60,
    odometer_km: 50_000,
  });
  const van = await connectRegistered(telltale, 'dev-1', { vehicle: 'van-1' });
  const started = Date.now() - 1_260_000;
  const events = scriptedDrive({ start: started, legs, lat: 55.3, lon: 3.42, driver: 'anna' }).map(
    ({ signals, ...event }, n) => ({
      ...event,
      signals: {
        ...signals,
        engine_fuel_rate: signals.engine_rpm > 0 ? 1 + signals.vehicle_speed / 15 : 0,
        fuel_level: n < 600 ? 30 - n / 300 : 90 - n / 300,
        control_module_voltage: 14.1,
        coolant_temp: 88,
        engine_load: 30,
        odometer: 50_000 + n / 60,
      },
    }),
  );
  for (const array of inArraysOf(60, events)) await van.publish(array);
  await van.publish({ ts: Date.now(), signals: { engine_rpm: 820, coolant_temp: 88 }, dtc: ['P0301'] });
  await waitFor(
    'the score and its events',
    async () => (await rest.all('/alerts', { kind: 'harsh_braking', status: 'open' })).length >= 2 && scoreOf(),
    { timeoutMs: 30_000 },
  );
}, 90_000);

const scoreOf = async (): Promise<number | null> => (await rest.get<{ score: number | null }>('/drivers/anna/scorecard')).score;

const loggedIn = async (user: string, path: string, options = {}): Promise<{ page: Page; complaints: string[] }> => {
  const { page, complaints } = await openDashboard(telltale, browser, options);
  await logIn(page, PASSWORD, user);
  await page.goto(telltale.http + path);
  return { page, complaints };
};

const axeIsQuiet = async (page: Page, where: string): Promise<void> =>
  expect({ where, found: await seriousFindings(page) }).toEqual({ where, found: [] });

const brakings = (page: Page) => page.getByRole('row', { name: /Harsh braking/ });

describe('a score that people talk about', () => {
  test('the driver contests two events, on a phone', async () => {
    const { page, complaints } = await loggedIn('anna', '/drivers', { viewport: PHONE });
    await brakings(page).first().waitFor();
    expect(await page.getByRole('button', { name: 'Void: Harsh braking' }).count()).toBe(0);
    expect(await page.getByLabel('New note').count()).toBe(0);
    for (const n of [0, 1]) {
      await brakings(page).nth(n).getByRole('button', { name: 'Contest: Harsh braking' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Contest' }).click();
      await page.getByRole('dialog').getByText('Say why in a few words.').waitFor();
      await page
        .getByRole('dialog')
        .getByLabel('Why')
        .fill(n === 0 ? 'A child ran onto the road.' : 'The light turned red.');
      await axeIsQuiet(page, 'contest');
      await page.getByRole('dialog').getByRole('button', { name: 'Contest' }).click();
      await page.getByText('Contested. A manager will decide.').first().waitFor();
      await brakings(page).nth(n).getByText('Contested', { exact: true }).waitFor();
    }
    expect(complaints).toEqual([]);
  });

  test('the coach notes what was talked about, and is not offered to decide', async () => {
    const { page, complaints } = await loggedIn('coach', '/drivers/anna');
    await brakings(page).first().waitFor();
    expect(await page.getByRole('button', { name: 'Reject contest: Harsh braking' }).count()).toBe(0);
    await page.getByLabel('New note').fill('Agreed to keep more distance.');
    await page.getByLabel('Topic').selectOption('braking');
    await page.getByLabel('Come back to it on').fill('2030-01-15');
    await page.getByRole('button', { name: 'Save note' }).click();
    const note = page.locator('.coach-note').filter({ hasText: 'Agreed to keep more distance.' });
    await note.getByText('Come back to it on').waitFor();
    await note.getByRole('button', { name: 'Mark as done' }).click();
    await note.getByText('Done', { exact: true }).waitFor();
    await axeIsQuiet(page, 'scorecard of a coach');
    await page.reload();
    await note.waitFor();
    expect(complaints).toEqual([]);
  });

  test('the manager rejects one contest and voids the other event; the score rises', async () => {
    const before = await scoreOf();
    const { page, complaints } = await loggedIn('manager', '/drivers/anna');
    await brakings(page).nth(0).getByRole('button', { name: 'Reject contest: Harsh braking' }).click();
    await page.getByRole('dialog').getByLabel('Why').fill('The camera shows a clear road.');
    await page.getByRole('dialog').getByRole('button', { name: 'Reject contest' }).click();
    await brakings(page).nth(0).getByText('Contest rejected').waitFor();
    await brakings(page).nth(1).getByRole('button', { name: 'Void: Harsh braking' }).click();
    await page.getByRole('dialog').getByLabel('Why').fill('It was an emergency.');
    await axeIsQuiet(page, 'void');
    await page.getByRole('dialog').getByRole('button', { name: 'Void' }).click();
    await brakings(page).nth(1).getByText('Void: does not count').waitFor();
    await waitFor('the score to rise', async () => ((await scoreOf()) ?? 0) > (before ?? 100));
    expect(complaints).toEqual([]);
  });
});

describe('a vehicle', () => {
  test('gets a service plan that is due, and the service is done', async () => {
    const { page, complaints } = await loggedIn('manager', '/vehicles/van-1?tab=service');
    await page.getByText('There is no service plan.').waitFor();
    await page.getByRole('button', { name: 'Add service' }).click();
    const form = page.getByRole('dialog');
    await form.getByLabel('What is done').fill('Oil change');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText('Give at least one of distance, engine hours, days or a date.').waitFor();
    await form.getByLabel('Every (distance)').fill('15000');
    await form.getByLabel('Every (days)').fill('365');
    await form.getByLabel('Odometer').fill('30000');
    await form.getByLabel('Date', { exact: true }).fill('2020-01-15');
    await axeIsQuiet(page, 'service form');
    await form.getByRole('button', { name: 'Save' }).click();
    const item = page.getByRole('listitem').filter({ hasText: 'Oil change' });
    await item.getByText('every 15,000\u202fkm').waitFor();
    await item
      .getByText(/overdue by/)
      .first()
      .waitFor();
    await item.getByRole('button', { name: 'Service done: Oil change' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Service done' }).click();
    await item.getByText(/365 days left|364 days left/).waitFor();

    await item.getByRole('button', { name: 'Edit Oil change' }).click();
    await form.getByLabel('Every (days)').fill('');
    await form.getByRole('button', { name: 'Save' }).click();
    await item.getByText(/days left/).waitFor({ state: 'detached' });
    await item.getByRole('button', { name: 'Edit Oil change' }).click();
    await form.getByRole('button', { name: 'Delete' }).click();
    await page
      .getByRole('dialog', { name: /Delete/ })
      .getByRole('button', { name: 'Delete' })
      .click();
    await page.getByText('There is no service plan.').waitFor();
    expect(complaints).toEqual([]);
  });

  test('tells its codes in words with the engine as it was, and its refuelling with what it cost', async () => {
    const { page, complaints } = await loggedIn('manager', '/vehicles/van-1');
    await page.getByText('What to look after').waitFor();
    await axeIsQuiet(page, 'health');
    await page.getByRole('tab', { name: 'Trouble codes' }).click();
    await page
      .getByRole('row', { name: /P0301/ })
      .getByText(/misfire/i)
      .waitFor();
    await page.getByRole('button', { name: 'Freeze frame of P0301' }).click();
    await page.getByRole('dialog').getByText('Engine speed').waitFor();
    await page.getByRole('dialog').getByText('88\u202f°C').waitFor();
    await axeIsQuiet(page, 'freeze frame');
    await page.getByRole('button', { name: 'Close' }).click();

    await page.getByRole('tab', { name: 'Fuel and idling' }).click();
    await page.getByRole('button', { name: 'Set prices' }).click();
    await page.getByRole('dialog').getByLabel('Currency').fill('eur');
    await page.getByRole('dialog').getByLabel('Petrol').fill('1.80');
    await axeIsQuiet(page, 'prices');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByText('Petrol 1.80\u202fEUR / L').waitFor();
    await page
      .getByRole('row', { name: /Refuelled/ })
      .getByText(/EUR/)
      .waitFor();
    await page.getByRole('button', { name: /preferences and log-out/ }).click();
    await page.getByLabel('Fuel', { exact: true }).selectOption('gal_us');
    await page.keyboard.press('Escape');
    await page.getByText('Petrol 6.81\u202fEUR / gal').waitFor();
    expect(complaints).toEqual([]);
  });

  test('without days of data says so', async () => {
    await rest.post('/vehicles', { id: 'van-2', name: 'Van 2', class: 'van' });
    const { page, complaints } = await loggedIn('manager', '/vehicles/van-2');
    await page.getByText('Not enough data to judge its health.').waitFor();
    await page.getByRole('tab', { name: 'Fuel and idling' }).click();
    await page.getByText('Not enough data on fuel.').waitFor();
    await page.goto(`${telltale.http}/vehicles/none`);
    await page.getByText('The vehicles could not be loaded.').waitFor();
    expect(complaints).toEqual([]);
  });
});
