// Proves: what a fleet manager does on the live page, in a real browser against a real server: following, trail, ages of signals, repeats, being
// called, a server that goes and comes back, and all of it by keyboard and by name.
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { connectDevice, type Device } from '../harness/device.js';
import { dashboardAt, openDashboard, startBrowser } from '../harness/open-dashboard.js';
import { type RestClient, restClient } from '../harness/rest-client.js';
import { startTelltale, type Telltale } from '../harness/start-telltale.js';
import { waitFor } from '../harness/wait-for.js';

const HERE = { lat: 55.31, lon: 3.42 };

let telltale: Telltale;
let rest: RestClient;
let browser: Browser;
let van: Device;
let code = 0x1000;

beforeAll(async () => {
  [telltale, browser] = await Promise.all([startTelltale(), startBrowser()]);
  rest = restClient(telltale.http, telltale.adminToken);
  const { secret } = await rest.post<{ secret: string }>('/devices', { id: 'van-1', vehicle: 'van-1' });
  van = await connectDevice({ mqtt: telltale.mqtt, id: 'van-1', secret, reconnect: true });
}, 90_000);

const at = (more: object): Promise<void> => van.publish({ ts: Date.now(), ...more });
const driveAt = (lat: number, lon: number): Promise<void> =>
  at({ gps: { lat, lon, speed_kmh: 50, heading: 90 }, signals: { engine_rpm: 1_800, vehicle_speed: 50 }, ignition: true });
/** A code that was never told before is an alert. */
const raise = async (): Promise<string> => {
  const dtc = `P${(code++).toString(16).toUpperCase()}`;
  await at({ dtc: [dtc] });
  return dtc;
};
const entryOf = (page: Page, text: string) => page.locator('[data-testid=alert-feed] article').filter({ hasText: text });
const viewOf = async (page: Page): Promise<{ lon: number; lat: number; zoom: number }> => {
  const [lon = 0, lat = 0, zoom = 0] = ((await page.getByTestId('fleet-map').getAttribute('data-view')) ?? '')
    .split(',')
    .map(Number);
  return { lon, lat, zoom };
};

describe('a vehicle', () => {
  beforeEach(() => driveAt(HERE.lat, HERE.lon));

  test('is followed wherever it drives, until somebody drags the map', async () => {
    const { page, complaints } = await dashboardAt(telltale, browser, '/?vehicle=van-1');
    await page.locator('[data-testid=fleet-map][data-drawn=true][data-vehicle-count="1"]').waitFor();
    await page.getByRole('button', { name: 'Follow on the map' }).click();
    await page.waitForURL(/follow=1/);
    await driveAt(HERE.lat + 0.3, HERE.lon + 0.5);
    await waitFor('the map to follow', async () => {
      const { lat, lon } = await viewOf(page);
      // Beside the middle: a panel lies over a part of the map.
      return Math.abs(lat - HERE.lat - 0.3) < 0.05 && Math.abs(lon - HERE.lon - 0.5) < 0.05;
    });
    await page.reload();
    await page.getByRole('button', { name: 'Following' }).waitFor();
    await page.locator('[data-testid=fleet-map][data-drawn=true]').waitFor();
    await page.mouse.move(500, 500);
    await page.mouse.down();
    await page.mouse.move(560, 540, { steps: 5 });
    await page.mouse.up();
    await page.getByRole('button', { name: 'Follow on the map' }).waitFor();
    const before = await viewOf(page);
    await driveAt(HERE.lat - 0.3, HERE.lon);
    await page.waitForTimeout(1_500);
    expect((await viewOf(page)).lat).toBeCloseTo(before.lat, 1);
    expect(complaints).toEqual([]);
  });

  test('draws the way of the last hour, and goes on with it', async () => {
    const start = Date.now() - 200_000;
    await van.publish(
      Array.from({ length: 150 }, (_, n) => ({
        ts: start + n * 1_000,
        gps: { lat: HERE.lat + n * 1e-4, lon: HERE.lon, speed_kmh: 40, heading: 0 },
      })),
    );
    await waitFor('the trail to be stored', async () => {
      const { ts } = await rest.get<{ ts: string[] }>('/vehicles/van-1/trail', { minutes: 60 });
      return ts.length > 20;
    });
    const { page } = await dashboardAt(telltale, browser, '/?vehicle=van-1');
    const points = async () => Number(await page.getByTestId('fleet-map').getAttribute('data-trail'));
    const drawn = await waitFor('the trail to be drawn', async () => (await points()) > 20 && points());
    await driveAt(HERE.lat + 0.02, HERE.lon);
    await waitFor('it to go on', async () => (await points()) > drawn);
    await page.getByRole('button', { name: 'Back to alerts' }).click();
    await page.locator('[data-testid=fleet-map]:not([data-trail])').waitFor();
  });

  test('tells its signals with their ages, and which are history', async () => {
    const { secret } = await rest.post<{ secret: string }>('/devices', { id: 'van-2', vehicle: 'van-2' });
    const other = await connectDevice({ mqtt: telltale.mqtt, id: 'van-2', secret });
    await other.publish({ ts: Date.now() - 240_000, signals: { coolant_temp: 88 } });
    await other.publish({ ts: Date.now(), signals: { engine_rpm: 1_800 }, ignition: true });
    const { page } = await dashboardAt(telltale, browser, '/?vehicle=van-2');
    const signal = (name: string) => page.getByTestId('vehicle-panel').locator('.signal').filter({ hasText: name });
    await signal('Engine speed').waitFor();
    expect(await signal('Engine speed').locator('.signal-value').innerText()).toMatch(/1,800\srpm/);
    expect(await signal('Engine speed').locator('time').innerText()).toMatch(/now|\d+ s ago/);
    expect(await signal('Coolant').locator('time').innerText()).toMatch(/^[345] min ago/);
    expect(await signal('Coolant').getAttribute('class')).toContain('stale');
    expect(await signal('Engine speed').getAttribute('class')).not.toContain('stale');
  });
});

