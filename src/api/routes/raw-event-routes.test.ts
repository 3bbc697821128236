// Proves: places of private trips leave by no raw way unasked; who asks for them has to be an administrator, and the audit trail keeps that they did.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startTestApi, type TestApi } from '../testing/start-test-api.js';

let api: TestApi;
let asked: boolean[];
let packed: boolean[];
beforeEach(async () => {
  asked = [];
  packed = [];
  api = await startTestApi(
    {},
    {
      rawEvents: async (...args) => {
        asked.push(args[5]);
        return { items: [], next: null };
      },
      evidence: {
        publicKey: () => ({ algorithm: 'Ed25519', public_key: 'PEM', fingerprint: '00' }),
        pack: async (_, showsPrivate) => {
          packed.push(showsPrivate);
          return (async function* () {})();
        },
      },
    },
  );
  for (const [id, mode] of [
    ['open', null],
    ['mine', 'always'],
  ])
    await api.ask('POST', '/v1/vehicles', { body: { id, private: mode } });
  const trip = { id: 't-1', vehicle: 'mine', driver: null, startedAt: 0, endedAt: 1, status: 'closed', from: 1, to: 2 };
  api.database.rows.trips.set('t-1', trip as never);
  for (const vehicle of ['open', 'mine'])
    await api.quarantine.add({
      ...{ id: `q-${vehicle}`, device: vehicle, vehicle, topic: 't', received_at: 1, reason: 'unreadable', detail: '' },
      ...{ bytes: Buffer.from('47.1'), truncated: false, hash: '', offset: null },
    });
});
afterEach(() => api.close());

test('an investigator gets none, an administrator those that they ask for', async () => {
  const investigator = await api.tokenOf('investigator');
  for (const path of ['/v1/vehicles/mine/events', '/v1/trips/t-1/evidence', '/v1/quarantine']) {
    expect((await api.ask('GET', path, { token: investigator })).status).toBe(200);
    const refused = await api.ask('GET', `${path}?private=show`, { token: investigator });
    expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
    expect((await api.ask('GET', path)).status).toBe(200);
    expect((await api.ask('GET', `${path}?private=show`)).status).toBe(200);
  }
  expect([asked, packed]).toEqual([
    [false, false, true],
    [false, false, true],
  ]);
  const { items } = (await api.ask('GET', '/v1/audit')).body;
  expect(items.filter(({ detail }: { detail: { private?: string } }) => detail?.private === 'show')).toMatchObject([
    { action: 'GET /quarantine', subject: '' },
    { action: 'GET /trips/{id}/evidence', subject: 't-1' },
    { action: 'GET /vehicles/{id}/events', subject: 'mine' },
  ]);
});

test('bytes in quarantine are left out of vehicles that have private trips', async () => {
  const bytes = async (query: string) =>
    Object.fromEntries(
      (await api.ask('GET', `/v1/quarantine${query}`)).body.items.map(
        ({ vehicle, bytes_base64, withheld }: Record<string, unknown>) => [vehicle, [bytes_base64, withheld]],
      ),
    );
  const whole = Buffer.from('47.1').toString('base64');
  expect(await bytes('')).toEqual({ open: [whole, false], mine: ['', true] });
  expect(await bytes('?private=show')).toEqual({ open: [whole, false], mine: [whole, false] });
});
