// Proves: calls are signed so that a receiver can tell, end in time, follow nobody, and never reach an inner address by whatever name.
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../system/system-clock.js';
import { guardedLookup, InnerAddressError } from './guarded-lookup.js';
import { HttpWebhookCaller } from './http-webhook-caller.js';

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanUps.splice(0)) clean();
});

const receiver = async (answer: (req: IncomingMessage, res: ServerResponse) => void) => {
  const got: { headers: IncomingMessage['headers']; body: string }[] = [];
  const server = createServer((req, res) => {
    let body = '';
    req.on('data', chunk => {
      body += chunk;
    });
    req.on('end', () => {
      got.push({ headers: req.headers, body });
      answer(req, res);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { got, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/in` };
};

const callerWith = (allowPrivate: boolean, within = 5_000) => {
  const caller = new HttpWebhookCaller({ clock: systemClock, allowPrivate, userAgent: 'Telltale/test', within });
  cleanUps.push(() => caller.close());
  return caller;
};

test('the signature is HMAC-SHA256 of time and body, by each valid secret; the delivery id goes along', async () => {
  const { got, url } = await receiver((_, res) => res.writeHead(204).end());
  const sent = await callerWith(true).post(url, ['new secret', 'old secret'], 'd-1', '{"täst":1}');
  expect(sent).toEqual({ ok: true, status: 204 });
  const [{ headers, body }] = got as [(typeof got)[number]];
  expect(headers).toMatchObject({
    'content-type': 'application/json',
    'telltale-delivery': 'd-1',
    'user-agent': 'Telltale/test',
  });
  const parts = String(headers['telltale-signature']).split(',');
  const time = parts[0]!.slice(2);
  expect(Math.abs(Date.now() / 1_000 - Number(time))).toBeLessThan(5);
  const signed = (secret: string) => `v1=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')}`;
  expect(parts.slice(1)).toEqual([signed('new secret'), signed('old secret')]);
});

describe('what is no success', () => {
  test.each([
    [500, 'status'],
    [404, 'status'],
    [302, 'redirect'],
  ])('%i is told as %s', async (status, reason) => {
    const { got, url } = await receiver((req, res) => res.writeHead(status, { location: req.url! }).end());
    expect(await callerWith(true).post(url, ['s'], 'd', '{}')).toMatchObject({ ok: false, status, reason });
    expect(got).toHaveLength(1);
  });

  test('a wish to be called later is passed on', async () => {
    const { url } = await receiver((_, res) => res.writeHead(429, { 'retry-after': '120' }).end());
    expect(await callerWith(true).post(url, ['s'], 'd', '{}')).toMatchObject({ ok: false, retryAfter: 120_000 });
  });

  test('an answer that does not come, or never ends, is given up', async () => {
    const silent = await receiver(() => {});
    expect(await callerWith(true, 200).post(silent.url, ['s'], 'd', '{}')).toMatchObject({ ok: false, reason: 'timeout' });
    const endless = await receiver((_, res) => {
      res.writeHead(200);
      const timer = setInterval(() => res.write('x'.repeat(1_000)), 10);
      res.on('close', () => clearInterval(timer));
    });
    expect((await callerWith(true, 300).post(endless.url, ['s'], 'd', '{}')).ok).toBe(false);
  });

  test('nobody there', async () => {
    const sent = await callerWith(true).post('http://127.0.0.1:1/', ['s'], 'd', '{}');
    expect(sent).toMatchObject({ ok: false, status: null, reason: 'unreachable' });
  });
});

describe('inner addresses', () => {
  test('are not connected to, by number or by name', async () => {
    let connections = 0;
    const server = createTcpServer(() => connections++);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    cleanUps.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    const caller = callerWith(false);
    for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1', '127.1', '0']) {
      const sent = await caller.post(`http://${host}:${port}/`, ['s'], 'd', '{}');
      expect([host, sent.ok, sent.ok || sent.reason]).toEqual([host, false, 'inner_address']);
    }
    expect(connections).toBe(0);
  });

  test('are refused when a webhook is set up, and what cannot be called at all', async () => {
    const caller = callerWith(false);
    for (const url of ['http://10.0.0.1/', 'https://localhost/', 'http://[::1]/', 'http://169.254.169.254/latest/meta-data']) {
      expect([url, (await caller.refusalOf(url))?.code]).toEqual([url, 'url_leads_inside']);
    }
    for (const url of ['file:///etc/passwd', 'gopher://x/', 'no url', 'javascript:alert(1)'])
      expect((await caller.refusalOf(url))?.code).toBe('no_url');
    expect((await caller.refusalOf('https://user:password@example.com/'))?.code).toBe('url_with_password');
    expect(await caller.refusalOf('https://8.8.8.8/in')).toBeUndefined();
    expect(await callerWith(true).refusalOf('http://127.0.0.1/')).toBeUndefined();
  });

  test('the socket gets the very addresses that were looked at, and of several only the public ones', async () => {
    const looked = await new Promise<unknown[]>(resolve => {
      guardedLookup('localhost', { all: true }, (...found) => resolve(found));
    });
    expect(looked[0]).toBeInstanceOf(InnerAddressError);
    const number = await new Promise<unknown[]>(resolve => guardedLookup('9.9.9.9', {}, (...found) => resolve(found)));
    expect(number).toEqual([null, '9.9.9.9', 4]);
    const all = await new Promise<unknown[]>(resolve => guardedLookup('9.9.9.9', { all: true }, (...found) => resolve(found)));
    expect(all).toEqual([null, [{ address: '9.9.9.9', family: 4 }]]);
  });
});
