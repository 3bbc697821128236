import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { startTelltale } from '../harness/start-telltale.js';
import { OPEN, startWitness } from './fleet-run.js';
import { hold, READY_MS, residentMb, type Scenario } from './scenario.js';

const EACH = 300;
/** Header timeout of HTTP and the half minute in which Node looks for it, and some patience. */
const GONE_WITHIN_MS = 75_000;

/** A CONNECT of 127 bytes and a request whose headers have no end, one byte at a time. */
const kinds = {
  mqtt: Buffer.concat([Buffer.from([0x10, 0x7f, 0, 4]), Buffer.from('MQTT'), Buffer.alloc(200)]),
  http: Buffer.from(`GET /api/v1/vehicles HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(300)}`),
  websocket: Buffer.from(
    `GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nX: ${'a'.repeat(200)}`,
  ),
};

export const slowLoris: Scenario = {
  name: 'loris',
  about: '900 connections that send a byte a second, to MQTT, HTTP and the upgrade of a websocket',
  run: async () => {
    const server = await startTelltale({ env: OPEN, readyWithinMs: READY_MS });
    const witness = await startWitness(server.mqtt, 'witness');
    const before = await residentMb(server.process.pid);
    const began = Date.now();
    const gone: Record<string, number[]> = {};
    const closings = Object.entries(kinds).flatMap(([kind, bytes]) => {
      gone[kind] = [];
      const port = Number(new URL(kind === 'mqtt' ? server.mqtt : server.http).port);
      return Array.from({ length: EACH }, () => {
        const socket = connect(port, '127.0.0.1').on('error', () => undefined);
        socket.resume();
        let at = 0;
        const timer = setInterval(() => socket.write(bytes.subarray(at % bytes.length, (at++ % bytes.length) + 1)), 1_000);
        return new Promise<void>(resolve => {
          socket.once('close', () => {
            clearInterval(timer);
            gone[kind]!.push(Date.now() - began);
            resolve();
          });
        });
      });
    });
    let slowest_ms = 0;
    let peak = before;
    let ended = false;
    const asking = (async () => {
      for (; !ended; await wait(500)) {
        const start = performance.now();
        hold((await fetch(`${server.http}/readyz`)).status === 200, 'it is not ready');
        slowest_ms = Math.max(slowest_ms, performance.now() - start);
        peak = Math.max(peak, await residentMb(server.process.pid));
      }
    })();
    await Promise.race([Promise.all(closings), wait(GONE_WITHIN_MS), asking]);
    ended = true;
    await asking;
    const left = Object.entries(gone).filter(([, times]) => times.length < EACH);
    hold(
      left.length === 0,
      `not closed after ${GONE_WITHIN_MS} ms: ${left.map(([kind, { length }]) => `${EACH - length} of ${kind}`)}`,
    );
    const { longest_ms } = await witness.end();
    hold(longest_ms < 5_000, `a device waited ${longest_ms} ms meanwhile`);
    hold(peak - before < 100, `memory grew from ${before} to ${peak} MB`);
    const last = Object.entries(gone).map(([kind, times]) => `${kind} ${(Math.max(...times) / 1_000).toFixed(0)} s`);
    return `all closed, the last after ${last.join(', ')}; a device waited ${longest_ms} ms at most, /readyz ${Math.round(slowest_ms)} ms; memory ${before} → ${peak} MB`;
  },
};
