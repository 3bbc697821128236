import { DateTime } from 'luxon';
import type { NotificationPolicy } from '../../model/notification-policy.js';
import type { Instant } from '../../model/units.js';

type QuietHours = NonNullable<NotificationPolicy['quiet_hours']>;
type Digest = NonNullable<NotificationPolicy['digest']>;

/** `HH:MM` of a day, as that day's zone has it: where a clock change skips the time, the moment after the gap. */
const at = (day: DateTime, time: string): DateTime => {
  const [hour, minute] = time.split(':').map(Number) as [number, number];
  return day.startOf('day').set({ hour, minute });
};

/** @returns when the quiet hours end that `now` lies in, or undefined outside of them */
export const endOfQuietHours = ({ from, to, zone }: QuietHours, fleetZone: string, now: Instant): Instant | undefined => {
  const local = DateTime.fromMillis(now, { zone: zone ?? fleetZone });
  // Those that began yesterday may still run.
  for (const day of [local.minus({ days: 1 }), local]) {
    const start = at(day, from);
    const end = from < to ? at(day, to) : at(day.plus({ days: 1 }), to);
    if (start <= local && local < end) return end.toMillis();
  }
  return undefined;
};

/** The next time that a digest goes out, after `now`. */
export const nextDigest = (digest: Digest, fleetZone: string, now: Instant): Instant => {
  if ('every_min' in digest) {
    const period = digest.every_min * 60_000;
    return (Math.floor(now / period) + 1) * period;
  }
  const local = DateTime.fromMillis(now, { zone: digest.zone ?? fleetZone });
  const today = at(local, digest.daily_at);
  return (today > local ? today : at(local.plus({ days: 1 }), digest.daily_at)).toMillis();
};
