// Proves: weekly windows hold in their own zone, over midnight, over the week's end and on days when the clock is changed.
import { expect, test } from '@jest/globals';
import type { Schedule } from './schedule.js';
import { inSchedule, nextWithin, offsetOf, startOfDay } from './weekly-hours.js';

type Window = Schedule['windows'][number];
const within = (at: string, zone: string, ...windows: Window[]): boolean => inSchedule({ zone, windows }, Date.parse(at));
const work: Window = { days: [1, 2, 3, 4, 5], from: '08:00', to: '17:30' };
const night: Window = { days: [5, 7], from: '22:00', to: '06:00' };

// 2026-03-09 is a Monday.
test.each([
  ['2026-03-09T07:59:59Z', 'UTC', false],
  ['2026-03-09T08:00:00Z', 'UTC', true],
  ['2026-03-09T17:29:59Z', 'UTC', true],
  ['2026-03-09T17:30:00Z', 'UTC', false],
  ['2026-03-14T12:00:00Z', 'UTC', false],
  ['2026-03-09T07:00:00Z', 'Europe/Berlin', true],
  ['2026-03-09T22:00:00Z', 'Asia/Tokyo', false],
  ['2026-03-08T23:00:00Z', 'Asia/Tokyo', true],
  ['2026-07-06T06:00:00Z', 'Europe/Berlin', true],
])('working hours at %s in %s: %s', (at, zone, is) => {
  expect(within(at, zone, work)).toBe(is);
});

test.each([
  ['Friday before', '2026-03-13T21:59:00Z', false],
  ['Friday night', '2026-03-13T22:00:00Z', true],
  ['Saturday morning', '2026-03-14T05:59:00Z', true],
  ['Saturday after', '2026-03-14T06:00:00Z', false],
  ['Saturday night', '2026-03-14T23:00:00Z', false],
  ['Sunday night', '2026-03-15T23:00:00Z', true],
  ['Monday morning: Sunday goes on over the end of the week', '2026-03-16T05:00:00Z', true],
  ['Friday morning: Thursday is not on', '2026-03-13T05:00:00Z', false],
])('over midnight, %s', (_name, at, is) => {
  expect(within(at, 'UTC', night)).toBe(is);
});

test('on the night the clock goes forward the window ends by the clock on the wall', () => {
  const saturdayNight: Window = { days: [6], from: '22:00', to: '06:00' };
  expect(within('2026-03-29T03:59:00Z', 'Europe/Berlin', saturdayNight)).toBe(true);
  expect(within('2026-03-29T04:00:00Z', 'Europe/Berlin', saturdayNight)).toBe(false);
});

test('from and to alike is the whole day from there; no windows is never', () => {
  const day: Window = { days: [1], from: '09:00', to: '09:00' };
  expect(within('2026-03-09T09:00:00Z', 'UTC', day)).toBe(true);
  expect(within('2026-03-10T08:59:00Z', 'UTC', day)).toBe(true);
  expect(within('2026-03-10T09:00:00Z', 'UTC', day)).toBe(false);
  expect(within('2026-03-09T09:00:00Z', 'UTC')).toBe(false);
});

test('the next moment within: now, the next opening, over the week, over a change of the clock', () => {
  const next = (at: string, zone: string, ...windows: Window[]) =>
    new Date(nextWithin({ zone, windows }, Date.parse(at))!).toISOString();
  expect(next('2026-03-09T09:00:30Z', 'UTC', work)).toBe('2026-03-09T09:00:30.000Z');
  expect(next('2026-03-09T07:10:30Z', 'UTC', work)).toBe('2026-03-09T08:00:00.000Z');
  expect(next('2026-03-13T20:00:00Z', 'UTC', work)).toBe('2026-03-16T08:00:00.000Z');
  // Berlin goes from UTC+1 to UTC+2 on 29 March 2026, and back on 25 October.
  expect(next('2026-03-27T20:00:00Z', 'Europe/Berlin', work)).toBe('2026-03-30T06:00:00.000Z');
  expect(next('2026-10-23T20:00:00Z', 'Europe/Berlin', work)).toBe('2026-10-26T07:00:00.000Z');
});

test('days of a zone begin where its clocks say so', () => {
  expect(new Date(startOfDay('Europe/Berlin', '2026-03-30')).toISOString()).toBe('2026-03-29T22:00:00.000Z');
  expect(new Date(startOfDay('America/New_York', '2026-11-01')).toISOString()).toBe('2026-11-01T04:00:00.000Z');
  expect(offsetOf('Asia/Kathmandu', 0)).toBe(5.5 * 3_600_000);
});
