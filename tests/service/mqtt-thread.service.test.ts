// Proves: the broker's thread may die at any moment. The process stays, the thread is replaced and that is counted and shown, devices
// come back to the same port by themselves, nothing acknowledged is lost and nothing is folded twice.
import { rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';
import { connectDevice } from '../harness/device.js';
import { connectRegistered } from '../harness/registered-device.js';
import { restClient } from '../harness/rest-client.js';
import { startTelltale, type Telltale } from '../harness/start-telltale.js';
import { tempDir } from '../harness/temp-dir.js';
import { waitFor } from '../harness/wait-for.js';
import { publishSurely } from '../torture/fleet-run.js';

const DEVICES = 8;
const DEATHS = 3;
const START = Date.now() - 3_600_000;

interface System {
  stages: { name: string; state: string; restarts: number; last_error: string | null }[];
  counters: Record<string, number>;
  listener: { connections: number };
}

/** A server whose broker thread throws as soon as `trigger` is there. Loaded before everything else on each of its threads. */
const startMortal = async (): Promise<{ server: Telltale; strike(): Promise<void> }> => {
  const folder = await tempDir('mortal');
  const trigger = join(folder, 'strike');
  const preload = join(folder, 'mortal.mjs');
  await writeFile(
    preload,
    `import { existsSync } from 'node:fs';
     import { isMainThread, workerData } from 'node:worker_threads';
     if (!isMainThread && workerData?.counts) setInterval(() => {
       if (existsSync(${JSON.stringify(trigger)})) throw new Error('struck');
     }, 10).unref();`,
  );
  const server = await startTelltale({
    env: { TELLTALE_DEVICE_AUTH: 'open', TELLTALE_LOG_LEVEL: 'error', NODE_OPTIONS: `--import ${pathToFileURL(preload).href}` },
  });
  const rest = restClient(server.http, server.adminToken);
  const ends = async () => (await rest.get<System>('/system')).counters.mqtt_thread_ends ?? 0;
  const strike = async () => {
    const before = await ends();
    await writeFile(trigger, '');
    await waitFor('the thread to end', async () => (await ends()) > before);
    await rm(trigger);
  };
  return { server, strike };
};

const onSeveralCores = availableParallelism() > 1 ? test : test.skip;

onSeveralCores('the broker’s thread dies again and again', async () => {
  const { server, strike } = await startMortal();
  const { pid } = server.process;
  const rest = restClient(server.http, server.adminToken);
  const listener = async () => (await rest.get<System>('/system')).stages.find(({ name }) => name === 'listener')!;
  const acked = new Map<string, number>();
  let going = true;
  const drives = Array.from({ length: DEVICES }, async (_, d) => {
    const device = await connectDevice({ mqtt: server.mqtt, id: `mt-${d}`, secret: '', reconnect: true });
    for (let seq = 1; going; seq++) {
      // At-least-once: it is published again until it was acknowledged.
      await publishSurely(device, { ts: START + seq * 1_000, seq, signals: { vehicle_speed: 40 } });
      acked.set(device.id, seq);
    }
    await device.close();
  });
  for (let death = 1; death <= DEATHS; death++) {
    const before = Math.min(...Array.from({ length: DEVICES }, (_, d) => acked.get(`mt-${d}`) ?? 0));
    await waitFor('everybody to publish', () => [...acked.values()].filter(seq => seq > before + 20).length === DEVICES);
    await strike();
    await waitFor('the listener to be back', async () => (await listener()).state === 'running');
    expect(await listener()).toMatchObject({ restarts: death, last_error: 'the thread of the broker ended: struck' });
  }
  const after = new Map(acked);
  await waitFor('everybody to be back', () => [...acked].every(([id, seq]) => seq > after.get(id)! + 20));
  going = false;
  await Promise.all(drives);
  expect(server.process.pid).toBe(pid);
  const sent = [...acked.values()].reduce((sum, seq) => sum + seq, 0);
  await waitFor('all of it to be folded', async () => (await rest.get<System>('/system')).counters.events_folded_total === sent);
  for (const [device, last] of acked) {
    const records = await rest.all<{ events: { seq: number }[] }>(`/vehicles/${device}/events`, { from: 0, limit: 500 }, 100_000);
    const seqs = new Set(records.flatMap(({ events }) => events.map(({ seq }) => seq)));
    for (let seq = 1; seq <= last; seq++) if (!seqs.has(seq)) throw new Error(`${device} lost ${seq}`);
  }
  expect(
    (await fetch(`${server.http}/metrics`).then(answer => answer.text())).match(/telltale_mqtt_thread_ends_total (\d+)/)?.[1],
  ).toBe(`${DEATHS}`);
  await server.stop();
});

// Proves: who was deleted is cut off at once and cannot come back, while its neighbour does not notice.
test('a deleted device is cut off', async () => {
  const server = await startTelltale({ env: { TELLTALE_LOG_LEVEL: 'error' } });
  const rest = restClient(server.http, server.adminToken);
  const [gone, stays] = [await connectRegistered(server, 'md-gone'), await connectRegistered(server, 'md-stays')];
  await gone.publish({ ts: Date.now(), seq: 1 });
  expect((await rest.get<System>('/system')).listener.connections).toBe(2);
  await rest.delete('/devices/md-gone');
  await waitFor('the connection to be cut', () => !gone.connected());
  await expect(connectDevice({ mqtt: server.mqtt, id: 'md-gone', secret: gone.secret })).rejects.toMatchObject({ code: 4 });
  await stays.publish({ ts: Date.now(), seq: 1 });
  expect(stays.connected()).toBe(true);
  await server.stop();
});
