import { describe, expect, test } from '@jest/globals';
import { connectRegistered } from '../harness/registered-device.js';
import { restClient } from '../harness/rest-client.js';
import { spawnProcess } from '../harness/spawned-process.js';
import { startTelltale } from '../harness/start-telltale.js';
import { tempDir } from '../harness/temp-dir.js';
import { waitFor } from '../harness/wait-for.js';
import { connectWebsocket } from '../harness/ws-client.js';

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', signal => {
  // Proves: under load the server drains and ends with 0 within 10 s; what it had acknowledged is there at the next start, once.
  test('drains and ends', async () => {
    const server = await startTelltale();
    const devices = await Promise.all([1, 2, 3, 4].map(n => connectRegistered(server, `d-${n}`)));
    const viewer = await connectWebsocket(server.http, server.adminToken);
    await viewer.subscribe('positions');
    const base = Date.now() - 86_400_000;
    const acknowledged = new Map(devices.map(({ id }) => [id, 0]));
    let going = true;
    const publishers = devices.map(async device => {
      for (let seq = 0; going; seq += 10) {
        const events = Array.from({ length: 10 }, (_, n) => ({ ts: base + (seq + n) * 100, seq: seq + n, ignition: true }));
        await device.publish(events);
        acknowledged.set(device.id, seq + 10);
      }
    });
    const ended = Promise.allSettled(publishers);
    await waitFor('load', () => [...acknowledged.values()].every(count => count >= 500));

    const asked = performance.now();
    const exit = await server.process.end(signal);
    const took_ms = performance.now() - asked;
    going = false;
    expect(exit).toEqual({ code: 0, signal: null });
    expect(took_ms).toBeLessThan(10_000);
    // A going away is told (1001), not a broken line (1006).
    expect(await viewer.closed).toBe(1001);
    for (const device of devices) await device.close({ abruptly: true });
    await ended;

    await server.restart();
    const rest = restClient(server.http, server.adminToken);
    for (const [id, count] of acknowledged) {
      const raw = await rest.all<{ events: { seq: number }[]; duplicate: boolean }>(`/vehicles/${id}/events`, { limit: 1_000 });
      const seqs = raw.flatMap(({ events }) => events.map(({ seq }) => seq));
      expect({ id, first: seqs.slice(0, count) }).toEqual({ id, first: Array.from({ length: count }, (_, n) => n) });
      expect(raw.some(({ duplicate }) => duplicate)).toBe(false);
    }
    await server.stop();
  });
});

describe('a second signal', () => {
  // Proves: an impatient second Ctrl-C does no harm: the exit is still 0 and in time.
  test('while it drains', async () => {
    const server = await startTelltale();
    process.kill(server.process.pid, 'SIGINT');
    const exit = await server.process.end('SIGTERM');
    expect(exit).toEqual({ code: 0, signal: null });
  });
});

describe('npm start', () => {
  // Proves: who ends npm, as scripts and supervisors do, ends the server with it: it drains, and nobody is left behind without a parent.
  test('hands a SIGTERM on', async () => {
    const npm = await spawnProcess('npm', ['start'], {
      TELLTALE_HOST: '127.0.0.1',
      TELLTALE_HTTP_PORT: '0',
      TELLTALE_MQTT_PORT: '0',
      TELLTALE_DATA_DIR: await tempDir('data'),
    });
    const line = await waitFor('the "listening" line', () => npm.stdout.find(text => text.includes('"event":"listening"')), {
      timeoutMs: 60_000,
    });
    const { http } = JSON.parse(line) as { http: string };
    expect(await npm.end('SIGTERM')).toEqual({ code: 0, signal: null });
    await expect(fetch(`${http}/readyz`)).rejects.toThrow();
    expect(npm.stderr.some(text => text.includes('"msg":"draining"'))).toBe(true);
  });
});
