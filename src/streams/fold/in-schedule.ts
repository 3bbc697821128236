import { DateTime } from 'luxon';
import type { Schedule } from '../../model/rule-settings.js';
import type { Instant } from '../../model/units.js';

const minuteOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));

/** Whether `at` lies in one of the weekly windows, in the schedule's zone. A window whose `to` is not after `from` ends on the next day. */
export const inSchedule = (schedule: Schedule, at: Instant): boolean => {
  const local = DateTime.fromMillis(at, { zone: schedule.zone });
  const minute = local.hour * 60 + local.minute;
  const today = local.weekday;
  const yesterday = ((today + 5) % 7) + 1;
  return schedule.windows.some(({ days, from, to }) => {
    const [start, end] = [minuteOf(from), minuteOf(to)];
    const on = (day: number) => (days as readonly number[]).includes(day);
    if (start < end) return on(today) && minute >= start && minute < end;
    return (on(today) && minute >= start) || (on(yesterday) && minute < end);
  });
};