describe('the feed', () => {
  test('shows repeats as one entry, and handles them at once', async () => {
    await rest.post('/geofences', {
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [3.6, 55.4] },
      properties: { name: 'Yard', radius_m: 300, on: ['enter'] },
    });
    await waitFor('the fence to be in force', async () => (await rest.all('/geofences')).length === 1);
    // Three visits, each with as many fixes as it takes to be believed.
    const start = Date.now() - 600_000;
    const visit = (n: number) =>
      [0, 1].flatMap(side =>
        Array.from({ length: 60 }, (_, s) => ({
          ts: start + (n * 120 + side * 60 + s) * 1_000,
          gps: { lat: 55.4, lon: side === 1 ? 3.6 : 3.62, speed_kmh: 30, heading: 90, accuracy_m: 4 },
          ignition: true,
        })),
      );
    for (let n = 0; n < 3; n++) await van.publish(visit(n));
    const { page } = await dashboardAt(telltale, browser);
    const entry = entryOf(page, 'Yard').first();
    await entry.getByRole('button', { name: '3 times' }).click();
    expect(await page.locator('.repeats article').count()).toBe(2);
    await entry.getByRole('button', { name: 'Acknowledge all 3' }).click();
    await page.getByText('3 alerts acknowledged.').waitFor();
    await waitFor('all three to be acknowledged', async () => {
      const alerts = await rest.all<{ status: string }>('/alerts', { kind: 'geofence_enter' });
      return alerts.length === 3 && alerts.every(({ status }) => status === 'acknowledged');
    });
  });

  test('calls by sound and by notification whoever asked for it, and nobody else', async () => {
    const { page, complaints } = await openDashboard(telltale, browser, { permissions: ['notifications'] });
    // Around the browser's own: what it was asked for is kept, and done. Without a desktop it grants a request and still says `denied`.
    await page.addInitScript(`
      window.called = { notes: [], tones: 0 };
      const Asked = window.Notification;
      window.Notification = class extends Asked {
        static permission = 'default';
        static async requestPermission() { return (this.permission = await Asked.requestPermission()); }
        constructor(title, options) { super(title, options); window.called.notes.push([title, options.body]); }
      };
      const start = OscillatorNode.prototype.start;
      OscillatorNode.prototype.start = function (...when) { window.called.tones++; return start.apply(this, when); };
      Object.defineProperty(document, 'hidden', { get: () => window.away === true });
    `);
    await page.goto(telltale.http);
    await page.getByLabel('Password or API token').fill(telltale.adminToken);
    await page.keyboard.press('Enter');
    await page.locator('[data-testid=link][data-link=connected]').waitFor();
    const called = () => page.evaluate<{ notes: [string, string][]; tones: number }>('window.called');
    await entryOf(page, await raise()).waitFor();
    expect(await called()).toEqual({ notes: [], tones: 0 });

    await page.getByRole('button', { name: /preferences and log-out/ }).click();
    await page.getByLabel('Sound for new alerts').selectOption('warning');
    await page.getByLabel('Desktop notifications').selectOption('warning');
    await page.keyboard.press('Escape');
    await entryOf(page, await raise()).waitFor();
    await waitFor('the sound', async () => (await called()).tones === 2);
    // Whoever looks at the page sees it there.
    expect((await called()).notes).toEqual([]);
    await page.evaluate('window.away = true');
    const dtc = await raise();
    await waitFor('the notification', async () => (await called()).notes.length === 1);
    const [[title, body] = ['', '']] = (await called()).notes;
    expect(title).toContain('van-1');
    expect(body).toContain(dtc);
    expect(complaints).toEqual([]);
  });

  test('says in words why there are no notifications where the browser forbids them', async () => {
    const { page } = await dashboardAt(telltale, browser);
    await page.getByRole('button', { name: /preferences and log-out/ }).click();
    await page.getByLabel('Desktop notifications').selectOption('critical');
    await page.getByText('The browser does not allow notifications').waitFor();
    expect(await page.getByLabel('Desktop notifications').inputValue()).toBe('off');
  });
});

