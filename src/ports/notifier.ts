import type { NotificationPolicy, Recipient } from '../model/notification-policy.js';
import type { Instant } from '../model/units.js';
import type { Sent } from './outlets.js';

/** What goes to one recipient. */
export interface Notification {
  /** The same at each attempt. */
  id: string;
  policy: string;
  kind: 'alerts' | 'digest' | 'storm' | 'escalation' | 'test';
  to: Recipient;
  made_at: Instant;
  subject: string;
  text: string;
  /** Ids of the alerts it is about, as far as they are listed. */
  alerts: readonly string[];
  /** How many it is about. */
  count: number;
}

/** A notification and what became of it. */
export interface NotificationRecord extends Notification {
  status: 'waiting' | 'sent' | 'failed';
  attempts: number;
  settled_at: Instant | null;
  /** A stable word for why it was not sent, or not yet, and the same for people; records of before have no word. */
  reason?: string | null;
  detail: string | null;
}

/** Carries one notification to its recipient; never throws. */
export type NotificationSender = (notification: Notification) => Promise<Sent>;

export interface Mail {
  id: string;
  to: string;
  subject: string;
  text: string;
}

/** Sends mail; never throws. */
export interface Mailer {
  send(mail: Mail): Promise<Sent>;
}

/** The policies there are, and what was sent by them. */
export interface Notifications {
  /** In order of id. */
  policies(): readonly NotificationPolicy[];
  policy(id: string): NotificationPolicy | undefined;
  put(policy: NotificationPolicy): Promise<void>;
  /** What waits by it is not sent any more. */
  remove(id: string): Promise<void>;
  /** Newest first, before the one with the id `before`; of one policy or all. */
  history(policy: string | undefined, before: string | undefined, limit: number): Promise<NotificationRecord[]>;
  /** Sends a message that says that it is a test to everybody whom the policy names. */
  test(policy: NotificationPolicy): Promise<{ to: Recipient; sent: Sent }[]>;
}
