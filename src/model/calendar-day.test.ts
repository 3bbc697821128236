// Proves: a day is one exactly where a calendar that counts on from one to the next has it, over four centuries; and nothing else is.
import { expect, test } from '@jest/globals';
import { beginsWithDay, isCalendarDay } from './calendar-day.js';

const DAY_MS = 86_400_000;

test('four centuries, day by day', () => {
  const days = new Set<string>();
  for (let at = Date.UTC(1900, 0, 1); at < Date.UTC(2300, 0, 1); at += DAY_MS) days.add(new Date(at).toISOString().slice(0, 10));
  const wrong: string[] = [];
  for (let year = 1900; year < 2300; year++) {
    for (let month = 0; month <= 13; month++) {
      for (let day = 0; day <= 32; day++) {
        const text = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
        if (isCalendarDay(year, month, day) !== days.has(text) || beginsWithDay(`${text}T10:00:00Z`) !== days.has(text))
          wrong.push(text);
      }
    }
  }
  expect(wrong).toEqual([]);
});

test('no number is no day', () => {
  expect(isCalendarDay(2026, Number.NaN, 1)).toBe(false);
  expect(isCalendarDay(2026, 2, Number.NaN)).toBe(false);
  expect(beginsWithDay('yesterday')).toBe(false);
});
