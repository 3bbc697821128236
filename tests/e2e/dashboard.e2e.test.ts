import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { connectDevice, type Device } from '../harness/device.js';
import { DESKTOP, openDashboard, PHONE, startBrowser } from '../harness/open-dashboard.js';
import { type RestClient, restClient } from '../harness/rest-client.js';
import { startTelltale, type Telltale } from '../harness/start-telltale.js';
import { waitFor } from '../harness/wait-for.js';

/** In the middle of the demo town. */
const HERE = { lat: 55.31, lon: 3.42 };

interface AlertOnTheWire {
  id: string;
  kind: string;
  status: string;
  vehicle: string;
  notes: { note: string }[];
}

let telltale: Telltale;
let rest: RestClient;
let browser: Browser;
let bus: Device;

beforeAll(async () => {
  [telltale, browser] = await Promise.all([startTelltale(), startBrowser()]);
  rest = restClient(telltale.http, telltale.adminToken);
  const { secret } = await rest.post<{ secret: string }>('/devices', { id: 'bus-7', vehicle: 'bus-7' });
  bus = await connectDevice({ mqtt: telltale.mqtt, id: 'bus-7', secret });
}, 60_000);

const openPage = async (viewport = DESKTOP): Promise<{ page: Page; context: BrowserContext; complaints: string[] }> => {
  const { page, complaints } = await openDashboard(telltale, browser, { viewport });
  return { page, context: page.context(), complaints };
};

const logIn = async (page: Page): Promise<void> => {
  await page.getByLabel('Password or API token').fill(telltale.adminToken);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.locator('[data-testid=link][data-link=connected]').waitFor();
};

const drive = (speed_kmh: number): Promise<void> =>
  bus.publish({ ts: Date.now(), gps: { ...HERE, speed_kmh, heading: 90 }, signals: { engine_rpm: 1_800 }, ignition: true });

const alertsOfBus = async (): Promise<AlertOnTheWire[]> => rest.all<AlertOnTheWire>('/alerts', { vehicle: 'bus-7' });

