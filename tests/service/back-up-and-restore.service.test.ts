// Proves: a data directory that was copied while the server stood is a back-up: a server started from the copy has every trip, alert, device and
// user as they were, goes on from there, and takes again what devices send again, without counting any of it twice.
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { connectDevice } from '../harness/device.js';
import { connectRegistered } from '../harness/registered-device.js';
import { restClient } from '../harness/rest-client.js';
import { scriptedDrive } from '../harness/scripted-drive.js';
import { startTelltale } from '../harness/start-telltale.js';
import { tempDir } from '../harness/temp-dir.js';
import { untilStable } from '../harness/until-stable.js';

const hour = 3_600_000;
const drive = (start: number, seq: number) =>
  scriptedDrive({
    start,
    seq,
    legs: [
      { seconds: 20, to_kmh: 70 },
      { seconds: 60, to_kmh: 70 },
      { seconds: 4, to_kmh: 5 },
      { seconds: 10, to_kmh: 0 },
      { seconds: 30, to_kmh: 0, engine: false },
    ],
  });

test('a copy of the data directory is a back-up', async () => {
  const folder = await tempDir('back-up');
  const data = join(folder, 'data');
  const server = await startTelltale({ dataDir: data });
  const device = await connectRegistered(server, 'b-1');
  const start = Date.now() - 6 * hour;
  const before = drive(start, 1);
  const after = drive(start + 2 * hour, 1_000);
  const alive = { ts: start + 4 * hour, seq: 5_000, signals: { vehicle_speed: 0 } };
  await device.publish(before);
  await device.publish({ ...alive, ts: start + hour, seq: 900 });

  const outcome = async (from: typeof server) => {
    const rest = restClient(from.http, from.adminToken);
    const items = async (path: string) => (await rest.get<{ items: Record<string, unknown>[] }>(path)).items;
    const alerts = (await items('/alerts')).map(
      ({ latency_ms: _latency, raised_at: _raised, evidence: _evidence, ...alert }) => alert,
    );
    return {
      trips: await items('/trips'),
      alerts: alerts.filter(({ kind }) => kind !== 'device_offline').sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1)),
      devices: await items('/devices'),
    };
  };
  const backedUp = await untilStable('the first drive', () => outcome(server));
  expect(backedUp.trips).toHaveLength(1);
  expect(backedUp.alerts.map(({ kind }) => kind)).toContain('harsh_braking');
  await device.close();
  await server.stop();
  await cp(data, join(folder, 'copy'), { recursive: true });

  // Life goes on after the copy, and is then lost.
  const onwards = await startTelltale({ dataDir: data });
  const connect = (to: typeof server) => connectDevice({ mqtt: to.mqtt, id: 'b-1', secret: device.secret });
  const later = await connect(onwards);
  await later.publish(after);
  await later.publish(alive);
  const whole = await untilStable('the second drive', () => outcome(onwards));
  expect(whole.trips).toHaveLength(2);
  await later.close();
  await onwards.stop();
  await rm(data, { recursive: true });

  await cp(join(folder, 'copy'), data, { recursive: true });
  const restored = await startTelltale({ dataDir: data });
  expect(await untilStable('what was restored', () => outcome(restored))).toEqual(backedUp);
  const again = await connect(restored);
  await again.publish(before);
  await again.publish(after);
  await again.publish(alive);
  expect(await untilStable('all of it', () => outcome(restored))).toEqual(whole);
  await again.close();
  await restored.stop();
}, 120_000);
