// Proves: the built dashboard is served so that a new build is seen at once and nothing unchanged is loaded twice.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestApi, type TestApi } from '../testing/start-test-api.js';

const BIG = 'export const words = "again and again";\n'.repeat(200);
let api: TestApi;
const webRoot = mkdtempSync(join(tmpdir(), 'telltale-web-'));
beforeAll(async () => {
  mkdirSync(join(webRoot, 'assets'));
  writeFileSync(join(webRoot, 'index.html'), '<!doctype html><title>The page</title>');
  writeFileSync(join(webRoot, 'assets', 'main-1a2b.js'), 'export {};');
  writeFileSync(join(webRoot, 'basemap.json'), '{}');
  writeFileSync(join(webRoot, 'assets', 'big-3c4d.mjs'), BIG);
  writeFileSync(join(webRoot, 'assets', 'big-3c4d.mjs.br'), brotliCompressSync(BIG));
  writeFileSync(join(webRoot, 'assets', 'big-3c4d.mjs.gz'), gzipSync(BIG));
  api = await startTestApi({ webRoot, corsOrigins: ['https://ops.example'] });
});
afterAll(async () => {
  await api.close();
  rmSync(webRoot, { recursive: true });
});

test.each([
  ['/', 'no-cache', 'The page'],
  ['/trips/t-1/replay', 'no-cache', 'The page'],
  ['/assets/main-1a2b.js', 'public, max-age=31536000, immutable', 'export'],
])('%s is %s', async (path, caching, content) => {
  const { status, headers, body } = await api.ask('GET', path, { token: null });
  expect([status, headers.get('cache-control')]).toEqual([200, caching]);
  expect(body).toContain(content);
});

test.each([
  ['br, gzip', 'br'],
  ['gzip', 'gzip'],
  ['gzip, br;q=0', 'gzip'],
  ['identity', null],
])('what was packed goes out packed to who takes %s', async (accepted, encoding) => {
  const { status, headers, body } = await api.ask('GET', '/assets/big-3c4d.mjs', {
    token: null,
    headers: { 'accept-encoding': accepted },
  });
  expect([status, headers.get('content-encoding'), headers.get('cache-control')]).toEqual([
    200,
    encoding,
    'public, max-age=31536000, immutable',
  ]);
  expect(headers.get('content-type')).toMatch(/^text\/javascript/);
  expect(headers.get('vary')).toMatch(/accept-encoding/i);
  expect(body).toBe(BIG);
});

test('a file beside the page is asked for anew, by its tag', async () => {
  const { headers } = await api.ask('GET', '/basemap.json', { token: null });
  expect([headers.get('cache-control'), headers.get('etag')]).toEqual(['no-cache', expect.stringContaining('"')]);
});

test('an id with a dot is a page for who asks for one, a missing file is not', async () => {
  const html = { accept: 'text/html,application/xhtml+xml' };
  expect((await api.ask('GET', '/vehicles/v.12', { token: null, headers: html })).body).toContain('The page');
  expect((await api.ask('GET', '/assets/old-9f9f.js', { token: null })).status).toBe(404);
  expect((await api.ask('GET', '/../../etc/passwd', { token: null })).body).not.toContain('root:');
});

test('a configured PMTiles file is served in ranges, and a map style opens the policy for its host only', async () => {
  writeFileSync(join(webRoot, 'town.pmtiles'), 'PMTiles-content');
  const mapped = await startTestApi({
    webRoot,
    map: { pmtilesFile: join(webRoot, 'town.pmtiles'), styleUrl: 'https://tiles.example/style.json?key=1' },
  });
  const part = await mapped.ask('GET', '/basemap/tiles.pmtiles', { token: null, headers: { range: 'bytes=0-6' } });
  expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 0-6/15']);
  const policy = part.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("connect-src 'self' https://tiles.example;");
  expect(policy).toContain("script-src 'self';");
  await mapped.close();
  const plain = await api.ask('GET', '/', { token: null });
  expect(plain.headers.get('content-security-policy')).not.toContain('https:');
  expect((await api.ask('GET', '/basemap/tiles.pmtiles', { token: null })).status).toBe(404);
});

test('other origins may call with a token where they are named, and not otherwise', async () => {
  const preflight = (origin: string) => api.ask('OPTIONS', '/v1/vehicles', { token: null, headers: { origin } });
  const named = await preflight('https://ops.example');
  expect([named.status, named.headers.get('access-control-allow-origin')]).toEqual([204, 'https://ops.example']);
  expect(named.headers.get('access-control-allow-credentials')).toBeNull();
  expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
});

test('a body of another type is told what to send', async () => {
  const answer = await api.ask('POST', '/v1/vehicles', {
    body: 'id=v-1',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  expect(answer.status).toBe(415);
});
