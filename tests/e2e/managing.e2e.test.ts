// Proves, each from log-in to result in a real browser against the real server: a fence is drawn and tells of the vehicle that enters it; a threshold
// is changed, tried on the past, saved, and the alert comes; a user, a token and a device come into being and go; what could not be read is taken
// again; the system page tells how the server is. What a role may not do is not offered to it.
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { seriousFindings } from '../harness/accessibility.js';
import { connectDevice, type Device } from '../harness/device.js';
import { dashboardAt, logIn, openDashboard, PHONE, startBrowser } from '../harness/open-dashboard.js';
import { connectRegistered } from '../harness/registered-device.js';
import { type RestClient, restClient } from '../harness/rest-client.js';
import { scriptedDrive } from '../harness/scripted-drive.js';
import { startTelltale, type Telltale } from '../harness/start-telltale.js';
import { waitFor } from '../harness/wait-for.js';

/** In the middle of the demo town. */
const HERE = { lat: 55.31, lon: 3.42 };
const PASSWORD = 'a long enough password';

let telltale: Telltale;
let rest: RestClient;
let browser: Browser;
let van: Device;

beforeAll(async () => {
  [telltale, browser] = await Promise.all([startTelltale(), startBrowser()]);
  rest = restClient(telltale.http, telltale.adminToken);
  await rest.post('/vehicles', { id: 'van-1', name: 'Van 1', class: 'van', group: 'harbour' });
  van = await connectRegistered(telltale, 'dev-1', { vehicle: 'van-1' });
  const legs = [
    { seconds: 20, to_kmh: 70 },
    { seconds: 60, to_kmh: 70 },
    { seconds: 6, to_kmh: 10 },
    { seconds: 30, to_kmh: 10 },
  ];
  for (const event of [scriptedDrive({ start: Date.now() - 600_000, ...HERE, legs })]) await van.publish(event);
  for (const role of ['fleet_manager', 'investigator', 'viewer'])
    await rest.post('/users', { user: role, password: PASSWORD, role, groups: [] });
}, 60_000);

const drive = (at: { lat: number; lon: number }, speed_kmh = 30): Promise<void> =>
  van.publish({ ts: Date.now(), gps: { ...at, speed_kmh, heading: 90, hdop: 0.8, sats: 12 }, ignition: true });

const axeIsQuiet = async (page: Page, where: string): Promise<void> =>
  expect({ where, found: await seriousFindings(page) }).toEqual({ where, found: [] });

/** Draws four corners around a point of the map's picture, the last one twice: that closes it. */
const drawSquare = async (page: Page, x: number, y: number): Promise<void> => {
  for (const [dx, dy] of [
    [-90, -90],
    [90, -90],
    [90, 90],
    [-90, 90],
    [-90, 90],
  ] as const) {
    await page.mouse.move(x + dx, y + dy);
    await page.waitForTimeout(120);
    await page.mouse.click(x + dx, y + dy);
    await page.waitForTimeout(350);
  }
};