describe('the line', () => {
  test('is behind when what arrives is old, and live when it is not', async () => {
    const { page } = await dashboardAt(telltale, browser);
    await driveAt(HERE.lat, HERE.lon);
    const late = await connectDevice({
      mqtt: telltale.mqtt,
      id: 'late-1',
      secret: (await rest.post<{ secret: string }>('/devices', { id: 'late-1', vehicle: 'late-1' })).secret,
    });
    const start = Date.now() - 90_000;
    for (let n = 0; n < 12; n++) {
      const gps = { ...HERE, speed_kmh: 50, heading: 90 };
      await late.publish({ ts: start + n * 1_000, gps, ignition: true });
      await page.waitForTimeout(400);
    }
    const badge = page.locator('[data-testid=link][data-link=behind]');
    await badge.waitFor();
    expect(await badge.innerText()).toMatch(/Behind by 1 min|Behind by \d+ s/);
    await driveAt(HERE.lat, HERE.lon);
    await page.locator('[data-testid=link][data-link=connected]').waitFor();
  });

  test('comes back by cursor after a restart of the server, without loading anything anew', async () => {
    const { page, context } = await (async () => {
      const opened = await openDashboard(telltale, browser);
      return { ...opened, context: opened.page.context() };
    })();
    const said: string[] = [];
    page.on('websocket', socket => socket.on('framesent', ({ payload }) => said.push(String(payload))));
    await page.getByLabel('Password or API token').fill(telltale.adminToken);
    await page.keyboard.press('Enter');
    const seen = await raise();
    await entryOf(page, seen).waitFor();
    said.length = 0;
    await telltale.restart();
    const missed = await raise();
    await page.locator('[data-testid=link][data-link=connected]').waitFor({ timeout: 30_000 });
    await entryOf(page, missed).waitFor();
    await entryOf(page, seen).waitFor();
    const subscriptions = said.filter(text => text.includes('"alerts"')).map(text => JSON.parse(text) as { since?: string });
    expect(subscriptions.length).toBeGreaterThan(0);
    for (const { since } of subscriptions) expect(since).toEqual(expect.any(String));
    await context.close();
  });

  test('keeps what was acknowledged without it, also when the page is closed, and sends it from the next', async () => {
    const first = await dashboardAt(telltale, browser);
    const dtc = await raise();
    const entry = entryOf(first.page, dtc);
    const id = await entry.getAttribute('data-alert');
    const context = first.page.context();
    await context.setOffline(true);
    await first.page.locator('[data-testid=link][data-link=offline]').waitFor();
    await entry.getByRole('button', { name: 'Acknowledge', exact: true }).click();
    await entry.getByText('Will be sent when the connection is back').waitFor({ timeout: 15_000 });
    await first.page.close();
    expect((await rest.get<{ status: string }>(`/alerts/${id}`)).status).toBe('open');
    await context.setOffline(false);
    const next = await context.newPage();
    await next.goto(telltale.http);
    await waitFor('it to be sent', async () => (await rest.get<{ status: string }>(`/alerts/${id}`)).status === 'acknowledged');
  });
});

