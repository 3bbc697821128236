import type { Severity } from './alert.js';
import type { AlertFilter } from './alert-filter.js';
import type { Instant } from './units.js';

/** Where a notification goes: an address, a webhook by id, or the topic of a group (`telltale/v1/fleet/{mqtt}/notifications`). */
export type Recipient = { email: string } | { webhook: string } | { mqtt: string };

/** Who is told of which alerts, and when. Without `rules`, `kinds` and `groups` it is about every alert. */
export interface NotificationPolicy extends Omit<AlertFilter, 'changes'> {
  id: string;
  name: string;
  enabled: boolean;
  to: readonly Recipient[];
  /** Also alerts that were found in data older than 60 s on arrival. */
  late: boolean;
  /** From this severity on, neither quiet hours nor a digest hold an alert back; null = they hold everything back. */
  urgent: Severity | null;
  /** `from` after `to` runs over midnight. Without a zone: the fleet's. */
  quiet_hours: { from: string; to: string; zone: string | null } | null;
  /** All of some time in one message. */
  digest: { every_min: number } | { daily_at: string; zone: string | null } | null;
  /** More alerts than this within this time are a storm: one message, and one more each time that has passed. */
  storm: { more_than: number; within_min: number };
  /** Who is told when nobody has acknowledged an alert after this time; quiet hours do not hold that back. */
  escalate: { after_min: number; to: readonly Recipient[] } | null;
  created_at: Instant;
  /** The alert stream's cursor when it was made: what was before is not told. */
  since: number;
}
