// Proves: times are read as people write them, and what is no time or no day of any calendar is refused by the name of its field, wherever it stands.
import { expect, test } from '@jest/globals';
import { startTestApi } from '../testing/start-test-api.js';
import { parseInstant } from './fields.js';

test.each([
  ['2026-11-22T00:00:00Z', Date.UTC(2026, 10, 22)],
  ['2026-11-22T01:30:00+01:30', Date.UTC(2026, 10, 22)],
  ['2026-11-22T00:00', Date.UTC(2026, 10, 22)],
  ['2024-02-29', Date.UTC(2024, 1, 29)],
  ['1763769600000', 1_763_769_600_000],
  ['2026-02-29', undefined],
  ['2026-02-30T10:00:00Z', undefined],
  ['2026-04-31', undefined],
  ['2026-13-01', undefined],
  ['2026-00-10', undefined],
  ['2026-11-22T25:00:00Z', undefined],
  ['22.11.2026', undefined],
  ['', undefined],
])('%s', (text, at) => {
  expect(parseInstant(text)).toBe(at);
});

test('a day that is none is refused where days are asked for', async () => {
  const api = await startTestApi();
  for (const path of ['/scorecards', '/reports/fleet', '/fuel', '/trips', '/alerts']) {
    for (const field of ['from', 'to']) {
      const { status, body } = await api.ask('GET', `/v1${path}?${field}=2026-02-30`);
      expect([path, status, body.field]).toEqual([path, 400, `query.${field}`]);
    }
  }
  await api.close();
});