describe('the dashboard', () => {
  // Proves: a wrong token is told in words, the right one opens the live page, and a log-out closes it.
  test('lets in who has the token', async () => {
    const { page, complaints } = await openPage();
    await page.getByLabel('Password or API token').fill('no such token');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('alert').getByText('This token is not known').waitFor();
    await logIn(page);
    await page.reload();
    await page.getByRole('heading', { name: /^Alerts/ }).waitFor();
    await page.getByRole('button', { name: /preferences and log-out/ }).click();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('heading', { name: 'Log in to Telltale' }).waitFor();
    expect(complaints).toEqual([]);
  });

  // Proves: what a device publishes is a marker on the map and an alert in the feed within seconds, and an acknowledgement
  // given there, with its note, stands on the server.
  test('shows a vehicle and its alert, and acknowledges it', async () => {
    const { page, complaints } = await openPage();
    await logIn(page);
    await drive(48);
    await page.locator('[data-testid=fleet-map][data-ready=true][data-vehicle-ids~="bus-7"]').waitFor();

    await bus.publish({ ts: Date.now(), dtc: ['P0301'] });
    const entry = page.locator('[data-testid=alert-feed] article').filter({ hasText: 'P0301' });
    await entry.waitFor({ timeout: 5_000 });
    expect(await entry.getAttribute('data-status')).toBe('open');

    await entry.getByRole('button', { name: 'With a note' }).click();
    await page.getByLabel('Note (optional)').fill('Booked into the workshop.');
    await entry.getByRole('button', { name: 'Acknowledge' }).click();
    await entry.getByText('Acknowledged').waitFor();
    const id = await entry.getAttribute('data-alert');
    const alert = await waitFor('the acknowledgement to be on the server', async () => {
      const found = await rest.get<AlertOnTheWire>(`/alerts/${id}`);
      return found.status === 'acknowledged' && found;
    });
    expect(alert).toMatchObject({ kind: 'diagnostic_trouble_code', vehicle: 'bus-7' });
    expect(alert.notes.map(({ note }) => note)).toEqual(['Booked into the workshop.']);
    expect(complaints).toEqual([]);
  });

  // Proves: what was just done can be taken back before anybody hears of it, by button and by key; what is resolved is resolved.
  test('undoes an acknowledgement, and resolves', async () => {
    const { page, complaints } = await openPage();
    await logIn(page);
    await bus.publish({ ts: Date.now(), dtc: ['P0128'] });
    const entry = page.locator('[data-testid=alert-feed] article').filter({ hasText: 'P0128' });
    const id = await entry.getAttribute('data-alert');
    await entry.getByRole('button', { name: 'Acknowledge', exact: true }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.locator(`[data-alert="${id}"][data-status=open]`).waitFor();
    await entry.getByRole('button', { name: 'Acknowledge', exact: true }).click();
    await page.locator(`[data-alert="${id}"][data-status=acknowledged]`).waitFor();
    await page.keyboard.press('z');
    await page.locator(`[data-alert="${id}"][data-status=open]`).waitFor();
    // Longer than it could have been undone.
    await page.waitForTimeout(8_500);
    expect(await rest.get<AlertOnTheWire>(`/alerts/${id}`)).toMatchObject({ status: 'open', notes: [] });

    await entry.getByRole('button', { name: 'Resolve' }).click();
    await waitFor(
      'the alert to be resolved',
      async () => (await rest.get<AlertOnTheWire>(`/alerts/${id}`)).status === 'resolved',
    );
    expect(complaints).toEqual([]);
  });

  // Proves: a group shows its own vehicles and alerts only, the severity what is as bad, both also after a reload; the wall screen has no frame.
  test('filters by group and severity, and fills a wall', async () => {
    await rest.patch('/vehicles/bus-7', { group: 'harbour' });
    await rest.post('/vehicles', { id: 'van-8', name: 'Van 8', class: 'van', group: 'north' });
    const { page, complaints } = await openPage();
    await logIn(page);
    await drive(47);
    await page.locator('[data-testid=fleet-map][data-vehicle-count="1"]').waitFor();
    await page.getByRole('combobox', { name: 'Group of vehicles' }).selectOption('north');
    await page.locator('[data-testid=fleet-map][data-vehicle-count="0"]').waitFor();
    await page.locator('[data-testid=open-alerts][data-count="0"]').waitFor();
    await page.reload();
    await page.locator('[data-testid=fleet-map][data-ready=true][data-vehicle-count="0"]').waitFor();
    await page.getByRole('combobox', { name: 'Group of vehicles' }).selectOption('harbour');
    await page.locator('[data-testid=fleet-map][data-vehicle-count="1"]').waitFor();
    await page.getByRole('radio', { name: /^Critical/ }).check();
    await page.waitForURL(/severity=critical/);
    await page.getByText('No alert matches these filters.').waitFor();
    await page.getByRole('radio', { name: /^Any/ }).check();
    await page.keyboard.press('w');
    await page.waitForURL(/wall=1/);
    expect(await page.locator('.header').count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.locator('.header').waitFor();
    expect(complaints).toEqual([]);
  });

  // Proves: where a vehicle was before one looked is on the map: its trail has the way of the last minutes.
  test('has the trail of a vehicle', async () => {
    const start = Date.now() - 120_000;
    await bus.publish(
      Array.from({ length: 100 }, (_, n) => ({
        ts: start + n * 1_000,
        gps: { lat: HERE.lat + n * 1e-4, lon: HERE.lon, speed_kmh: 40, heading: 0 },
        ignition: true,
      })),
    );
    const trail = await waitFor('the trail', async () => {
      const found = await rest.get<{ lat: number[]; ts: string[] }>('/vehicles/bus-7/trail', { minutes: 60 });
      return found.lat.length > 50 && found;
    });
    expect([...trail.ts]).toEqual(trail.ts.toSorted());
    const { page, complaints } = await openPage();
    await logIn(page);
    const asked = page.waitForResponse(/vehicles\/bus-7\/trail/);
    await page.goto(`${telltale.http}/?vehicle=bus-7`);
    expect((await asked).status()).toBe(200);
    await page.getByTestId('vehicle-panel').getByText('Last heard').waitFor();
    expect(complaints).toEqual([]);
  });

  // Proves: filters and the selected vehicle live in the address, so that a reload shows the same.
  test('keeps the selection over a reload', async () => {
    const { page, complaints } = await openPage();
    await logIn(page);
    await drive(50);
    await page.locator('[data-testid=fleet-map][data-vehicle-count="1"]').waitFor();
    await page.getByRole('combobox', { name: 'Find a vehicle' }).fill('bus');
    await page.keyboard.press('Enter');
    await page.getByTestId('vehicle-panel').getByText('Engine speed').waitFor();
    await page.getByRole('button', { name: /^Parked/ }).click();
    await page.locator('[data-testid=fleet-map][data-vehicle-count="0"]').waitFor();
    await page.reload();
    await page.getByTestId('vehicle-panel').getByText('Engine speed').waitFor();
    await page.locator('[data-testid=fleet-map][data-ready=true][data-vehicle-count="0"]').waitFor();
    expect(await page.getByRole('button', { name: /^Parked/ }).getAttribute('aria-pressed')).toBe('true');
    expect(complaints).toEqual([]);
  });

  // Proves: without the server the page says so and keeps what it knows; what was acknowledged meanwhile is sent when it is
  // back, and alerts that were raised meanwhile arrive.
  test('works through a break of the line', async () => {
    const { page, context } = await openPage();
    await logIn(page);
    await bus.publish({ ts: Date.now(), dtc: ['P0442'] });
    const before = page.locator('[data-testid=alert-feed] article').filter({ hasText: 'P0442' });
    const id = await before.getAttribute('data-alert');

    await context.setOffline(true);
    await page.locator('[data-testid=link][data-link=offline]').waitFor();
    await before.getByRole('button', { name: 'Acknowledge', exact: true }).click();
    await before.getByText('Will be sent when the connection is back').waitFor();
    await bus.publish({ ts: Date.now(), dtc: ['P0420'] });
    await waitFor('the alert to be raised', async () => (await alertsOfBus()).length >= 3);

    await context.setOffline(false);
    await page.locator('[data-testid=link][data-link=connected]').waitFor({ timeout: 20_000 });
    await page.locator('[data-testid=alert-feed] article').filter({ hasText: 'P0420' }).waitFor();
    await waitFor('the acknowledgement to arrive', async () => {
      const { status } = await rest.get<AlertOnTheWire>(`/alerts/${id}`);
      return status === 'acknowledged';
    });
  });

  // Proves: on a phone nothing has to be scrolled sideways, on any page, and the alerts are at hand.
  test('fits a phone', async () => {
    const { page, complaints } = await openPage(PHONE);
    await logIn(page);
    for (const path of ['/', '/?vehicle=bus-7', '/trips', '/drivers']) {
      await page.goto(telltale.http + path);
      await page.locator('[data-testid=link][data-link=connected]').waitFor();
      const [content, screen] = await page.locator('html').evaluate(html => [html.scrollWidth, html.clientWidth] as const);
      expect({ path, content }).toEqual({ path, content: screen });
    }
    // The narrowest: the table of rules scrolls in its frame where it has to, and does not have to.
    await page.setViewportSize({ ...PHONE, width: 320 });
    await page.goto(`${telltale.http}/rules`);
    await page.locator('.table').waitFor();
    const [table, frame] = await page.locator('.table-frame').evaluate(one => [one.scrollWidth, one.clientWidth] as const);
    expect(table).toBe(frame);
    await page.setViewportSize(PHONE);
    await page.goto(telltale.http);
    await page.getByRole('button', { name: 'Show the sheet' }).click();
    await page.locator('.sheet-full').waitFor();
    expect(complaints).toEqual([]);
  });

  // Proves: the page comes with a policy that forbids scripts from elsewhere, inline ones and eval.
  test('is served under a strict content security policy', async () => {
    const policy = (await fetch(telltale.http)).headers.get('content-security-policy') ?? '';
    const scripts = policy.split(';').find(part => part.trim().startsWith('script-src')) ?? '';
    expect(scripts).toContain("'self'");
    expect(scripts).not.toMatch(/unsafe|\*|https?:/);
  });
});
