import { request } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import express from 'express';
import { HttpListenError, openHttpServer, type RunningHttp } from './http-server.js';

const open = (port = 0): Promise<RunningHttp> =>
  openHttpServer(
    { handler: express().get('/', (_, res) => void res.end('ok')), upgrade: () => undefined, close: async () => undefined },
    '127.0.0.1',
    port,
    undefined,
  );

describe('openHttpServer', () => {
  // Proves: a connection outlasts the minute for which proxies keep theirs, so that none sends a request into one that we are closing.
  test('tells a proxy that its connection is kept for more than a minute', async () => {
    const server = await open();
    const kept = await new Promise<string>((resolve, reject) => {
      request(`${server.address}/`, { headers: { connection: 'keep-alive' } }, answer => {
        answer.resume();
        resolve(String(answer.headers['keep-alive']));
      })
        .once('error', reject)
        .end();
    });
    await server.close();
    expect(Number(/^timeout=(\d+)$/.exec(kept)?.[1])).toBeGreaterThan(60);
  });

  // Proves: a port that is taken is said with its host, number and cause.
  test('a port that is taken is named', async () => {
    const first = await open();
    const port = Number(new URL(first.address).port);
    const refused = await open(port).catch(error => error as unknown);
    await first.close();
    expect(refused).toBeInstanceOf(HttpListenError);
    expect((refused as Error).message).toBe(`HTTP cannot listen on 127.0.0.1:${port}: EADDRINUSE`);
  });
});