describe('rules and geofences', () => {
  test('a fence that was drawn tells of the vehicle that enters it', async () => {
    const { page, complaints } = await openDashboard(telltale, browser);
    await logIn(page, PASSWORD, 'fleet_manager');
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Rules' }).click();
    await page.getByRole('tab', { name: 'Geofences' }).click();
    await page.getByRole('link', { name: 'New geofence' }).click();
    await page.getByLabel('Name').fill('Quay');
    await page.locator('.fence-map canvas.maplibregl-canvas').waitFor();
    await page.waitForTimeout(1_500);
    const map = (await page.locator('.fence-map').boundingBox())!;
    const [x, y] = [map.x + map.width / 2, map.y + map.height / 2];
    await drawSquare(page, x, y);
    await page.getByText('Drag a corner to change it').waitFor();
    await axeIsQuiet(page, 'fence editor');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Quay saved').waitFor();
    const fence = await waitFor('the fence', async () => {
      const [found] = await rest.all<{ geometry: { coordinates: [number, number][][] } }>('/geofences');
      return found;
    });
    const ring = fence.geometry.coordinates[0]!;
    expect(ring).toHaveLength(5);
    const middle = {
      lon: ring.slice(0, 4).reduce((sum, [lon]) => sum + lon, 0) / 4,
      lat: ring.slice(0, 4).reduce((sum, [, lat]) => sum + lat, 0) / 4,
    };
    await page.waitForTimeout(2_200);
    const outside = { lat: middle.lat + 0.2, lon: middle.lon };
    for (let n = 0; n < 3; n++) await drive(outside);
    // So far away at once is a jump of the receiver, unless it stays there for more than five seconds.
    for (let n = 0; n < 8; n++) {
      await drive(middle);
      await page.waitForTimeout(1_100);
    }
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Live' }).click();
    await page.locator('[data-testid=alert-feed] article').filter({ hasText: 'Entered geofence' }).first().waitFor();
    expect(complaints).toEqual([]);
  });

  test('a circle is dragged wider by its rim, and what goes over the date line is one piece, to be dragged and drawn', async () => {
    const [west, east] = [179.97, -179.97];
    const corners = [
      [west, 55.3],
      [east, 55.3],
      [east, 55.33],
      [west, 55.33],
      [west, 55.3],
    ];
    const fence = (name: string, geometry: object, more: object = {}) =>
      rest.post<{ id: string }>('/geofences', { type: 'Feature', geometry, properties: { name, on: ['enter'], ...more } });
    const circle = await fence('Roundabout', { type: 'Point', coordinates: [HERE.lon, HERE.lat] }, { radius_m: 400 });
    const strait = await fence('Strait', { type: 'Polygon', coordinates: [corners] });
    const { page, complaints } = await dashboardAt(telltale, browser, `/rules/geofence/${circle.id}`);
    await page.locator('.fence-map [data-ready=true] canvas.maplibregl-canvas').waitFor();
    await page.waitForTimeout(1_500);
    // Small ones are shown at zoom 14.5, where 400 m are 208 pixels here.
    const map = (await page.locator('.fence-map').boundingBox())!;
    const [x, y] = [map.x + map.width / 2, map.y + map.height / 2];
    await page.mouse.move(x, y - 208);
    await page.mouse.down();
    await page.mouse.move(x, y - 230, { steps: 4 });
    await page.mouse.move(x, y - 260, { steps: 4 });
    await page.mouse.up();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Roundabout saved').waitFor();
    const [dragged] = (await rest.all<{ id: string; properties: { radius_m: number } }>('/geofences')).filter(
      ({ id }) => id === circle.id,
    );
    expect(dragged!.properties.radius_m).toBeGreaterThan(470);
    expect(dragged!.properties.radius_m).toBeLessThan(530);

    await page.goto(`${telltale.http}/rules/geofence/${strait.id}`);
    await page.getByText('Drag a corner to change it').waitFor();
    await page.locator('.fence-map [data-ready=true] canvas.maplibregl-canvas').waitFor();
    await page.waitForTimeout(1_500);
    // One piece in the middle of the map, with the sea at both sides of it.
    const drawn = (await page.locator('.fence-map').boundingBox())!;
    const colourAt = async (east: number): Promise<string> => {
      const clip = { x: drawn.x + drawn.width / 2 + east, y: drawn.y + drawn.height / 2, width: 2, height: 2 };
      return (await page.screenshot({ clip })).toString('base64');
    };
    const inside = await colourAt(100);
    expect(await Promise.all([-200, -100, 200].map(colourAt))).toEqual([inside, inside, inside]);
    expect(await colourAt(-320)).not.toBe(inside);
    expect(await colourAt(320)).not.toBe(inside);
    const [middleX, middleY] = [drawn.x + drawn.width / 2, drawn.y + drawn.height / 2];
    const savedRing = async (): Promise<[number, number][]> => {
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Strait saved').first().waitFor();
      const { geometry } = await rest.get<{ geometry: { coordinates: [number, number][][] } }>(`/geofences/${strait.id}`);
      return geometry.coordinates[0]!;
    };
    // All of it is dragged to the east, and stays as wide as it was.
    await page.mouse.move(middleX + 60, middleY);
    await page.mouse.down();
    await page.mouse.move(middleX + 90, middleY, { steps: 4 });
    await page.mouse.move(middleX + 120, middleY, { steps: 4 });
    await page.mouse.up();
    const [[shiftedWest], [shiftedEast]] = (await savedRing()) as [[number, number], [number, number]];
    expect(shiftedWest).toBeGreaterThan(west + 0.002);
    expect(shiftedEast - shiftedWest + 360).toBeCloseTo(0.06, 5);
    // Another is drawn over the line, and a corner of it dragged.
    await page.goto(`${telltale.http}/rules/geofence/${strait.id}`);
    await page.locator('.fence-map [data-ready=true] canvas.maplibregl-canvas').waitFor();
    await page.waitForTimeout(1_500);
    await page.getByRole('button', { name: 'Draw anew' }).click();
    await drawSquare(page, middleX, middleY);
    await page.getByText('Drag a corner to change it').waitFor();
    await page.mouse.move(middleX + 90, middleY - 90);
    await page.mouse.down();
    await page.mouse.move(middleX + 120, middleY - 90, { steps: 4 });
    await page.mouse.move(middleX + 150, middleY - 90, { steps: 4 });
    await page.mouse.up();
    const ring = await savedRing();
    expect(ring).toHaveLength(5);
    const beyond = ring.map(([lon]) => (lon < 0 ? lon + 360 : lon));
    for (const lon of beyond) expect(Math.abs(lon - 180)).toBeLessThan(0.1);
    expect(Math.min(...beyond)).toBeLessThan(180);
    // The corner that was dragged is further out than the other one beyond the line.
    const outer = beyond.filter(lon => lon > 180).sort((a, b) => a - b);
    expect(outer).toHaveLength(2);
    expect(outer[1]! - outer[0]!).toBeGreaterThan(0.002);
    for (const { id } of [circle, strait]) await rest.delete(`/geofences/${id}`);
    expect(complaints).toEqual([]);
  });

  test('a threshold is changed, tried on the past and saved; what was silent before is told now', async () => {
    const { page, complaints } = await openDashboard(telltale, browser);
    await logIn(page, PASSWORD, 'fleet_manager');
    await page.goto(`${telltale.http}/rules`);
    await page.getByRole('link', { name: 'Speeding', exact: true }).click();
    await page.getByRole('group', { name: 'Speed limit' }).getByLabel('Van').fill('60');
    await page.getByLabel('For at least').fill('5');
    await page.getByLabel('Try it on').selectOption('1');
    await page.getByRole('button', { name: 'Try it', exact: true }).click();
    await page.getByRole('status').getByText('Added', { exact: true }).waitFor();
    const added = page.getByRole('status').locator('.figures div').filter({ hasText: 'Added' }).locator('dd');
    expect(Number(await added.innerText())).toBeGreaterThan(0);
    await axeIsQuiet(page, 'rule with a backtest');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Speeding saved').waitFor();
    await page.waitForTimeout(2_200);
    const before = await rest.all<{ id: string }>('/alerts', { kind: 'speeding' });
    // The first five seconds bear out that it is here again, and not in the fence.
    for (let n = 0; n < 15; n++) {
      await drive({ lat: HERE.lat + n * 0.0002, lon: HERE.lon }, 82);
      await page.waitForTimeout(1_000);
    }
    await waitFor('the alert', async () => (await rest.all('/alerts', { kind: 'speeding' })).length > before.length);
    expect(complaints).toEqual([]);
  });

  test('a rule says who hears of it', async () => {
    const { page, complaints } = await dashboardAt(telltale, browser, '/rules/rule/default-speeding');
    await page.getByText('No policy tells anybody of it by message.').waitFor();
    // By their names: nobody knows ids.
    const rule = { kind: 'speeding', params: { limit_kmh: 100 } };
    await rest.post('/rules', { ...rule, id: 'by-night' });
    await rest.post('/webhooks', {
      id: 'w',
      name: 'Night desk',
      url: 'https://desk.example/',
      enabled: false,
      rules: ['by-night'],
    });
    await rest.post('/notification-policies', {
      ...{ id: 'p', name: 'Day shift', to: [{ webhook: 'w' }], rules: ['default-speeding', 'by-night'] },
    });
    await page.reload();
    await page.getByRole('link', { name: 'Day shift' }).waitFor();
    await page.getByText('webhook Night desk').waitFor();
    await page.goto(`${telltale.http}/rules?tab=told`);
    await page
      .getByRole('row', { name: /Day shift/ })
      .getByText('Speeding, Speeding (by-night)')
      .waitFor();
    await page.goto(`${telltale.http}/rules?tab=webhooks`);
    await page
      .getByRole('row', { name: /Night desk/ })
      .getByText('Speeding (by-night)')
      .waitFor();
    for (const path of ['/notification-policies/p', '/webhooks/w', '/rules/by-night']) await rest.delete(path);
    expect(complaints).toEqual([]);
  });
});

