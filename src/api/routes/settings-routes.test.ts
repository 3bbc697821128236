// Proves: settings of the whole fleet are told and set in seconds and km/h, by group too, by managers of the whole fleet only; what makes no
// sense is refused with its field and changes nothing.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { tripSettingsOf } from '../../model/fleet-settings.js';
import { startTestApi, type TestApi } from '../testing/start-test-api.js';

let api: TestApi;
beforeEach(async () => {
  api = await startTestApi();
});
afterEach(() => api.close());

const plain = { lateness_s: 86_400, trip: { parked_after_s: 300, gap_s: 3_600, moving_kmh: 4 } };

test('what is set is told, and is a fact for the fold', async () => {
  expect((await api.ask('GET', '/v1/settings')).body).toEqual({
    time_zone: 'UTC',
    lateness_s: 1_296_000,
    trip: { parked_after_s: 240, gap_s: 3_600, moving_kmh: 3 },
    groups: {},
  });
  const groups = { vans: { parked_after_s: 900 } };
  const put = await api.ask('PUT', '/v1/settings', { body: { ...plain, groups } });
  expect([put.status, put.body]).toEqual([200, { time_zone: 'UTC', ...plain, groups }]);
  expect((await api.ask('GET', '/v1/settings')).body).toEqual(put.body);
  const settings = api.registry.settings();
  expect(tripSettingsOf(settings, 'vans')).toEqual({ parkedAfter: 900_000, gap: 3_600_000, movingSpeed: 4 });
  expect(tripSettingsOf(settings, 'cars')).toEqual({ parkedAfter: 300_000, gap: 3_600_000, movingSpeed: 4 });
  expect(tripSettingsOf(settings, 'constructor')).toBe(settings.trip);
});

test.each([
  ['a misspelt field', { ...plain, trip: { ...plain.trip, parked_s: 1 } }, 400],
  ['too short a time', { ...plain, trip: { ...plain.trip, parked_after_s: 5 } }, 400],
  ['a gap shorter than parking', { ...plain, trip: { ...plain.trip, parked_after_s: 3_600, gap_s: 300 } }, 422],
  ['the same by way of a group', { ...plain, groups: { vans: { gap_s: 300, parked_after_s: 600 } } }, 422],
  ['another zone', { ...plain, time_zone: 'Asia/Tokyo' }, 422],
])('%s is refused', async (_name, body, status) => {
  const before = api.registry.settings();
  expect((await api.ask('PUT', '/v1/settings', { body })).status).toBe(status);
  expect(api.registry.settings()).toBe(before);
});

test('who manages some groups, or views, may not set them', async () => {
  const north = await api.tokenOf('fleet_manager', ['north']);
  const viewer = await api.tokenOf('viewer');
  expect((await api.ask('GET', '/v1/settings', { token: north })).status).toBe(200);
  expect((await api.ask('PUT', '/v1/settings', { token: north, body: plain })).status).toBe(403);
  expect((await api.ask('PUT', '/v1/settings', { token: viewer, body: plain })).status).toBe(403);
});
