// Proves: what is open is open, what is unknown is a problem, and the description fits what is mounted.
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ADMIN_TOKEN, startTestApi, type TestApi } from './testing/start-test-api.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

describe('for those who run the server', () => {
  test('health is open', async () => {
    expect(await api.ask('GET', '/livez', { token: null })).toMatchObject({ status: 200 });
    expect(await api.ask('GET', '/readyz', { token: null })).toMatchObject({ status: 200 });
  });

  test('not ready says why', async () => {
    const other = await startTestApi({}, { ready: () => ({ ready: false, reason: 'The journal is folded again: 40 %.' }) });
    const answer = await other.ask('GET', '/readyz', { token: null });
    expect(answer.status).toBe(503);
    expect(answer.body.detail).toContain('40 %');
    await other.close();
  });

  test('metrics are for this machine and administrators, not for whom a proxy forwards', async () => {
    const forwarded = { 'x-forwarded-for': '203.0.113.7' };
    for (const name of ['forwarded', 'via', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip']) {
      expect([name, (await api.ask('GET', '/metrics', { token: null, headers: { [name]: 'x' } })).status]).toEqual([name, 401]);
    }
    const viewer = await api.tokenOf('viewer');
    expect((await api.ask('GET', '/metrics', { token: null })).status).toBe(200);
    expect((await api.ask('GET', '/metrics', { token: null, headers: forwarded })).status).toBe(401);
    expect((await api.ask('GET', '/metrics', { token: viewer, headers: forwarded })).status).toBe(403);
    expect((await api.ask('GET', '/metrics', { headers: forwarded })).status).toBe(200);
  });
});

describe('metrics behind a proxy on this machine that adds no header', () => {
  /** @returns the status of a request as it stands */
  const sent = (port: number, head: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(`${head}\r\nConnection: close\r\n\r\n`)).on('error', reject);
      socket.once('data', bytes => {
        resolve(bytes.toString().split(' ')[1]!);
        socket.destroy();
      });
    });

  test('are not told where it shows: it passes on the name that was asked for, or speaks HTTP/1.0', async () => {
    expect(await sent(api.port, 'GET /metrics HTTP/1.1\r\nHost: localhost:8080')).toBe('200');
    expect(await sent(api.port, 'GET /metrics HTTP/1.1\r\nHost: [::1]:8080')).toBe('200');
    expect(await sent(api.port, 'GET /metrics HTTP/1.1\r\nHost: fleet.example.com')).toBe('401');
    expect(await sent(api.port, 'GET /metrics HTTP/1.1\r\nHost: 127.0.0.1.example.com')).toBe('401');
    expect(await sent(api.port, 'GET /metrics HTTP/1.0\r\nHost: 127.0.0.1:8080')).toBe('401');
    expect(await sent(api.port, 'GET /metrics HTTP/1.0')).toBe('401');
  });

  test('are for a token only where that is set', async () => {
    const other = await startTestApi({ metricsLocal: false });
    expect((await other.ask('GET', '/metrics', { token: null })).status).toBe(401);
    expect((await other.ask('GET', '/metrics')).status).toBe(200);
    await other.close();
  });
});

describe('the description', () => {
  test('is OpenAPI 3.1 of every mounted route, with schemas that resolve', async () => {
    const { body } = await api.ask('GET', '/v1/openapi.json', { token: null });
    expect(body.openapi).toBe('3.1.0');
    for (const route of api.api.routes) expect(body.paths[route.path]).toHaveProperty(route.method);
    const references = [...JSON.stringify(body).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(match => match[1]);
    expect(references.length).toBeGreaterThan(20);
    for (const name of references) expect(body.components.schemas).toHaveProperty(name!);
    const ids = Object.values<Record<string, { operationId: string }>>(body.paths).flatMap(path => Object.values(path));
    expect(new Set(ids.map(({ operationId }) => operationId)).size).toBe(ids.length);
  });

  test('has a page for people, without scripts', async () => {
    const { body, headers } = await api.ask('GET', '/v1/docs', { token: null });
    expect(body).toContain('/vehicles/{id}/state');
    expect(body).not.toContain('<script');
    expect(headers.get('content-security-policy')).toContain("script-src 'self'");
  });
});

describe('what is not there', () => {
  test.each([
    ['GET', '/api/v1/nothing', 404],
    ['GET', '/api/v2/vehicles', 404],
    ['POST', '/nothing', 404],
    ['PUT', '/api/v1/vehicles', 405],
  ])('%s %s is a problem', async (method, path, expected) => {
    const { status, headers, body } = await api.ask(method, path);
    expect(status).toBe(expected);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body).toMatchObject({ status: expected, code: expect.any(String), detail: expect.any(String) });
  });

  test('a page of the dashboard is the dashboard, built or not', async () => {
    const { status, body } = await api.ask('GET', '/vehicles/v-1', { token: null });
    expect(status).toBe(200);
    expect(body).toContain('Telltale');
    expect((await api.ask('GET', '/missing.js', { token: null })).status).toBe(404);
  });
});

describe('a long list', () => {
  /** As a browser asks, without unpacking. */
  const sent = (method: string, path: string, encoding: string, body?: object) =>
    new Promise<{ headers: IncomingHttpHeaders; bytes: Buffer }>((resolve, reject) => {
      const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'accept-encoding': encoding, 'content-type': 'application/json' };
      const asked = request({ host: '127.0.0.1', port: api.port, method, path: `/api${path}`, headers }, answer => {
        const chunks: Buffer[] = [];
        answer.on('data', chunk => chunks.push(chunk));
        answer.on('end', () => resolve({ headers: answer.headers, bytes: Buffer.concat(chunks) }));
      });
      asked.on('error', reject);
      asked.end(body && JSON.stringify(body));
    });

  test('comes packed to whom takes that, and is the same', async () => {
    const group = 'g'.repeat(60);
    for (let n = 0; n < 40; n++) await api.ask('POST', '/v1/vehicles', { body: { id: `packed-${n}`, group } });
    const plain = await sent('GET', '/v1/vehicles?limit=1000', 'identity');
    const packed = await sent('GET', '/v1/vehicles?limit=1000', 'br, gzip');
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: expect.stringContaining('Accept-Encoding') });
    expect(packed.headers['content-type']).toBe(plain.headers['content-type']);
    expect(gunzipSync(packed.bytes).equals(plain.bytes)).toBe(true);
    expect(packed.bytes.length).toBeLessThan(plain.bytes.length / 5);
  });

  test('is never packed where it is short, or holds a secret, however long', async () => {
    expect((await sent('GET', '/v1/vehicles/packed-1', 'gzip')).headers['content-encoding']).toBeUndefined();
    const name = 'n'.repeat(100);
    const made = await sent('POST', '/v1/webhooks', 'gzip', { name, url: `http://example.com/${'x'.repeat(1_500)}` });
    expect(JSON.parse(made.bytes.toString())).toHaveProperty('secret');
    expect(made.bytes.length).toBeGreaterThan(1_024);
    expect(made.headers['content-encoding']).toBeUndefined();
  });
});
