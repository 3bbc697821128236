import { setTimeout as wait } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type AlertChange, type AlertWatch, watchAlerts } from '../harness/alert-watch.js';
import { connectRegistered, type RegisteredDevice } from '../harness/registered-device.js';
import { type RestClient, restClient } from '../harness/rest-client.js';
import { startTelltale, type Telltale } from '../harness/start-telltale.js';
import { waitFor } from '../harness/wait-for.js';
import { connectWebsocket } from '../harness/ws-client.js';

let server: Telltale;
let rest: RestClient;
let alerts: AlertWatch;

beforeAll(async () => {
  server = await startTelltale();
  rest = restClient(server.http, server.adminToken);
  alerts = await watchAlerts(server.http, server.adminToken);
}, 90_000);

const codesOf = new Map<string, string[]>();

/** One more trouble code, beside those that are there: one alert, told at once. */
const tellCode = async (device: RegisteredDevice, code: string): Promise<void> => {
  const codes = codesOf.get(device.id) ?? [];
  codes.push(code);
  codesOf.set(device.id, codes);
  await device.publish({ ts: Date.now(), dtc: codes, ignition: true });
};

const raiseOne = async (device: RegisteredDevice, code: string): Promise<AlertChange> => {
  await tellCode(device, code);
  return alerts.waitFor({ kind: 'diagnostic_trouble_code', vehicle: device.id, dtc: code });
};

describe('kinds', () => {
  // Proves: a supply that collapses while nothing runs is told at once, once, as critical.
  test('power_loss', async () => {
    const device = await connectRegistered(server, 'v-unplugged');
    const start = Date.now() - 30_000;
    for (const [second, volts] of [12.6, 12.6, 0.2, 0.1].entries())
      await device.publish({ ts: start + second * 1_000, external_voltage: volts, ignition: false });
    const { alert } = await alerts.waitFor({ kind: 'power_loss', vehicle: 'v-unplugged' });
    expect(alert).toMatchObject({ severity: 'critical', unit: 'V', occurred_at: new Date(start + 2_000).toISOString() });
    expect(alert.value).toBeLessThan(1);
  });

  // Proves: a new code raises an alert, the same code again does not, its clearing ends it, mode 03 replies count as well, and a lamp makes it critical.
  test('diagnostic_trouble_code', async () => {
    const device = await connectRegistered(server, 'v-codes');
    const start = Date.now() - 50_000;
    await device.publish({ ts: start, dtc: ['P0301'] });
    const first = await alerts.waitFor({ kind: 'diagnostic_trouble_code', vehicle: 'v-codes', dtc: 'P0301' });
    expect(first.alert).toMatchObject({ severity: 'warning', occurred_at: new Date(start).toISOString() });
    await device.publish({ ts: start + 1_000, dtc: ['P0301'] });
    // One stored code, P0420, and the lamp on (mode 01 PID 01: bit 7 and a count of 1).
    await device.publish({ ts: start + 2_000, obd: ['43 01 04 20', '41 01 81 07 65 04'] });
    const second = await alerts.waitFor({ kind: 'diagnostic_trouble_code', vehicle: 'v-codes', dtc: 'P0420' });
    expect(second.alert.severity).toBe('critical');
    const settled = await alerts.quiet(1_000);
    expect([...settled.values()].filter(({ vehicle }) => vehicle === 'v-codes').map(({ dtc }) => dtc)).toEqual([
      'P0301',
      'P0420',
    ]);
  });

  // Proves: silence becomes an alert after the rule's own time, by the server's clock; being heard again ends it.
  test('device_offline', async () => {
    const device = await connectRegistered(server, 'v-silent');
    const [rule] = await rest.all<{ id: string; params: object }>('/rules', { kind: 'device_offline' });
    await device.publish({ ts: Date.now(), ignition: true });
    await rest.put(`/rules/${rule!.id}`, { ...rule, params: { after_s: 10 }, applies_to: { vehicles: ['v-silent'] } });
    const heard = Date.now();
    const { alert } = await alerts.waitFor({ kind: 'device_offline', vehicle: 'v-silent' }, 20_000);
    expect(Date.now() - heard).toBeGreaterThan(7_000);
    expect(Date.now() - heard).toBeLessThan(14_000);
    expect(alert).toMatchObject({ severity: 'warning', threshold: 10, unit: 's', ended_at: null });
    expect(await rest.get('/vehicles/v-silent/state')).toMatchObject({ status: 'offline' });
    await device.publish({ ts: Date.now(), ignition: true });
    const back = await alerts.waitFor({ id: alert.id, change: 'updated' });
    expect(back.alert.ended_at).not.toBeNull();
    expect(await rest.get('/vehicles/v-silent/state')).toMatchObject({ status: 'idling' });
    // Nobody else was bound by the rule, however long they have been silent.
    expect(alerts.changes().filter(({ alert: { kind } }) => kind === 'device_offline')).toHaveLength(2);
    await rest.put(`/rules/${rule!.id}`, rule);
  });
});

