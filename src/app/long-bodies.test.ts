// Proves: a body over its limit is answered 413 while it is still being sent, by its length before any of it came; whoever sends on
// regardless reads the answer and no reset; who never ends is cut off; a body that is not wanted is not asked for; slow ones have an end.
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import express, { type Request, type Response } from 'express';
import { endUnread } from '../api/http/end-unread.js';
import { readWithin } from '../api/http/read-within.js';
import { ADMIN_TOKEN, startTestApi, type TestApi } from '../api/testing/start-test-api.js';
import { openHttpServer } from './http-server.js';

const MIB = 1024 * 1024;

let api: TestApi;
const open: Socket[] = [];
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());
afterEach(() => {
  for (const socket of open.splice(0)) socket.destroy();
});

/** A client that sends what it is told to, and listens all the while. */
const client = (port: number) => {
  const seen = { text: '', error: undefined as string | undefined, ended: false };
  const socket = connect(port, '127.0.0.1');
  open.push(socket);
  socket.on('data', bytes => {
    seen.text += bytes.toString();
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    seen.error = error.code;
  });
  socket.once('end', () => {
    seen.ended = true;
  });
  const until = async (done: () => boolean): Promise<void> => {
    for (let waited = 0; !done(); waited += 5) {
      if (waited > 4_000) throw new Error(`nothing came of it: ${JSON.stringify(seen)}`);
      await wait(5);
    }
  };
  return { socket, seen, until, answered: () => until(() => seen.text.includes('}') || seen.ended) };
};

const post = (path: string, headers: string, token = ADMIN_TOKEN): string =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\n${headers}\r\n\r\n`;
const chunk = (bytes: number): string => `${bytes.toString(16)}\r\n${'x'.repeat(bytes)}\r\n`;

const serve = async (listener: RequestListener): Promise<{ server: Server; port: number }> => {
  const server = createServer(listener);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
};

describe('a body over the limit', () => {
  test('is refused by its length, before any of it came', async () => {
    for (const [path, limit] of [
      ['/api/v1/vehicles', MIB],
      ['/api/v1/session', 4 * 1024],
      ['/api/v1/import/vehicles', 4 * MIB],
    ] as const) {
      const { socket, seen, answered } = client(api.port);
      socket.write(post(path, `Content-Length: ${limit + 1}`));
      await answered();
      expect(seen.text).toMatch(/^HTTP\/1\.1 413 /);
      expect(seen.text).toContain('"code":"too_large"');
      // Four kibibytes more are let through, and the connection is used again.
      expect(/Connection: close/i.test(seen.text)).toBe(limit > 64 * 1024);
    }
  });

  test('in chunks is refused when it passes the limit, and not before', async () => {
    const { socket, seen, answered } = client(api.port);
    socket.write(post('/api/v1/vehicles', 'Transfer-Encoding: chunked'));
    for (let sent = 0; sent < MIB; sent += MIB / 4) socket.write(chunk(MIB / 4));
    await wait(50);
    expect(seen.text).toBe('');
    socket.write(chunk(1));
    await answered();
    expect(seen.text).toMatch(/^HTTP\/1\.1 413 /);
    expect(seen.ended).toBe(false);
  });

  test('that is sent on regardless meets no reset: the answer is read, and the connection ends when the body does', async () => {
    const { socket, seen, answered, until } = client(api.port);
    const bytes = 12 * MIB;
    socket.write(post('/api/v1/vehicles', `Content-Length: ${bytes}`));
    await answered();
    for (let sent = 0; sent < bytes; sent += MIB) {
      if (!socket.write(Buffer.alloc(MIB, 0x20))) await new Promise(resolve => socket.once('drain', resolve));
    }
    await until(() => seen.ended);
    expect(seen.error).toBeUndefined();
    expect(seen.text).toMatch(/^HTTP\/1\.1 413 /);
  });

  test('is no way around who may: nobody is told 401, without a byte being read', async () => {
    const { socket, seen, answered } = client(api.port);
    socket.write(post('/api/v1/vehicles', `Content-Length: ${10 * MIB}`, 'wrong'));
    await answered();
    expect(seen.text).toMatch(/^HTTP\/1\.1 401 /);
    expect(seen.text).toMatch(/Connection: close/i);
  });

  test('that unpacks to too much is refused, too', async () => {
    const answer = await fetch(`http://127.0.0.1:${api.port}/api/v1/vehicles`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: gzipSync(JSON.stringify({ name: 'x'.repeat(2 * MIB) })),
    });
    expect(answer.status).toBe(413);
  });
});

