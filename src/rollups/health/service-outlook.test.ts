// Proves: what is left of a service by engine hours is told by the counter, else by the days since; a day of the plan is a day of the fleet's
// zone; what is due today says so, and what nobody can know is not told.
import { expect, test } from '@jest/globals';
import { DateTime } from 'luxon';
import type { HealthDay } from '../../model/health.js';
import type { ServiceItem } from '../../model/service-plan.js';
import { serviceOutlook } from './service-outlook.js';

const ZONE = 'America/New_York';
const now = DateTime.fromISO('2026-11-28T21:00', { zone: ZONE }).toMillis();
const FROM = '2026-09-01';
const nothingDone = { odometer_km: null, engine_hours: null, date: null };
const item = (more: Partial<ServiceItem>): ServiceItem => ({
  ...{ name: 'filter', every_km: null, every_hours: null, every_days: null, due_date: null, last: nothingDone },
  ...more,
});
/** Two hours of engine on each of the last `count` days. */
const days = (count: number): HealthDay[] =>
  Array.from({ length: count }, (_, n) => {
    const day = DateTime.fromMillis(now, { zone: ZONE })
      .minus({ days: count - 1 - n })
      .toISODate()!;
    return { day, use: { odometer: null, engineOn: 7_200 } } as HealthDay;
  });
const outlook = (one: ServiceItem, some: HealthDay[] = days(30), hours?: number) =>
  serviceOutlook([one], some, FROM, { km: undefined, hours }, now, ZONE)[0]!;

test('hours by the counter go before hours of days', () => {
  const last = { ...nothingDone, engine_hours: 900, date: '2026-11-24' };
  expect(outlook(item({ every_hours: 250, last }), days(30), 1_000).left).toEqual({ hours: 150 });
  // Five days of two hours since, that of the service among them.
  expect(outlook(item({ every_hours: 250, last })).left).toEqual({ hours: 240 });
  expect(outlook(item({ every_hours: 250, last })).due).toBe('2027-03-28');
  expect(outlook(item({ every_hours: 8, last }))).toMatchObject({ state: 'warning', text: 'Overdue by 2 h.' });
});

test('hours that were not looked at, or never begun, are not told', () => {
  for (const date of [null, '2026-08-31']) {
    const found = outlook(item({ every_hours: 250, last: { ...nothingDone, date } }));
    expect(found).toMatchObject({ left: {}, due: null, text: expect.stringMatching(/^Not enough data/) });
  }
  expect(outlook(item({ every_hours: 250, last: { ...nothingDone, date: '2026-11-01' } }), []).left).toEqual({});
});

test('a fixed day is that day, also where in UTC it is another already', () => {
  const soon = outlook(item({ due_date: '2026-12-09' }));
  expect([soon.due, soon.state]).toEqual(['2026-12-09', 'watch']);
  expect(outlook(item({ due_date: '2026-11-28' }))).toMatchObject({ due: '2026-11-28', text: 'Due today.' });
  expect(outlook(item({ due_date: '2026-11-20' }))).toMatchObject({ state: 'warning', text: 'Overdue by 8 days.' });
});
