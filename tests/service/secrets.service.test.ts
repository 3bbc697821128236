// Proves: however busy, however wrong what comes and wherever SQL is (away, or at an address that cannot be read), no secret is written to the log at its
// most talkative: of devices, people, tokens, sessions, webhooks, nor the database's password, right or wrong, whole or as it stands in the URL. And
// whatever /metrics shows has a line in docs/runbook.md.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { connectDevice } from '../harness/device.js';
import { freePort } from '../harness/free-port.js';
import { connectRegistered } from '../harness/registered-device.js';
import { restClient } from '../harness/rest-client.js';
import { spawnProcess } from '../harness/spawned-process.js';
import { startTelltale, type Telltale } from '../harness/start-telltale.js';
import { tempDir } from '../harness/temp-dir.js';
import { waitFor } from '../harness/wait-for.js';
import { startWebhookReceiver } from '../harness/webhook-receiver.js';
import { connectWebsocket } from '../harness/ws-client.js';

const PASSWORD = 'p@ss/w0rd:of the database%';
const OF_A_USER = 'a long password of somebody 77';
const WRONG = 'wrong-one-of-a-stranger-41';

const lettersOf = (secret: string): string[] => [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')];

const expectNoneOf = (secrets: readonly string[], lines: readonly string[]): void => {
  const everything = lines.join('\n');
  const leaked = secrets.flatMap(lettersOf).filter(secret => everything.includes(secret));
  expect(leaked).toEqual([]);
};

/** Devices, a receiver that fails and a viewer, right and wrong. @returns the secrets that were used */
const beBusy = async (server: Telltale): Promise<string[]> => {
  const { http, mqtt, adminToken } = server;
  const rest = restClient(http, adminToken);
  const secrets = [adminToken, WRONG];
  const devices = await Promise.all(['d-1', 'd-2', 'd-3'].map(id => connectRegistered(server, id)));
  secrets.push(...devices.map(({ secret }) => secret));
  const receiver = await startWebhookReceiver();
  receiver.status = 500;
  const url = receiver.url.replace('://', `://caller:${encodeURIComponent(PASSWORD)}@`);
  const hook = await rest
    .post<{ secret: string }>('/webhooks', { url })
    .catch(() => rest.post<{ secret: string }>('/webhooks', { url: `${receiver.url}?key=${WRONG}` }));
  secrets.push(hook.secret);
  const viewer = await connectWebsocket(http, adminToken);
  await viewer.subscribe('alerts');
  for (let n = 0; n < 40; n++) {
    const ts = Date.now() - 60_000 + n * 1_000;
    const gps = { lat: 52 + n / 1e4, lon: 4, speed_kmh: n < 30 ? 90 : 0 };
    await Promise.all(devices.map(device => device.publish({ ts, seq: n + 1, gps, dtc: n % 10 === 9 ? ['P0301'] : [] })));
  }
  await devices[0]!.publishRaw('events', 'not JSON');
  await devices[0]!.publish([{ ts: Date.now() + 19 * 365 * 86_400_000 }, { ts: 'never' }]);
  // Who is not let in, over each way there is.
  await Promise.all(
    ['d-1', 'd-2', 'nobody'].map(id =>
      connectDevice({ mqtt, id, secret: WRONG }).then(
        () => 'in',
        () => 'out',
      ),
    ),
  ).then(outcomes => expect(outcomes).toEqual(['out', 'out', 'out']));
  await Promise.all([
    fetch(`${http}/api/v1/vehicles`, { headers: { authorization: `Bearer ${WRONG}` } }),
    fetch(`${http}/in/osmand/${WRONG}?id=d-1&lat=1&lon=1`),
    fetch(`${http}/in/osmand/${devices[1]!.secret}?id=d-2&lat=1&lon=1`),
    fetch(`${http}/api/v1/vehicles?cursor=${WRONG}`, { headers: { cookie: `telltale_session=${WRONG}` } }),
    connectWebsocket(http, WRONG).catch(() => undefined),
  ]);
  await waitFor('the receiver to have failed', () => receiver.calls.length > 0, { timeoutMs: 15_000 });
  return secrets;
};

/** A person logs in, rightly and wrongly, and makes a token. */
const bePeople = async ({ http, adminToken }: Telltale): Promise<string[]> => {
  const rest = restClient(http, adminToken);
  await rest.post('/users', { user: 'mo', password: OF_A_USER, role: 'fleet_manager' });
  const logIn = (password: string): Promise<Response> =>
    fetch(`${http}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-requested-with': 'telltale' },
      body: JSON.stringify({ user: 'mo', password }),
    });
  const cookie = (await logIn(OF_A_USER)).headers.getSetCookie()[0]!.split(';')[0]!;
  expect((await logIn(WRONG)).status).toBe(401);
  expect((await fetch(`${http}/api/v1/session`, { headers: { cookie } })).status).toBe(200);
  const { token } = await rest.post<{ token: string }>('/tokens', { name: 'south', role: 'viewer', groups: ['south'] });
  expect((await fetch(`${http}/api/v1/vehicles`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
  return [OF_A_USER, cookie.split('=')[1]!, token];
};

const said = ({ process: { stdout, stderr } }: Telltale): string[] => [...stdout, ...stderr];

test('with SQL away at first, then with people: nothing secret is said, and every metric is explained', async () => {
  const url = `mysql://fleet:${encodeURIComponent(PASSWORD)}@127.0.0.1:${await freePort()}/telltale`;
  const debug = { TELLTALE_LOG_LEVEL: 'debug', TELLTALE_WEBHOOK_ALLOW_PRIVATE: 'true' };
  const away = await startTelltale({ env: { ...debug, TELLTALE_DATABASE_URL: url } });
  const here = await startTelltale({ env: debug });
  const [first, second, people] = await Promise.all([beBusy(away), beBusy(here), bePeople(here)]);
  const rest = restClient(away.http, away.adminToken);
  await waitFor('it to say that SQL is away', () => said(away).some(line => /database|SQL/i.test(line)), { timeoutMs: 15_000 });
  const system = JSON.stringify(await rest.get('/system'));
  const metrics = await (await fetch(`${here.http}/metrics`)).text();
  await Promise.all([away.stop(), here.stop()]);
  const secrets = [PASSWORD, ...first, ...second, ...people];
  expect(secrets.length).toBeGreaterThan(15);
  expect(said(away).length).toBeGreaterThan(3);
  expectNoneOf(secrets, [...said(away), ...said(here), system, metrics]);
  expect(unexplained(metrics)).toEqual([]);
}, 60_000);

/** Metrics that the runbook does not name; those of ways in for devices stand there by what comes after their format. */
const unexplained = (metrics: string): string[] => {
  const runbook = readFileSync('docs/runbook.md', 'utf8');
  const named = new Set(runbook.match(/(?<=`)[a-z0-9_]+(?=`|\{)/g));
  const names = metrics.match(/^# TYPE telltale_[a-z0-9_]+/gm) ?? [];
  expect(names.length).toBeGreaterThan(60);
  return names
    .map(line => line.slice('# TYPE telltale_'.length).replace(/_total$/, ''))
    .map(name => name.replace(/^http_devices_|^stream_[a-z0-9]+_(tcp|udp)_/, '').replace(/^(quarantined|faults)_.*/, '$1_'))
    .filter(name => !named.has(name));
};

test('an address of the database that cannot be read is refused without any of it that may be a password', async () => {
  const settings = { TELLTALE_HTTP_PORT: '0', TELLTALE_MQTT_PORT: '0', TELLTALE_LOG_LEVEL: 'debug' };
  // One for each place that refuses; further ones are tried in database-address.test.ts and load-settings.test.ts.
  const urls = ['mysql://fleet:hunter2/rest@db:3306/telltale', 'mysql://fleet:40961/hunter2@db/telltale', 'hunter2'];
  await Promise.all(
    urls.map(async url => {
      const env = { ...settings, TELLTALE_DATA_DIR: await tempDir('data'), TELLTALE_DATABASE_URL: url };
      const child = await spawnProcess(process.execPath, [resolve('dist/src/cli/main.js'), 'serve'], env);
      const { code } = await child.exited;
      expect({ url, code }).toEqual({ url, code: 1 });
      const lines = [...child.stdout, ...child.stderr];
      expect(lines.join('\n')).toMatch(/TELLTALE_DATABASE_URL|database URL/);
      for (const part of ['hunter2', '40961']) expect([url, lines.filter(line => line.includes(part))]).toEqual([url, []]);
    }),
  );
}, 60_000);
