import { beforeAll, describe, expect, test } from '@jest/globals';
import { type AlertWatch, watchAlerts } from '../harness/alert-watch.js';
import { connectRegistered } from '../harness/registered-device.js';
import { type RestClient, RestProblem, restClient } from '../harness/rest-client.js';
import { startTelltale, type Telltale } from '../harness/start-telltale.js';
import { waitFor } from '../harness/wait-for.js';

let server: Telltale;
let rest: RestClient;
let alerts: AlertWatch;

beforeAll(async () => {
  server = await startTelltale();
  rest = restClient(server.http, server.adminToken);
  alerts = await watchAlerts(server.http, server.adminToken);
}, 90_000);

interface Dtc {
  code: string;
  state: string;
  text: string;
  first_seen: string;
  last_seen: string;
  cleared_at: string | null;
  times: number;
  mil: boolean;
  freeze_frame: { source: string; ts: string; signals: Record<string, number> } | null;
}

const codesOf = async (vehicle: string): Promise<Dtc[]> => (await rest.get<{ items: Dtc[] }>(`/vehicles/${vehicle}/dtcs`)).items;
/** Rows reach the tables a moment after the reading. */
const codeOnce = (vehicle: string, code: string, is: (dtc: Dtc) => boolean): Promise<Dtc> =>
  waitFor(`${code} of ${vehicle}`, async () => (await codesOf(vehicle)).find(dtc => dtc.code === code && is(dtc)));
const iso = (at: number): string => new Date(at).toISOString();
const toldOf = (vehicle: string) =>
  alerts
    .changes()
    .filter(({ alert }) => alert.vehicle === vehicle)
    .map(({ change, alert }) => `${change} ${alert.dtc} ${alert.severity}`);

describe('the life of a trouble code', () => {
  // Proves: over MQTT a code goes from pending to confirmed (mode 03 as hex) to cleared (mode 04), each change told on one and the same alert;
  // what stays is not told again; the record keeps first and last sight, lamp, and the engine as it was when the code came, and the second time counts.
  test('pending, confirmed with the lamp, cleared, and back', async () => {
    const device = await connectRegistered(server, 'v-codes');
    const start = Date.now() - 50_000;
    let seq = 0;
    const send = (at: number, event: object) => device.publish({ ts: start + at, seq: seq++, ...event });

    await send(0, { signals: { engine_rpm: 2_100, coolant_temp: 91, vehicle_speed: 62 } });
    await send(1_000, { obd: ['47 01 03 01'] });
    const { alert } = await alerts.waitFor({ vehicle: 'v-codes', dtc: 'P0301', change: 'raised' });
    expect(alert).toMatchObject({
      kind: 'diagnostic_trouble_code',
      severity: 'warning',
      occurred_at: iso(start + 1_000),
      late: false,
    });
    expect(await codeOnce('v-codes', 'P0301', () => true)).toMatchObject({
      ...{ state: 'pending', first_seen: iso(start + 1_000), cleared_at: null, times: 1, mil: false },
      freeze_frame: { source: 'seen', signals: { engine_rpm: 2_100, coolant_temp: 91, vehicle_speed: 62 } },
    });

    // The lamp is on, one code.
    await send(5_000, { obd: ['41 01 81 07 65 00', '43 01 03 01'] });
    const confirmed = await alerts.waitFor({ vehicle: 'v-codes', dtc: 'P0301', change: 'updated', severity: 'critical' });
    expect(confirmed.alert).toMatchObject({ id: alert.id, occurred_at: alert.occurred_at, ended_at: null });
    await send(10_000, { obd: ['43 01 03 01'] });
    await send(15_000, { obd: ['43 01 03 01'] });

    await send(20_000, { obd: ['44'] });
    const cleared = await alerts.waitFor({ vehicle: 'v-codes', dtc: 'P0301', ended_at: iso(start + 20_000) });
    expect(cleared.alert.id).toBe(alert.id);
    expect(await codeOnce('v-codes', 'P0301', ({ state }) => state === 'cleared')).toMatchObject({
      ...{ first_seen: iso(start + 1_000), last_seen: iso(start + 15_000), cleared_at: iso(start + 20_000), times: 1, mil: true },
    });
    expect(toldOf('v-codes')).toHaveLength(3);

    await send(30_000, { obd: ['43 01 03 01'] });
    const again = await alerts.waitFor({ vehicle: 'v-codes', occurred_at: iso(start + 30_000), change: 'raised' });
    expect(again.alert.id).not.toBe(alert.id);
    expect(await codeOnce('v-codes', 'P0301', ({ times }) => times === 2)).toMatchObject({
      ...{ state: 'confirmed', first_seen: iso(start + 1_000), cleared_at: null },
    });
    expect(await codesOf('v-codes')).toHaveLength(1);
  }, 60_000);

  // Proves: codes are kept by vehicle, survive a message that comes twice, and are nobody's who does not exist.
  test('another vehicle, the same message twice', async () => {
    const device = await connectRegistered(server, 'v-twice');
    const event = { ts: Date.now() - 5_000, seq: 1, dtc: ['U0100', 'P0420'] };
    await device.publish(event);
    await device.publish(event);
    await device.publish({ ts: event.ts + 1_000, seq: 2, dtc: ['U0100', 'P0420'] });
    await codeOnce('v-twice', 'U0100', () => true);
    await alerts.waitFor({ vehicle: 'v-twice', dtc: 'P0420' });
    await alerts.quiet(500);
    expect(toldOf('v-twice').toSorted()).toEqual(['raised P0420 warning', 'raised U0100 warning']);
    expect((await codesOf('v-twice')).map(({ code, times }) => `${code} ${times}`).toSorted()).toEqual(['P0420 1', 'U0100 1']);
    await expect(codesOf('nobody')).rejects.toThrow(RestProblem);
  }, 60_000);
});
