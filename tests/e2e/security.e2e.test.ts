// Proves, in a real browser: the session's cookie is out of reach of scripts and of other sites; no script runs that is not ours; the page cannot be
// framed; and what a page of somebody else sends in a user's name is neither read nor done.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { logIn, openDashboard, startBrowser } from '../harness/open-dashboard.js';
import { restClient } from '../harness/rest-client.js';
import { startTelltale, type Telltale } from '../harness/start-telltale.js';

const PASSWORD = 'a long enough password';
let telltale: Telltale;
let browser: Browser;
let page: Page;
/** Somebody else's site, with nothing on its page. */
const stranger = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<title>elsewhere</title>'));
let elsewhere: string;

beforeAll(async () => {
  [telltale, browser] = await Promise.all([startTelltale(), startBrowser()]);
  await restClient(telltale.http, telltale.adminToken).post('/users', {
    user: 'manager',
    password: PASSWORD,
    role: 'fleet_manager',
    groups: [],
  });
  await new Promise<void>(done => stranger.listen(0, '127.0.0.1', done));
  elsewhere = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}/`;
  ({ page } = await openDashboard(telltale, browser));
  await logIn(page, PASSWORD, 'manager');
}, 60_000);
afterAll(() => void stranger.close());

test('the cookie of a session is kept from scripts and from other sites', async () => {
  const cookies = await page.context().cookies();
  expect(cookies).toEqual([expect.objectContaining({ httpOnly: true, sameSite: 'Strict', path: '/' })]);
  expect(await page.evaluate('document.cookie')).toBe('');
  const kept = await page.evaluate('JSON.stringify({ ...localStorage, ...sessionStorage })');
  expect(kept).not.toContain(cookies[0]!.value);
  expect(kept).not.toContain(PASSWORD);
});

describe('no script but ours runs', () => {
  const ran = async (html: string): Promise<unknown> => {
    await page.evaluate(`delete globalThis.ran; document.body.insertAdjacentHTML('beforeend', ${JSON.stringify(html)})`);
    await page.waitForTimeout(300);
    return page.evaluate('globalThis.ran ?? null');
  };

  test('inline handlers and links are dead', async () => {
    expect(await ran('<img src="x:" onerror="globalThis.ran = 1">')).toBeNull();
    expect(await ran('<iframe srcdoc="<script>parent.ran = 1</script>"></iframe>')).toBeNull();
  });

  test('neither is a script inline, or from elsewhere', async () => {
    const added = (script: string): Promise<unknown> =>
      page.evaluate(`new Promise(done => {
        delete globalThis.ran;
        const script = document.createElement('script');
        ${script}
        document.head.append(script);
        setTimeout(() => done(globalThis.ran ?? null), 300);
      })`);
    expect(await added("script.textContent = 'globalThis.ran = 1'")).toBeNull();
    expect(await added("script.src = 'data:text/javascript,globalThis.ran=1'")).toBeNull();
  });
});

test('the page cannot be framed', async () => {
  const other = await page.context().newPage();
  await other.goto(elsewhere);
  await other.evaluate(`document.body.innerHTML = '<iframe src="${telltale.http}/"></iframe>'`);
  await other.waitForTimeout(1_500);
  const framed = other.frames().find(frame => frame !== other.mainFrame())!;
  expect(await framed.locator('#root, form, .header').count()).toBe(0);
  await other.close();
});

test('a page of somebody else can neither read nor change anything in the name of who is logged in', async () => {
  const other = await page.context().newPage();
  await other.goto(elsewhere);
  const api = `${telltale.http}/api/v1`;
  const tried = (script: string): Promise<string> =>
    other.evaluate(`(async () => { ${script} })().catch(error => 'refused: ' + error.name)`) as Promise<string>;
  expect(await tried(`return await (await fetch('${api}/vehicles', { credentials: 'include' })).text()`)).toMatch(/^refused/);
  // Without a question beforehand, as a form would send it.
  const body = JSON.stringify({ id: 'forged', name: 'forged', class: 'car' });
  for (const type of ['text/plain', 'application/x-www-form-urlencoded'])
    await tried(
      `await fetch('${api}/vehicles', { method: 'POST', mode: 'no-cors', credentials: 'include', headers: { 'content-type': '${type}' }, body: '${body}' })`,
    );
  const json = `{ method: 'POST', credentials: 'include', headers: { 'content-type': 'application/json' }, body: '${body}' }`;
  expect(await tried(`await fetch('${api}/vehicles', ${json}); return 'sent'`)).toMatch(/^refused/);
  const vehicles = await restClient(telltale.http, telltale.adminToken).all<{ id: string }>('/vehicles');
  expect(vehicles.map(({ id }) => id)).not.toContain('forged');
  const socket = `new Promise(done => {
    const socket = new WebSocket('${telltale.http.replace('http', 'ws')}/ws');
    socket.onopen = () => done('open');
    socket.onerror = () => done('refused');
  })`;
  expect(await other.evaluate(socket)).toBe('refused');
  // The same from the page itself: what was refused was refused for where it came from.
  expect(await page.evaluate(socket)).toBe('open');
  await other.close();
});
