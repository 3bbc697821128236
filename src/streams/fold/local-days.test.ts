// Proves: the day of an instant is that of the fleet's zone, also on the days that are shorter or longer, in zones of odd quarters, and
// however many instants were asked for.
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { DateTime } from 'luxon';
import { LocalDays } from './local-days.js';

test.each([
  ['Europe/Berlin', '2026-03-28T22:59:59Z', '2026-03-28'],
  ['Europe/Berlin', '2026-03-28T23:00:00Z', '2026-03-29'],
  ['Europe/Berlin', '2026-03-29T21:59:59Z', '2026-03-29'],
  ['Europe/Berlin', '2026-03-29T22:00:00Z', '2026-03-30'],
  ['Europe/Berlin', '2026-10-25T22:59:59Z', '2026-10-25'],
  ['Europe/Berlin', '2026-10-25T23:00:00Z', '2026-10-26'],
  ['America/Sao_Paulo', '2018-11-04T03:00:00Z', '2018-11-04'],
  ['Asia/Kathmandu', '2026-01-01T18:14:59Z', '2026-01-01'],
  ['Asia/Kathmandu', '2026-01-01T18:15:00Z', '2026-01-02'],
  ['Australia/Lord_Howe', '2026-04-04T13:00:00Z', '2026-04-05'],
  ['UTC', '1969-12-31T23:59:59.999Z', '1969-12-31'],
])('%s at %s is %s', (zone, at, day) => {
  expect(new LocalDays(zone).dayOf(Date.parse(at))).toBe(day);
});

test('agrees with the calendar at any instant, asked for again or not', () => {
  const from = Date.UTC(2015, 0);
  for (const zone of ['America/St_Johns', 'Pacific/Chatham', 'Africa/Casablanca', 'Pacific/Apia']) {
    const days = new LocalDays(zone);
    fc.assert(
      fc.property(fc.integer({ min: from, max: from + 20 * 365 * 86_400_000 }), at => {
        const wanted = DateTime.fromMillis(at, { zone }).toISODate();
        expect(days.dayOf(at)).toBe(wanted);
        expect(days.dayOf(at)).toBe(wanted);
      }),
    );
  }
});