describe('without a mouse, without eyes', () => {
  test('logs in, finds a vehicle, follows it, filters, acknowledges with a note and takes it back', async () => {
    const { page, complaints } = await openDashboard(telltale, browser);
    const dtc = await raise();
    await driveAt(HERE.lat, HERE.lon);
    const { keyboard } = page;
    await page.locator('input[name=user]').waitFor();
    const tabTo = async (what: string, selector: string, key = 'Tab'): Promise<void> => {
      for (let n = 0; n < 60; n++) {
        if ((await page.locator(`${selector}:focus`).count()) > 0) return;
        await keyboard.press(key);
      }
      throw new Error(`${what} was not reached by Tab`);
    };
    await tabTo('the token', 'input[name=secret]');
    await keyboard.type(telltale.adminToken);
    await keyboard.press('Enter');
    await page.locator('[data-testid=link][data-link=connected]').waitFor();
    await page.locator('[data-testid=fleet-map][data-drawn=true]').waitFor();

    await keyboard.press('/');
    await keyboard.type('van-1');
    await page.getByRole('option', { name: /van-1/ }).waitFor();
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    await page.waitForURL(/vehicle=van-1/);
    await tabTo('the map', '.maplibregl-canvas', 'Shift+Tab');
    const before = await viewOf(page);
    await keyboard.press('-');
    await waitFor('the map to zoom by key', async () => (await viewOf(page)).zoom < before.zoom);
    await keyboard.press('f');
    await page.waitForURL(/follow=1/);
    await keyboard.press('x');
    await page.locator('[data-testid=vehicle-panel]').waitFor({ state: 'detached' });

    await keyboard.press('n');
    await tabTo('the note', `article:has-text("${dtc}") button[aria-label="With a note"]`);
    await keyboard.press('Enter');
    await keyboard.type('By keyboard.');
    await keyboard.press('Enter');
    await page.getByText('Alert acknowledged.').waitFor();
    await keyboard.press('z');
    await entryOf(page, dtc).and(page.locator('[data-status=open]')).waitFor();
    expect(complaints).toEqual([]);
  });

  test('everything has a name, what is news is said, and what changes all the time is not', async () => {
    const { page } = await dashboardAt(telltale, browser, '/?vehicle=van-1');
    await entryOf(page, await raise()).waitFor();
    const snapshot = await page.locator('body').ariaSnapshot();
    for (const line of snapshot.split('\n'))
      expect(line).not.toMatch(/- (button|link|textbox|combobox|checkbox|radio|img|region)\s*(\[|:?$)/);
    for (const name of ['Map of the fleet', 'Alerts', 'Selected vehicle', 'List of alerts']) {
      expect(await page.getByRole('region', { name, exact: true }).count()).toBeGreaterThan(0);
    }
    await page.getByRole('banner').getByRole('navigation', { name: 'Pages' }).waitFor();
    await page.getByRole('group', { name: 'Show vehicles by status' }).waitFor();
    await page.getByRole('img', { name: 'Warning' }).first().waitFor();
    // The vehicle of a critical alert is said at once; positions and ages are no news.
    const rules = await rest.all<{ id: string; kind: string }>('/rules');
    const rule = rules.find(({ kind }) => kind === 'diagnostic_trouble_code')!;
    await rest.put(`/rules/${rule.id}`, { ...rule, severity: 'critical' });
    await raise();
    await page
      .getByRole('alert')
      .filter({ hasText: /Critical alert: .+, van-1/ })
      .waitFor();
    const loud = await page.locator('[aria-live]:not([aria-live=off]), [role=alert], [role=status]').allInnerTexts();
    expect(loud.join(' ')).not.toMatch(/ s ago|km\/h/);
  });
});
