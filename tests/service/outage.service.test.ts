// Proves, on a real server: devices that fall silent together raise one alert that counts the others, on the websocket and over REST; all of
// them show as offline, and why-not names the outage; it ends when they are heard again. One that falls silent alone is told of by itself.
import { expect, test } from '@jest/globals';
import { watchAlerts } from '../harness/alert-watch.js';
import { connectRegistered } from '../harness/registered-device.js';
import { restClient } from '../harness/rest-client.js';
import { startTelltale } from '../harness/start-telltale.js';
import { waitFor } from '../harness/wait-for.js';

const ids = Array.from({ length: 12 }, (_, n) => `cut-${String(n).padStart(2, '0')}`);

test('an outage', async () => {
  const server = await startTelltale();
  const rest = restClient(server.http, server.adminToken);
  const alerts = await watchAlerts(server.http, server.adminToken);
  const [rule] = await rest.all<{ id: string }>('/rules', { kind: 'device_offline' });
  await rest.put(`/rules/${rule!.id}`, { ...rule, params: { after_s: 10, outage_vehicles: 8 } });
  const devices = await Promise.all(ids.map(id => connectRegistered(server, id)));
  await Promise.all(devices.map(device => device.publish({ ts: Date.now(), ignition: true })));

  const { alert } = await alerts.waitFor({ kind: 'device_offline', change: 'raised' }, 20_000);
  expect(alert).toMatchObject({ suppressed: 11, threshold: 10, unit: 's', ended_at: null });
  expect(alert.message).toContain('12 of 12 devices');
  await waitFor('all to be offline', async () => {
    const states = await Promise.all(ids.map(id => rest.get<{ status: string }>(`/vehicles/${id}/state`)));
    return states.every(({ status }) => status === 'offline');
  });
  await waitFor('the alert to be listed', async () => (await rest.all('/alerts', { kind: 'device_offline' })).length === 1);
  const other = ids.find(id => id !== alert.vehicle)!;
  const whyNot = await rest.get<{ rules: { missing: string | null; conditions: { condition: string; saw: unknown }[] }[] }>(
    `/vehicles/${other}/why-not`,
    { kind: 'device_offline', at: new Date().toISOString() },
  );
  expect(whyNot.rules[0]!.conditions).toContainEqual(
    expect.objectContaining({
      condition: 'not part of an outage',
      saw: `12 of 12 devices, told by alert ${alert.id}`,
      holds: false,
    }),
  );

  // All but one come back; the one is told of alone, when its time has passed once more.
  const [lost, ...back] = devices;
  const speak = setInterval(() => {
    for (const device of back) device.publish({ ts: Date.now(), ignition: true }).catch(() => {});
  }, 1_000);
  try {
    const ended = await alerts.waitFor({ id: alert.id, change: 'updated' }, 30_000);
    await waitFor(
      'its end',
      () => alerts.changes().some(change => change.alert.id === alert.id && change.alert.ended_at !== null),
      { timeoutMs: 30_000 },
    );
    expect(ended.alert.suppressed).toBe(11);
    await waitFor(
      'the one that is lost',
      () => alerts.changes().some(change => change.alert.vehicle === lost!.id && change.alert.id !== alert.id),
      { timeoutMs: 30_000 },
    );
  } finally {
    clearInterval(speak);
  }
  const told = new Map(alerts.changes().map(change => [change.alert.id, change.alert]));
  expect([...told.values()].filter(({ kind }) => kind === 'device_offline')).toHaveLength(2);
}, 120_000);
