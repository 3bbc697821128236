import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { WebSocketServer } from 'ws';
import { connectDevice } from '../harness/device.js';
import { startPrivateSqlServer } from '../harness/private-sql-server.js';
import { provided } from '../harness/provided.js';
import { readDrive, realDataFolder, recordedTrips } from '../harness/real-data.js';
import { restClient } from '../harness/rest-client.js';
import { createSqlDatabase } from '../harness/sql-database.js';
import { startMosquitto } from '../harness/start-mosquitto.js';
import { startTcpGate } from '../harness/tcp-gate.js';
import { waitFor } from '../harness/wait-for.js';
import { connectWebsocket } from '../harness/ws-client.js';

describe('Mosquitto', () => {
  // Proves: what waits in a persistent session outlives an orderly restart of the broker, on the same port.
  test('keeps a session over a restart', async () => {
    const broker = await startMosquitto();
    const sleeper = { mqtt: broker.url, id: 'sleeper', client: { clean: false } };
    await (await connectDevice(sleeper)).close();
    await promisify(execFile)(join(provided('TELLTALE_TEST_MOSQUITTO_BIN_DIR'), 'mosquitto_pub'), [
      ...['-h', '127.0.0.1', '-p', String(broker.port), '-q', '1'],
      ...['-t', 'telltale/v1/sleeper/errors', '-m', '{"reason":"TEST"}'],
    ]);
    await broker.restart();
    const awake = await connectDevice(sleeper);
    await waitFor('the message that waited', () => awake.errors.length === 1);
    expect(awake.errors[0]).toEqual({ reason: 'TEST' });
  });

  // Proves: a login is really asked for, and a device reports the refusal with its code.
  test('lets in only who has the password', async () => {
    const broker = await startMosquitto({ login: { user: 'bus-7', password: 'sesame' }, persistence: false });
    const { port } = new URL(broker.url);
    await expect(connectDevice({ mqtt: `mqtt://127.0.0.1:${port}`, id: 'bus-7', secret: 'wrong' })).rejects.toMatchObject({
      code: 5,
    });
    const device = await connectDevice({ mqtt: `mqtt://127.0.0.1:${port}`, id: 'bus-7', secret: 'sesame', protocolVersion: 5 });
    await device.publish([{ ts: 1 }], { qos: 2, encoding: 'cbor' });
    expect((await broker.kill9()).signal).toBe('SIGKILL');
    await waitFor('the device to notice', () => !device.connected());
  });
});

describe('SQL', () => {
  // Proves: each test file gets a database that nobody else sees, and its URL lets the product in.
  test('gives a fresh database', async () => {
    const [one, other] = [await createSqlDatabase(), await createSqlDatabase()];
    await one.query('CREATE TABLE proof (at DATETIME(3), n BIGINT)');
    await one.query('INSERT INTO proof VALUES (?, ?)', [new Date('2026-11-22T00:00:00.123Z'), '9007199254740993']);
    expect(await one.query('SELECT * FROM proof')).toEqual([{ at: new Date('2026-11-22T00:00:00.123Z'), n: '9007199254740993' }]);
    await expect(other.query('SELECT * FROM proof')).rejects.toMatchObject({ errno: 1146 });
    await one.drop();
    await expect(one.query('SELECT 1')).rejects.toMatchObject({ errno: 1049 });
  });

  // Proves: an outage of the database can be played: same port, same data, before and after.
  test('takes a server down and brings it back', async () => {
    const server = await startPrivateSqlServer();
    const database = await createSqlDatabase(server.url);
    await database.query('CREATE TABLE proof AS SELECT 7 AS n');
    await server.stop();
    await expect(database.query('SELECT n FROM proof')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await server.start();
    expect(await database.query('SELECT n FROM proof')).toEqual([{ n: 7 }]);
  });

  // Proves: where no server of its own can be had, shutting the way to the shared one looks the same to a client.
  test('cuts and mends the way to a server', async () => {
    const through = new URL((await createSqlDatabase()).url);
    const gate = await startTcpGate(through.hostname, Number(through.port));
    through.port = String(gate.port);
    const database = await createSqlDatabase(new URL('/', through).href);
    await gate.shut();
    await expect(database.query('SELECT 1 AS n')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await gate.open();
    gate.stall();
    const answer = database.query('SELECT 1 AS n');
    await expect(Promise.race([answer, wait(200, 'silence')])).resolves.toBe('silence');
    gate.resume();
    await expect(answer).resolves.toEqual([{ n: 1 }]);
  });
});

describe('websocket client', () => {
  // Proves: a subscription resolves with its own answer, and frames that came before somebody waits for them count.
  test('subscribes, collects and waits', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', path: '/ws' });
    await once(server, 'listening');
    server.on('connection', (socket, { headers }) => {
      socket.on('message', data => {
        const { id, channel } = JSON.parse(String(data));
        socket.send(JSON.stringify({ type: 'alert', alert: { message: headers.authorization } }));
        socket.send(JSON.stringify({ type: 'subscribed', id, channel, cursor: '0' }));
      });
    });
    const { port } = server.address() as AddressInfo;
    const client = await connectWebsocket(`http://127.0.0.1:${port}`, 'secret');
    expect(await client.subscribe('alerts')).toMatchObject({ channel: 'alerts', cursor: '0' });
    expect(await client.waitFor(frame => frame.type === 'alert')).toMatchObject({ alert: { message: 'Bearer secret' } });
    await expect(client.waitFor(frame => frame.type === 'never', 20)).rejects.toThrow('no such frame within 20 ms');
    expect(await client.close()).toBe(1005);
    server.close();
  });
});

describe('REST client', () => {
  // Proves: a refused request shows the server's own problem document, and a list is read to its last page.
  test('throws problems and reads all pages', async () => {
    const server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://local');
      const known = pathname === '/api/v1/vehicles' && request.headers.authorization === 'Bearer secret';
      response.writeHead(known ? 200 : 404, { 'content-type': known ? 'application/json' : 'application/problem+json' });
      const page = searchParams.has('cursor') ? { items: [3], next: null } : { items: [1, 2], next: 'more' };
      response.end(JSON.stringify(known ? page : { code: 'not-found', field: 'id' }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const rest = restClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'secret');
    expect(await rest.all('/vehicles', { limit: 2 })).toEqual([1, 2, 3]);
    await expect(rest.delete('/vehicles/nobody')).rejects.toMatchObject({
      status: 404,
      problem: { code: 'not-found', field: 'id' },
    });
    server.closeAllConnections();
    server.close();
  });
});

describe('real data', () => {
  // Proves: every recorded line becomes an event with a device, a time and nothing that is null.
  test('reads a recorded drive as contract events', async () => {
    const folder = realDataFolder('reading recorded drives');
    if (!folder) return;
    for (const trip of (await recordedTrips(folder)).filter((_, index) => index % 10 === 0)) {
      let events = 0;
      for await (const event of readDrive(folder, trip)) {
        events++;
        if (Object.values(event).includes(null as never)) throw new Error(`${trip.trip}: null in ${JSON.stringify(event)}`);
        if (event.gps && typeof event.gps.lat !== 'number')
          throw new Error(`${trip.trip}: no latitude in ${JSON.stringify(event)}`);
      }
      expect(events).toBe(trip.records);
    }
  });
});
