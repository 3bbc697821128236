// Proves, from log-in to result: a manager makes a webhook and a policy; an alert reaches the webhook, signed, and the mailbox; nobody reacts,
// and the next is told; a pause holds back; what failed is a message with its reason; tests are sent and say what came of them.
import { beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { seriousFindings } from '../harness/accessibility.js';
import type { Device } from '../harness/device.js';
import { type MailServer, startMailServer } from '../harness/mail-server.js';
import { logIn, openDashboard, PHONE, startBrowser } from '../harness/open-dashboard.js';
import { connectRegistered } from '../harness/registered-device.js';
import { type RestClient, restClient } from '../harness/rest-client.js';
import { startTelltale, type Telltale } from '../harness/start-telltale.js';
import { waitFor } from '../harness/wait-for.js';
import { startWebhookReceiver, type WebhookReceiver } from '../harness/webhook-receiver.js';

const PASSWORD = 'a long enough password';
let telltale: Telltale;
let rest: RestClient;
let browser: Browser;
let mail: MailServer;
let receiver: WebhookReceiver;
let van: Device;

beforeAll(async () => {
  [mail, receiver] = await Promise.all([startMailServer(), startWebhookReceiver()]);
  const env = {
    TELLTALE_WEBHOOK_ALLOW_PRIVATE: 'true',
    TELLTALE_SMTP_URL: mail.url,
    TELLTALE_MAIL_FROM: 'telltale@fleet.example',
    TELLTALE_PUBLIC_URL: 'https://fleet.example',
  };
  [telltale, browser] = await Promise.all([startTelltale({ env }), startBrowser()]);
  rest = restClient(telltale.http, telltale.adminToken);
  await rest.post('/users', { user: 'manager', password: PASSWORD, role: 'fleet_manager', groups: [] });
  van = await connectRegistered(telltale, 'van-1');
}, 60_000);

const opened = async (path: string, options = {}): Promise<{ page: Page; complaints: string[] }> => {
  const { page, complaints } = await openDashboard(telltale, browser, options);
  await logIn(page, PASSWORD, 'manager');
  await page.goto(telltale.http + path);
  return { page, complaints };
};

test('a webhook is added, shows its secret once, is tested, hears of an alert, and is paused', async () => {
  const { page, complaints } = await opened('/rules');
  await page.getByRole('tab', { name: 'Webhooks' }).click();
  await page.getByText('No webhooks yet.').waitFor();
  await page.getByRole('button', { name: 'Add webhook' }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Name').fill('Dispatch');
  await form.getByLabel('Address').fill(receiver.url);
  await page.waitForLoadState('networkidle');
  expect(await seriousFindings(page)).toEqual([]);
  await form.getByRole('button', { name: 'Add webhook' }).click();
  receiver.secret = await page.getByRole('dialog', { name: 'Secret of Dispatch' }).locator('code').innerText();
  expect(receiver.secret).toMatch(/^whsec_/);
  await page.getByRole('button', { name: 'I have kept it' }).click();
  expect(await page.getByText(receiver.secret).count()).toBe(0);

  await page.getByRole('button', { name: 'Send a test: Dispatch' }).click();
  await page.getByText('Dispatch: delivered (answered 200)').waitFor();
  receiver.status = 500;
  await page.getByRole('button', { name: 'Send a test: Dispatch' }).click();
  await page.getByText(/Dispatch: not delivered:.*500/).waitFor();
  receiver.status = 200;

  await van.publish({ ts: Date.now(), dtc: ['P0301'] });
  const call = await waitFor('the call', () => receiver.calls.find(({ body }) => body.type === 'alert'));
  expect(call).toMatchObject({ genuine: true, body: { change: 'raised', alert: { dtc: 'P0301' } } });

  await page.getByRole('switch', { name: 'Dispatch: on or off' }).uncheck();
  await page.getByText('Paused: alerts wait', { exact: true }).waitFor();
  const before = receiver.calls.length;
  await van.publish({ ts: Date.now(), dtc: ['P0442'] });
  await waitFor('the alert', async () => (await rest.all('/alerts')).length >= 2);
  await page.waitForTimeout(1_500);
  expect(receiver.calls).toHaveLength(before);
  await page.getByRole('switch', { name: 'Dispatch: on or off' }).check();
  await waitFor('what waited', () => receiver.calls.some(({ body }) => body.alert?.dtc === 'P0442'));
  await page.getByText('Everything was delivered.').waitFor();

  await page
    .getByRole('row', { name: /Dispatch/ })
    .getByRole('button', { name: 'Edit' })
    .click();
  await page.getByRole('dialog').getByRole('button', { name: 'New secret' }).click();
  await page.getByRole('dialog', { name: 'New secret for Dispatch?' }).getByRole('button', { name: 'New secret' }).click();
  const renewed = await page.getByRole('dialog', { name: 'Secret of Dispatch' }).locator('code').innerText();
  expect(renewed).toMatch(/^whsec_/);
  expect(renewed).not.toBe(receiver.secret);
  receiver.secret = renewed;
  await page.getByRole('button', { name: 'I have kept it' }).click();
  expect(complaints).toEqual([]);
}, 90_000);

test('a policy sends mail, and tells somebody else when nobody reacts', async () => {
  const { page, complaints } = await opened('/rules?tab=told');
  await page.getByText('Nobody is told by message.').waitFor();
  await page.getByRole('button', { name: 'New policy' }).click();
  await page.getByLabel('Name').fill('Night shift');
  // What the server refuses is told beside its field.
  await page.getByLabel('Address of recipient 1').fill('no address');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.locator('[aria-invalid=true]:focus').waitFor();
  expect(await page.getByLabel('Address of recipient 1').getAttribute('aria-invalid')).toBe('true');
  await page.getByLabel('Address of recipient 1').fill('night@example.com');
  await page.getByRole('button', { name: 'Add recipient' }).click();
  await page.getByLabel('How recipient 2 is told').selectOption('webhook');
  await page.getByLabel('Address of recipient 2').selectOption({ label: 'Dispatch' });
  await page.getByLabel('Quiet hours').check();
  await page.getByLabel('Quiet hours').uncheck();
  await page.getByLabel('Tell somebody else when nobody acknowledges').check();
  // Numbers that were emptied are told of here: nothing is sent.
  const sent: string[] = [];
  page.on('request', request => request.method() === 'POST' && sent.push(request.url()));
  await page.getByRole('textbox', { name: 'After' }).fill('');
  await page.getByText('More than 20 alerts in 10 min come as one message').click();
  await page.getByRole('textbox', { name: 'Within' }).fill('');
  await page.getByRole('button', { name: 'Save' }).click();
  // The first of them is where one types next; a moment later, which must not fall into what is typed below.
  await page.locator('[aria-invalid=true]:focus').waitFor();
  for (const name of ['After', 'Within']) {
    const field = page.getByRole('textbox', { name });
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    expect(await field.inputValue()).toBe('');
  }
  expect(await page.getByText('Give a number.').count()).toBe(2);
  expect(sent).toEqual([]);
  await page.getByRole('textbox', { name: 'Within' }).fill('10');
  await page.getByRole('textbox', { name: 'After' }).fill('1');
  await page.getByRole('group', { name: 'Then tell' }).getByLabel('Address of recipient 1').fill('head@example.com');
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Night shift saved').waitFor();
  const row = page.getByRole('region', { name: 'Who gets told' }).getByRole('row', { name: /Night shift/ });
  await row.getByText('after 1 min: head@example.com').waitFor();

  await page.getByRole('button', { name: 'Send a test: Night shift' }).click();
  const tested = page.getByRole('dialog');
  await tested.getByText(/^night@example\.com: delivered/).waitFor();
  await tested.getByText(/^webhook Dispatch: delivered/).waitFor();
  await tested.getByRole('button', { name: 'Close' }).click();
  expect(mail.mails.map(({ to }) => to[0]).toSorted()).toEqual(['head@example.com', 'night@example.com']);

  await van.publish({ ts: Date.now(), dtc: ['P0420'] });
  await waitFor('the mail', () => mail.mails.some(({ to, raw }) => to[0] === 'night@example.com' && raw.includes('P0420')), {
    timeoutMs: 20_000,
  });
  await waitFor('the escalation', () => mail.mails.some(({ to, raw }) => to[0] === 'head@example.com' && raw.includes('P0420')), {
    timeoutMs: 100_000,
  });
  await page.getByRole('button', { name: 'Look again' }).click();
  await page
    .getByRole('row', { name: /Nobody reacted/ })
    .getByText('Sent')
    .waitFor();
  expect(await seriousFindings(page)).toEqual([]);

  await page.getByRole('link', { name: 'Night shift' }).first().click();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('Nobody is told by message.').waitFor();
  expect(complaints).toEqual([]);
}, 180_000);

test('on a phone nothing is wider than the screen', async () => {
  const { page, complaints } = await opened('/rules?tab=told', { viewport: PHONE });
  for (const path of ['/rules?tab=told', '/rules?tab=webhooks', '/rules/new-policy', '/rules']) {
    await page.goto(telltale.http + path);
    await page.waitForLoadState('networkidle');
    const [content, screen] = await page.locator('html').evaluate(html => [html.scrollWidth, html.clientWidth] as const);
    expect({ path, content }).toEqual({ path, content: screen });
    expect({ path, found: await seriousFindings(page) }).toEqual({ path, found: [] });
  }
  expect(complaints).toEqual([]);
});

// Proves, of the page alone: a letter becomes one after an hour of attempts, so the server's answers about letters are given here in its place.
test('what could not be delivered is sent again or thrown away; what cannot be loaded says so and is asked again', async () => {
  await rest.post('/webhooks', { id: 'insurer', name: 'Insurer', url: receiver.url, enabled: false });
  const [alert] = await rest.all<object>('/alerts');
  const letter = (id: string) => ({
    ...{ id, change: 'raised', alert, attempts: 10, failed_at: new Date().toISOString() },
    ...{ status: 502, reason: 'status', detail: 'answered 502' },
  });
  let letters = [letter('d1'), letter('d2')];
  const asked: string[] = [];
  const { page, complaints } = await opened('/rules');
  let broken = true;
  await page.route(/\/api\/v1\/webhooks\?/, route => (broken ? route.abort() : route.fallback()));
  await page.route(/\/api\/v1\/webhooks\/insurer\/dead-letters/, async route => {
    const [method, path] = [route.request().method(), new URL(route.request().url()).pathname];
    if (method === 'GET') return route.fulfill({ json: { items: letters, next: null } });
    asked.push(`${method} ${path.replace('/api/v1/webhooks/insurer/', '')}`);
    letters = letters.filter(({ id }) => !path.includes(id));
    return method === 'DELETE'
      ? route.fulfill({ status: 204 })
      : route.fulfill({ json: { delivered: true, status: 200, reason: null, detail: null } });
  });
  await page.getByRole('tab', { name: 'Webhooks' }).click();
  await page.getByText('The webhooks could not be loaded.').waitFor();
  broken = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  const rows = page.getByRole('row', { name: /answered 502/ });
  await rows.nth(1).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await rows.first().getByRole('button', { name: 'Send again' }).click();
  await rows.nth(1).waitFor({ state: 'detached' });
  await rows.first().getByRole('button', { name: 'Throw away' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Throw away' }).click();
  await page.getByText('Everything was delivered.').waitFor();
  expect(asked.toSorted()).toEqual(['DELETE dead-letters/d2', 'POST dead-letters/d1/resend']);
  const insurer = page.getByRole('row', { name: /Insurer/ });
  await insurer.getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog', { name: 'Delete Insurer?' }).getByRole('button', { name: 'Delete' }).click();
  await insurer.waitFor({ state: 'detached' });
  expect((await rest.all<{ id: string }>('/webhooks')).map(({ id }) => id)).not.toContain('insurer');
  expect(complaints).toEqual([]);
}, 60_000);