test('a short body of somebody who is refused costs no connection', async () => {
  const { socket, seen, answered } = client(api.port);
  socket.write(post('/api/v1/vehicles', 'Content-Length: 2', 'wrong'));
  await answered();
  expect(seen.text).toMatch(/^HTTP\/1\.1 401 /);
  seen.text = '';
  socket.write(`{}${post('/api/v1/vehicles', 'Content-Length: 2')}{}`);
  await answered();
  expect(seen.text).toMatch(/^HTTP\/1\.1 201 /);
});

test('whoever goes on after the answer is listened to for so many bytes and so long', async () => {
  for (const patience of [
    { ms: 60_000, bytes: MIB },
    { ms: 50, bytes: 64 * MIB },
  ]) {
    const { server, port } = await serve((req, res) => {
      res.statusCode = 413;
      endUnread(req as Request, res as Response, '{}', patience);
    });
    const { socket, seen, until } = client(port);
    let closed = false;
    socket.once('close', () => {
      closed = true;
    });
    socket.write(post('/', `Content-Length: ${100 * MIB}`));
    await until(() => seen.text.includes('{}'));
    if (patience.bytes === MIB) for (let sent = 0; sent < 4; sent++) socket.write(Buffer.alloc(MIB));
    await until(() => closed || seen.ended);
    expect(seen.text).toMatch(/^HTTP\/1\.1 413 /);
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  }
});

describe('as the server serves it', () => {
  const answering = (request_ms: number) => {
    const handler = express();
    handler.use(readWithin(1_000, express.json({ limit: 1_000 })), (req, res) => void res.json({ got: req.body }));
    handler.use(((error, req, res, _next) => {
      res.status(error.status);
      endUnread(req, res, JSON.stringify({ code: error.code }));
    }) as express.ErrorRequestHandler);
    const parts = { handler, upgrade: () => undefined, close: async () => undefined };
    return openHttpServer(parts, '127.0.0.1', 0, undefined, { headers_ms: request_ms, request_ms, checked_ms: 50 });
  };

  test('a body is asked for where it is wanted only', async () => {
    const http = await answering(60_000);
    const port = Number(new URL(http.address).port);
    const unwanted = client(port);
    unwanted.socket.write(post('/', 'Content-Length: 2000\r\nExpect: 100-continue'));
    await unwanted.answered();
    expect(unwanted.seen.text).toMatch(/^HTTP\/1\.1 413 /);
    const wanted = client(port);
    wanted.socket.write(post('/', 'Content-Length: 2\r\nExpect: 100-continue'));
    await wanted.until(() => wanted.seen.text.startsWith('HTTP/1.1 100 '));
    wanted.socket.write('{}');
    await wanted.answered();
    expect(wanted.seen.text).toContain('HTTP/1.1 200 ');
    await http.close();
  });

  test('a body that never ends is cut off', async () => {
    const http = await answering(200);
    const slow = client(Number(new URL(http.address).port));
    slow.socket.write(post('/', 'Content-Length: 100'));
    slow.socket.write('{');
    const dripping = setInterval(() => slow.socket.write(' '), 50);
    for (let waited = 0; !slow.seen.ended && waited < 4_000; waited += 50) await wait(50);
    clearInterval(dripping);
    expect(slow.seen.text).toMatch(/^HTTP\/1\.1 408 /);
    await http.close();
  });
});
