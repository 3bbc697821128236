// Proves: the frame around the pages: languages, units, theme, keyboard, roles, accessibility, weight, and browsers that cannot draw maps.
import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { seriousFindings } from '../harness/accessibility.js';
import { connectDevice } from '../harness/device.js';
import { DESKTOP, dashboardAt, logIn, openDashboard, PHONE, startBrowser } from '../harness/open-dashboard.js';
import { type RestClient, restClient } from '../harness/rest-client.js';
import { scriptedDrive } from '../harness/scripted-drive.js';
import { startTelltale, type Telltale } from '../harness/start-telltale.js';
import { waitFor } from '../harness/wait-for.js';

let telltale: Telltale;
let rest: RestClient;
let browser: Browser;
let trip: string;
const PASSWORD = 'a long enough password';

beforeAll(async () => {
  [telltale, browser] = await Promise.all([startTelltale({ env: { TELLTALE_TIME_ZONE: 'Asia/Tokyo' } }), startBrowser()]);
  rest = restClient(telltale.http, telltale.adminToken);
  const { secret } = await rest.post<{ secret: string }>('/devices', { id: 'van-1', vehicle: 'van-1' });
  const van = await connectDevice({ mqtt: telltale.mqtt, id: 'van-1', secret });
  const legs = [
    { seconds: 20, to_kmh: 60 },
    { seconds: 100, to_kmh: 60 },
    { seconds: 4, to_kmh: 0 },
    { seconds: 90, to_kmh: 0 },
  ];
  const events = scriptedDrive({ start: Date.now() - 215_000, lat: 55.3, lon: 3.42, driver: 'driver-1', legs });
  for (let n = 0; n < events.length; n += 50) await van.publish(events.slice(n, n + 50));
  await van.publish({ ts: Date.now(), dtc: ['P0301'] });
  trip = await waitFor('a trip and its alerts', async () => {
    const [found] = await rest.all<{ id: string }>('/trips', { vehicle: 'van-1' });
    return (await rest.all('/alerts')).length >= 2 && found?.id;
  });
  for (const role of ['fleet_manager', 'coach', 'investigator', 'viewer', 'driver']) {
    await rest.post('/users', {
      user: role,
      password: PASSWORD,
      role,
      groups: [],
      ...(role === 'driver' && { driver: 'driver-1' }),
    });
  }
}, 90_000);

describe('preferences', () => {
  test('German is chosen by the browser, and by hand; numbers and times follow', async () => {
    const german = await dashboardAt(telltale, browser, `/trips/${trip}`, { locale: 'de-DE' });
    await german.page.getByRole('heading', { name: 'Alarme und Halte' }).waitFor();
    expect(await german.page.locator('html').getAttribute('lang')).toBe('de');
    expect(german.complaints).toEqual([]);

    const { page, complaints } = await dashboardAt(telltale, browser, '/trips');
    await page.getByRole('heading', { name: 'Trips' }).waitFor();
    await page.getByRole('button', { name: /preferences and log-out/ }).click();
    await page.getByLabel('Language').selectOption('de');
    await page.getByRole('heading', { name: 'Fahrten' }).waitFor();
    expect(page.url()).toContain('/trips');
    expect(complaints).toEqual([]);
  });

  test('miles and gallons are shown everywhere at once, and stay', async () => {
    const { page } = await dashboardAt(telltale, browser, `/trips/${trip}`);
    await page
      .getByText(/\d\skm\/h/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: /preferences and log-out/ }).click();
    await page.getByLabel('Distance').selectOption('mi');
    await page.keyboard.press('Escape');
    await page.getByText('37\u202fmph').first().waitFor();
    expect(await page.getByText(/km\/h/).count()).toBe(0);
    await page.reload();
    await page.getByText('37\u202fmph').first().waitFor();
  });

  test('dark is dark, on the map too', async () => {
    const { page } = await dashboardAt(telltale, browser);
    await page.getByRole('button', { name: /preferences and log-out/ }).click();
    await page.getByLabel('Colours').selectOption('dark');
    await page.locator('html[data-theme=dark]').waitFor();
    const ground = await page
      .locator('body')
      .evaluate(body => body.ownerDocument.defaultView.getComputedStyle(body).backgroundColor as string);
    expect(ground).toMatch(/rgb\((\d|1\d|2\d), /);
  });

  test("times are those of the fleet's zone, with the exact one on hover", async () => {
    const { page } = await dashboardAt(telltale, browser, `/trips/${trip}`, { timezoneId: 'Europe/Berlin' });
    const now = page.getByTestId('replay-now').locator('strong');
    await now.waitFor();
    const { started_at } = await rest.get<{ started_at: string }>(`/trips/${trip}`);
    const inTokyo = new Date(started_at).toLocaleTimeString('en-GB', {
      timeZone: 'Asia/Tokyo',
      hour: '2-digit',
      minute: '2-digit',
    });
    expect(await page.locator('.replay-side time').first().innerText()).toContain(inTokyo);
    expect(await page.locator('.replay-side time').first().getAttribute('title')).toMatch(/GMT\+9|JST[\s\S]*on your clock/);
  });
});