describe('administration', () => {
  test('a user is made, changed, kept out and deleted', async () => {
    const { page, complaints } = await dashboardAt(telltale, browser, '/admin?tab=users');
    await page.getByRole('button', { name: 'Add user' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('User name').fill('night.desk');
    await dialog.getByLabel('Password').fill(PASSWORD);
    await dialog.getByLabel('Role').selectOption('coach');
    await axeIsQuiet(page, 'user form');
    await dialog.getByRole('button', { name: 'Add user' }).click();
    await page.getByText('night.desk can log in now.').waitFor();
    const theirs = await openDashboard(telltale, browser);
    await logIn(theirs.page, PASSWORD, 'night.desk');

    const row = page.getByRole('row', { name: /night\.desk/ });
    await row.getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('dialog').getByLabel('May log in').uncheck();
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await row.getByText('may not log in').waitFor();
    await theirs.page.goto(`${telltale.http}/drivers`);
    await theirs.page.getByRole('heading', { name: 'Log in to Telltale' }).waitFor();

    await row.getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page
      .getByRole('dialog', { name: /Delete user/ })
      .getByRole('button', { name: 'Delete' })
      .click();
    await row.waitFor({ state: 'detached' });
    expect((await rest.all<{ user: string }>('/users')).map(({ user }) => user)).not.toContain('night.desk');
    expect(complaints).toEqual([]);
  });

  test('a token is shown once, opens the API, and is refused when it was deleted', async () => {
    const { page, complaints } = await dashboardAt(telltale, browser, '/admin?tab=tokens');
    await page.getByRole('button', { name: 'Add token' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Board in the hall');
    await page.getByRole('dialog').getByRole('button', { name: 'Add token' }).click();
    const secret = await page.getByRole('dialog', { name: 'New API token' }).locator('code').innerText();
    await axeIsQuiet(page, 'new token');
    await page.getByRole('button', { name: 'I have kept it' }).click();
    const asked = restClient(telltale.http, secret);
    expect((await asked.raw('/api/v1/vehicles')).status).toBe(200);
    const row = page.getByRole('row', { name: /Board in the hall/ });
    await row.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await row.waitFor({ state: 'detached' });
    await waitFor('the token to be refused', async () => (await asked.raw('/api/v1/vehicles')).status === 401);
    expect(complaints).toEqual([]);
  });

  test('a device is registered, gets another secret, and connects with both until the old one ends', async () => {
    const { page, complaints } = await dashboardAt(telltale, browser, '/admin');
    await page.getByRole('button', { name: 'Register device' }).click();
    await page.getByRole('dialog').getByLabel('Device', { exact: true }).fill('dev-7');
    await page.getByRole('dialog').getByLabel('Vehicle').fill('bus-7');
    await axeIsQuiet(page, 'device form');
    await page.getByRole('dialog').getByRole('button', { name: 'Register device' }).click();
    const secretOf = async (): Promise<string> => {
      const secret = await page.getByRole('dialog', { name: 'Secret of dev-7' }).locator('code').innerText();
      await page.getByRole('button', { name: 'I have kept it' }).click();
      return secret;
    };
    const first = await secretOf();
    const bus = await connectDevice({ mqtt: telltale.mqtt, id: 'dev-7', secret: first });
    await bus.publish({ ts: Date.now(), gps: { ...HERE, speed_kmh: 20, heading: 0 }, ignition: true });
    const row = page.getByRole('row', { name: /dev-7/ });
    await row.getByText(/now|s ago/).waitFor();
    await row.getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'New secret' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'New secret' }).click();
    const second = await secretOf();
    expect(second).not.toBe(first);
    for (const secret of [first, second]) await (await connectDevice({ mqtt: telltale.mqtt, id: 'dev-7', secret })).close();
    await row.locator('time').last().waitFor();
    await bus.close();
    await row.getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog', { name: 'Delete dev-7?' }).getByRole('button', { name: 'Delete' }).click();
    await row.waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });

  test('what could not be read is looked at and taken again', async () => {
    await van.publishRaw('events', '{"ts": 1, "gps": {"lat"');
    await waitFor('the quarantine', async () => (await rest.all('/quarantine')).length > 0);
    const { page, complaints } = await openDashboard(telltale, browser);
    await logIn(page, PASSWORD, 'investigator');
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Administration' }).click();
    await page.getByRole('button', { name: 'Look' }).first().click();
    await page.getByRole('dialog').getByText('{"ts": 1, "gps": {"lat"').waitFor();
    await axeIsQuiet(page, 'quarantine entry');
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Take again' }).first().click();
    await page.getByText('Taken once more.').waitFor();
    expect(complaints).toEqual([]);
  });

  test('the system page tells of the parts, the lag and what was refused', async () => {
    const { page, complaints } = await dashboardAt(telltale, browser, '/admin?tab=system', { viewport: PHONE });
    await page.getByRole('heading', { name: 'At a glance' }).waitFor();
    await page.getByText('Records behind').waitFor();
    await page.getByRole('region', { name: 'Parts and their restarts' }).first().waitFor();
    expect(await page.getByText('running').count()).toBeGreaterThan(3);
    await axeIsQuiet(page, 'system');
    expect(complaints).toEqual([]);
  });
});

describe('roles', () => {
  test('who only looks is offered neither rules nor administration, and cannot get there by address', async () => {
    const { page, complaints } = await openDashboard(telltale, browser);
    await logIn(page, PASSWORD, 'viewer');
    const links = page.getByRole('navigation', { name: 'Pages' }).getByRole('link');
    await links.first().waitFor();
    expect(await links.allInnerTexts()).toEqual(['Live', 'Vehicles']);
    for (const path of ['/rules', '/rules?tab=told', '/admin']) {
      await page.goto(telltale.http + path);
      await page.locator('[data-testid=fleet-map]').waitFor();
    }
    await page.goto(`${telltale.http}/vehicles/van-1?tab=service`);
    await page.getByText('There is no service plan.').waitFor();
    expect(await page.getByRole('button', { name: 'Add service' }).count()).toBe(0);
    await page.getByRole('tab', { name: 'Fuel and idling' }).click();
    await page.getByRole('heading', { name: 'What fuel costs' }).waitFor();
    expect(await page.getByRole('button', { name: 'Set prices' }).count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('a manager manages devices; users, tokens and the system are not offered', async () => {
    const { page } = await openDashboard(telltale, browser);
    await logIn(page, PASSWORD, 'fleet_manager');
    await page.goto(`${telltale.http}/admin?tab=users`);
    await page.getByRole('tab', { name: 'Devices' }).waitFor();
    expect(await page.getByRole('tab').allInnerTexts()).toEqual(['Devices']);
  });
});
