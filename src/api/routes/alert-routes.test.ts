// Proves: what people do with alerts is kept as a fact, shown at once, refused where it makes no sense, and works while SQL is away;
// the quarantine shows what could not be taken.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { newVehicle } from '../../model/vehicle.js';
import { anAlert } from '../testing/fake-streams.js';
import { startTestApi, type TestApi } from '../testing/start-test-api.js';

let api: TestApi;
beforeEach(async () => {
  api = await startTestApi();
  api.alerts.put(anAlert('a-1', 'v-1'));
});
afterEach(() => api.close());

const handle = (verb: string, note?: string) =>
  api.ask('POST', `/v1/alerts/a-1/${verb}`, { body: note === undefined ? undefined : { note } });

describe('handling an alert', () => {
  test('shows the new state and keeps who, when and the note', async () => {
    expect(await handle('acknowledge', 'Calling the driver.')).toMatchObject({
      status: 200,
      body: {
        status: 'acknowledged',
        handled_by: 'admin',
        notes: [{ by: 'admin', note: 'Calling the driver.', action: 'acknowledged' }],
      },
    });
    expect((await handle('resolve')).body).toMatchObject({ status: 'resolved', notes: [{}, { note: '', action: 'resolved' }] });
    expect(api.registry.facts).toMatchObject([{ type: 'alert_handled', id: 'a-1', vehicle: 'v-1', action: 'acknowledged' }, {}]);
  });

  test('cannot be undone by a later acknowledgement; a void is final', async () => {
    await handle('resolve');
    expect((await handle('acknowledge')).status).toBe(409);
    expect((await handle('void', 'The sensor was loose.')).body.status).toBe('void');
    expect((await handle('resolve')).status).toBe(409);
  });

  test('is of a retracted alert refused, of an unknown one not found', async () => {
    api.alerts.put(anAlert('a-1', 'v-1', { status: 'retracted' }), 'retracted');
    expect((await handle('acknowledge')).status).toBe(409);
    expect((await api.ask('POST', '/v1/alerts/none/acknowledge')).status).toBe(404);
  });

  test('works while SQL is away', async () => {
    api.database.away = true;
    expect((await handle('acknowledge')).body.status).toBe('acknowledged');
    expect((await api.ask('GET', '/v1/alerts/a-1')).body.status).toBe('acknowledged');
    expect((await api.ask('GET', '/v1/alerts')).status).toBe(503);
  });

  test('shows the new state where the store is still behind the fact', async () => {
    api.alerts.handle = () => {};
    expect((await handle('acknowledge', 'Mine.')).body).toMatchObject({ status: 'acknowledged', notes: [{ note: 'Mine.' }] });
  });
});

test('why and why-not: 410 `expired` after retention, 404 for who may not know, and what is asked is checked', async () => {
  expect(await api.ask('GET', '/v1/alerts/a-1/why')).toMatchObject({ status: 410, body: { code: 'expired' } });
  expect((await api.ask('GET', '/v1/alerts/none/why')).status).toBe(404);
  await api.registry.change({ type: 'vehicle_put', vehicle: { ...newVehicle('v-1'), group: 'north' } });
  const south = await api.tokenOf('viewer', ['south']);
  expect((await api.ask('GET', '/v1/alerts/a-1/why', { token: south })).status).toBe(404);
  const path = '/v1/vehicles/v-1/why-not';
  expect((await api.ask('GET', `${path}?kind=speeding&at=2026-11-22T00:00:00Z`)).body).toMatchObject({
    kind: 'speeding',
    rules: [],
  });
  expect((await api.ask('GET', `${path}?kind=speeding&at=2026-11-22T00:00:00Z`, { token: south })).status).toBe(404);
  expect((await api.ask('GET', `${path}?at=2026-11-22T00:00:00Z`)).body.field).toBe('query.kind');
  expect((await api.ask('GET', `${path}?kind=speeding`)).body.field).toBe('query.at');
});

test('filters of the list are checked by name', async () => {
  expect((await api.ask('GET', '/v1/alerts?kind=telepathy')).body.field).toBe('query.kind');
  expect((await api.ask('GET', '/v1/alerts?from=soon')).body.field).toBe('query.from');
  expect((await api.ask('GET', '/v1/alerts?from=2026-11-22T00:00:00Z&to=1763769600000')).status).toBe(200);
});

test('the quarantine is listed newest first, in pages, and tried again', async () => {
  for (const id of ['q-1', 'q-2', 'q-3']) {
    await api.quarantine.add({
      id,
      device: 'd-1',
      vehicle: null,
      topic: 'telltale/v1/d-1/events',
      received_at: 1_763_769_600_000,
      reason: 'unreadable',
      detail: 'not JSON',
      said: { code: 'not_of_format', format: 'JSON', why: '' },
      bytes: Buffer.from('{oops'),
      truncated: false,
      hash: '00',
      offset: 7,
    });
  }
  const first = (await api.ask('GET', '/v1/quarantine?limit=2')).body;
  expect(first.items).toMatchObject([
    {
      id: 'q-3',
      received_at: '2025-11-22T00:00:00.000Z',
      reason: 'unreadable',
      bytes_base64: 'e29vcHM=',
      truncated: false,
      said: [{ code: 'not_of_format' }],
    },
    { id: 'q-2' },
  ]);
  const second = (await api.ask('GET', `/v1/quarantine?limit=2&cursor=${first.next}`)).body;
  expect([second.items.length, second.next]).toEqual([1, null]);
  expect((await api.ask('POST', '/v1/quarantine/q-3/retry')).status).toBe(202);
  expect((await api.ask('POST', '/v1/quarantine/q-3/retry')).status).toBe(404);
});