describe('the keyboard', () => {
  test('reaches the content at once, goes to pages, and explains itself', async () => {
    const { page, complaints } = await dashboardAt(telltale, browser, '/trips');
    await page.getByRole('heading', { name: 'Trips' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').innerText()).toBe('Skip to content');
    await page.keyboard.press('Enter');
    expect(await page.locator(':focus').getAttribute('id')).toBe('main');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByText('Go to Live').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('l');
    await page.getByRole('heading', { name: /^Alerts/ }).waitFor();
    expect(complaints).toEqual([]);
  });
});

describe('roles', () => {
  test.each([
    ['fleet_manager', ['Live', 'Trips', 'Drivers', 'Vehicles', 'Rules', 'Administration'], true],
    ['coach', ['Live', 'Trips', 'Drivers', 'Vehicles'], false],
    ['investigator', ['Live', 'Trips', 'Vehicles', 'Administration'], false],
    ['viewer', ['Live', 'Vehicles'], false],
    ['driver', ['Trips', 'Drivers'], false],
  ])('%s sees what is theirs, and nothing fails', async (role, pages, acknowledges) => {
    const { page, complaints } = await openDashboard(telltale, browser);
    const refused: string[] = [];
    page.on('response', answer => answer.status() === 403 && refused.push(answer.url()));
    await logIn(page, PASSWORD, role);
    const links = await page.getByRole('navigation', { name: 'Pages' }).getByRole('link').allInnerTexts();
    expect(links).toEqual(pages);
    for (const name of pages) {
      await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true }).click();
      await page.waitForLoadState('networkidle');
    }
    if (pages.includes('Live')) {
      await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Live' }).click();
      await page.locator('[data-testid=alert-feed] article').first().waitFor();
      expect((await page.getByRole('button', { name: 'Acknowledge' }).count()) > 0).toBe(acknowledges);
    }
    expect(refused).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

describe('quality', () => {
  const pages = (): string[] => [
    '/',
    '/?vehicle=van-1',
    '/?wall=1',
    '/trips',
    `/trips/${trip}`,
    '/drivers',
    '/drivers/driver-1',
    '/vehicles',
    '/vehicles/van-1',
    '/vehicles/van-1?tab=codes',
    '/vehicles/van-1?tab=service',
    '/vehicles/van-1?tab=fuel',
    '/vehicles/van-1?tab=data',
    '/rules',
    '/rules/rule/default-speeding',
    '/rules/new-rule/tow',
    '/rules?tab=geofences',
    '/rules/new-geofence',
    '/rules?tab=told',
    '/rules/new-policy',
    '/rules?tab=webhooks',
    '/admin',
    '/admin?tab=quarantine',
    '/admin?tab=users',
    '/admin?tab=tokens',
    '/admin?tab=system',
    '/admin?tab=audit',
  ];

  // Each theme and each size once: colours do not depend on the size. Both at a time: each waits for its page more than it works.
  test('axe finds nothing serious, and nothing is asked of anybody but the server', async () => {
    const look = async (as: string, options: BrowserContextOptions): Promise<void> => {
      const { page, strangers } = await openDashboard(telltale, browser, options);
      const judge = async (path: string): Promise<void> =>
        expect({ as, path, found: await seriousFindings(page) }).toEqual({ as, path, found: [] });
      await judge('log-in');
      await logIn(page, telltale.adminToken);
      for (const path of pages()) {
        await page.goto(telltale.http + path);
        await page.locator('main').waitFor();
        await page.waitForLoadState('networkidle');
        await judge(path);
        const [content, screen] = await page.locator('html').evaluate(html => [html.scrollWidth, html.clientWidth] as const);
        expect({ as, path, content }).toEqual({ as, path, content: screen });
      }
      await page.getByRole('button', { name: /preferences and log-out/ }).click();
      await judge('preferences');
      expect(strangers).toEqual([]);
    };
    await Promise.all([
      look('light, desktop', { viewport: DESKTOP, colorScheme: 'light' }),
      look('dark, phone', { viewport: PHONE, colorScheme: 'dark' }),
    ]);
  }, 480_000);

  test('a browser without WebGL is told so, and has the alerts all the same', async () => {
    const plain = await startBrowser(['--disable-3d-apis']);
    const { page } = await dashboardAt(telltale, plain);
    await page.getByText('This browser cannot draw the map').waitFor();
    await page.locator('[data-testid=alert-feed] article').first().waitFor();
  });

  test('the code is under 600 kB gzip without the map, which waits until it is wanted', async () => {
    const folder = resolve('dist/web');
    const html = await readFile(`${folder}/index.html`, 'utf8');
    const files = (await readdir(`${folder}/assets`)).filter(name => /\.m?js$/.test(name));
    const weights = await Promise.all(
      files.map(async name => {
        const content = await readFile(`${folder}/assets/${name}`);
        return { name, gzip: gzipSync(content).length, isMap: content.includes('maplibregl-canvas') || /worker/.test(name) };
      }),
    );
    const map = weights.filter(({ isMap }) => isMap);
    expect(map.length).toBeGreaterThan(0);
    for (const { name } of map) expect(html).not.toContain(name);
    const rest = weights.filter(({ isMap }) => !isMap).reduce((sum, { gzip }) => sum + gzip, 0);
    expect(rest).toBeLessThan(600 * 1_024);
    const first = weights.filter(({ name }) => html.includes(name)).reduce((sum, { gzip }) => sum + gzip, 0);
    expect(first).toBeLessThan(200 * 1_024);
  });
});