describe('what people do with alerts', () => {
  // Proves: acknowledging, resolving and voiding are told on the websocket, kept with who, when and why, and outlive a restart.
  test('acknowledge, resolve, void, before and after a restart', async () => {
    const device = await connectRegistered(server, 'v-handled');
    const ids: string[] = [];
    for (const code of ['P0101', 'P0102', 'P0103']) ids.push((await raiseOne(device, code)).alert.id);
    const [acknowledged, resolved, voided] = ids as [string, string, string];
    await rest.post(`/alerts/${acknowledged}/acknowledge`, { note: 'on it' });
    await rest.post(`/alerts/${resolved}/acknowledge`, {});
    await rest.post(`/alerts/${resolved}/resolve`, { note: 'plug replaced' });
    await rest.post(`/alerts/${voided}/void`, { note: 'workshop' });
    await alerts.waitFor({ id: acknowledged, change: 'acknowledged', status: 'acknowledged' });
    await alerts.waitFor({ id: resolved, change: 'resolved', status: 'resolved' });
    await waitFor('the voided one', () => alerts.changes().some(({ alert }) => alert.id === voided && alert.status === 'void'));
    await expect(rest.post(`/alerts/${resolved}/acknowledge`, {})).rejects.toMatchObject({ status: 409 });

    const look = () => Promise.all(ids.map(id => rest.get<Record<string, unknown>>(`/alerts/${id}`)));
    const before = await look();
    expect(before.map(({ status }) => status)).toEqual(['acknowledged', 'resolved', 'void']);
    expect(before[1]!.notes).toMatchObject([{ action: 'acknowledged' }, { action: 'resolved', note: 'plug replaced' }]);
    await device.close();
    await server.restart();
    expect(await look()).toEqual(before);
    const listed = await rest.all<{ id: string; status: string }>('/alerts', { vehicle: 'v-handled', status: 'resolved' });
    expect(listed.map(({ id }) => id)).toEqual([resolved]);
    alerts = await watchAlerts(server.http, server.adminToken);
  });
});

describe('a viewer who comes back', () => {
  /** Reads on from `since` until `until` came; answers its changes. */
  const readOn = async (since: string, until: string): Promise<AlertChange[]> => {
    const viewer = await watchAlerts(server.http, server.adminToken, since);
    await waitFor('the newest change', () => viewer.changes().some(({ cursor }) => cursor === until));
    await wait(200);
    const changes = viewer.changes();
    await viewer.socket.close();
    return changes;
  };

  // Proves: from any cursor on, after a break, a restart and a kill, every change comes, in order, none twice, the same as it was told first.
  test('misses nothing and gets nothing twice', async () => {
    const device = await connectRegistered(server, 'v-resume', { reconnect: true });
    const begun = alerts.cursor();
    for (let n = 0; n < 5; n++) await raiseOne(device, `P1${100 + n}`);
    const seen = alerts.changes().filter(({ cursor }) => Number(cursor) > Number(begun));
    await alerts.socket.close();

    await tellCode(device, 'P1200');
    const viewer = await watchAlerts(server.http, server.adminToken, seen[2]!.cursor);
    const missed = await viewer.waitFor({ dtc: 'P1200' });
    const all = [...seen, missed];
    expect(viewer.changes()).toEqual(all.slice(3));
    expect(await readOn(begun, missed.cursor)).toEqual(all);

    await server.restart();
    expect(await readOn(begun, missed.cursor)).toEqual(all);
    expect(await readOn(seen[4]!.cursor, missed.cursor)).toEqual([missed]);

    await waitFor('the device', () => device.connected());
    await tellCode(device, 'P1201');
    const last = await (await watchAlerts(server.http, server.adminToken, missed.cursor)).waitFor({ dtc: 'P1201' });
    await server.kill9();
    await server.restart();
    expect(await readOn(begun, last.cursor)).toEqual([...all, last]);
    alerts = await watchAlerts(server.http, server.adminToken);
  });

  // Proves: a cursor that nobody gave out is answered with a gap and the oldest that there is; what is no cursor with an error, and the connection stays.
  test('with a cursor that cannot be resumed from', async () => {
    const socket = await connectWebsocket(server.http, server.adminToken);
    socket.send({ type: 'subscribe', id: 'future', channel: 'alerts', since: '999999999' });
    const gap = await socket.waitFor(({ type }) => type === 'gap');
    expect(gap).toMatchObject({ type: 'gap', oldest: expect.any(String) });
    socket.send({ type: 'subscribe', id: 'nonsense', channel: 'alerts', since: 'not a cursor' });
    const error = await socket.waitFor(({ type }) => type === 'error');
    expect(error).toMatchObject({ code: expect.any(String), message: expect.stringContaining('since') });
    const { cursor } = await socket.subscribe('alerts', { since: gap.oldest as string });
    expect(cursor).toBe(gap.oldest);
    await socket.waitFor(({ type }) => type === 'alert');
    socket.send({ type: 'ping' });
    await socket.waitFor(({ type }) => type === 'pong');
  });
});
