import type { Severity } from '../../model/alert.js';
import { SEVERITIES } from '../../model/alert.js';
import { takesAlert } from '../../model/alert-filter.js';
import type { NotificationPolicy, Recipient } from '../../model/notification-policy.js';
import { type Instant, minutes, seconds } from '../../model/units.js';
import type { AlertEntry } from '../../ports/live.js';
import { endOfQuietHours, nextDigest } from './quiet-hours.js';

/** An alert that somebody is to be told of. */
export interface NotifiedAlert {
  id: string;
  kind: string;
  severity: Severity;
  vehicle: string;
  occurred_at: string;
  message: string;
}

interface Held extends NotifiedAlert {
  /** When it may go out. */
  at: Instant;
  urgent: boolean;
  /** Quiet hours or a digest held it back: it is no part of a storm. */
  waited: boolean;
}

/** How much was told lately, by which a storm is known. */
interface Flow {
  told: { at: Instant; alerts: number }[];
  stormUntil: Instant;
}

/** What a policy remembers: plain data, bounded, kept beside the stream's place. */
export interface PolicyMemory {
  held: Held[];
  /** Alerts beyond the bound of `held`: counted only. */
  more: number;
  urgentFlow: Flow;
  flow: Flow;
  /** Alerts that nobody has acknowledged, and when that is told. */
  unacknowledged: (NotifiedAlert & { due: Instant })[];
  /** Escalations beyond the bound. */
  unwatched: number;
}

/** What is to be said now. */
export interface PolicyMessage {
  kind: 'alerts' | 'digest' | 'storm' | 'escalation';
  to: readonly Recipient[];
  alerts: readonly NotifiedAlert[];
  /** Alerts that are not listed. */
  more: number;
}

export const HELD_AT_MOST = 500;
const WATCHED_AT_MOST = 1_000;
/** What comes within this belongs into one message. */
const GATHER = seconds(5);
/** What of a mass outage comes within this, too: vehicles fall silent one after the other. */
const GATHER_STORM = seconds(60);

export const freshMemory = (): PolicyMemory => ({
  held: [],
  more: 0,
  urgentFlow: { told: [], stormUntil: 0 },
  flow: { told: [], stormUntil: 0 },
  unacknowledged: [],
  unwatched: 0,
});

/**
 * Takes one entry of the alert stream into the memory.
 * @param group of the vehicle @param zone of the fleet
 * @returns whether anything changed
 */
export const hear = (
  memory: PolicyMemory,
  policy: NotificationPolicy,
  { cursor, change, alert }: AlertEntry,
  group: string | null,
  zone: string,
  now: Instant,
): boolean => {
  if (change === 'raised') {
    const wanted = policy.enabled && cursor > policy.since && (policy.late || !alert.late);
    if (!wanted || !takesAlert({ ...policy, changes: [] }, change, alert, group)) return false;
    const { id, kind, severity, vehicle, occurred_at, message } = alert;
    const one: NotifiedAlert = { id, kind, severity, vehicle, occurred_at, message };
    hold(memory, policy, one, zone, now);
    if (policy.escalate === null) return true;
    if (memory.unacknowledged.length < WATCHED_AT_MOST)
      memory.unacknowledged.push({ ...one, due: now + minutes(policy.escalate.after_min) });
    else memory.unwatched++;
    return true;
  }
  if (change === 'updated') return false;
  // Somebody looks after it, or it is none: who was not told yet need not be.
  const before = memory.held.length + memory.unacknowledged.length;
  memory.held = memory.held.filter(({ id }) => id !== alert.id);
  memory.unacknowledged = memory.unacknowledged.filter(({ id }) => id !== alert.id);
  return memory.held.length + memory.unacknowledged.length !== before;
};

const hold = (memory: PolicyMemory, policy: NotificationPolicy, one: NotifiedAlert, zone: string, now: Instant): void => {
  const urgent = policy.urgent !== null && SEVERITIES.indexOf(one.severity) >= SEVERITIES.indexOf(policy.urgent);
  if (memory.held.length >= HELD_AT_MOST) {
    memory.more++;
    return;
  }
  const until = urgent ? undefined : heldBackUntil(policy, zone, now);
  const at = until ?? whenToTell(memory, policy, urgent, now);
  memory.held.push({ ...one, urgent, at, waited: until !== undefined });
  if (until !== undefined) return;
  const together = memory.held.filter(held => held.urgent === urgent && !held.waited && held.at <= at);
  if (together.length !== policy.storm.more_than + 1) return;
  // This one makes it a storm: those that are about to go out wait for the rest of it.
  for (const held of together) if (held.at > now && held.at <= now + GATHER) held.at += GATHER_STORM - GATHER;
};

const heldBackUntil = ({ digest, quiet_hours }: NotificationPolicy, zone: string, now: Instant): Instant | undefined => {
  if (digest !== null) return nextDigest(digest, zone, now);
  return quiet_hours === null ? undefined : endOfQuietHours(quiet_hours, zone, now);
};

const whenToTell = (memory: PolicyMemory, { storm }: NotificationPolicy, urgent: boolean, now: Instant): Instant => {
  const flow = urgent ? memory.urgentFlow : memory.flow;
  if (flow.stormUntil > now) return flow.stormUntil;
  const gathered = memory.held.filter(
    held => held.urgent === urgent && !held.waited && held.at > now && held.at <= now + GATHER_STORM,
  );
  const told = toldWithin(flow, now - minutes(storm.within_min));
  if (told + gathered.length >= storm.more_than && told > 0) {
    flow.stormUntil = now + minutes(storm.within_min);
    return now + GATHER;
  }
  // With those that are already on their way.
  return gathered.length > 0 ? gathered[0]!.at : now + GATHER;
};

const toldWithin = (flow: Flow, since: Instant): number =>
  flow.told.reduce((sum, { at, alerts }) => (at > since ? sum + alerts : sum), 0);

/** @returns what is to be said at `now`; it is taken out of the memory */
export const messagesDue = (memory: PolicyMemory, policy: NotificationPolicy, now: Instant): PolicyMessage[] => {
  const messages: PolicyMessage[] = [];
  for (const urgent of [true, false]) {
    const due = memory.held.filter(held => held.urgent === urgent && held.at <= now);
    if (due.length === 0) continue;
    memory.held = memory.held.filter(held => held.urgent !== urgent || held.at > now);
    const flow = urgent ? memory.urgentFlow : memory.flow;
    const alerts = due.filter(({ waited }) => !waited).length;
    const window = minutes(policy.storm.within_min);
    flow.told = [...flow.told.filter(({ at }) => at > now - window), { at: now, alerts }].slice(-policy.storm.more_than - 1);
    const isStorm = alerts > 0 && toldWithin(flow, now - window) > policy.storm.more_than;
    if (isStorm) flow.stormUntil = now + window;
    const kind = isStorm ? 'storm' : alerts < due.length ? 'digest' : 'alerts';
    messages.push({ kind, to: policy.to, alerts: due.map(plain), more: memory.more });
    memory.more = 0;
  }
  const overdue = memory.unacknowledged.filter(({ due }) => due <= now);
  if (overdue.length > 0) {
    memory.unacknowledged = memory.unacknowledged.filter(({ due }) => due > now);
    if (policy.escalate !== null)
      messages.push({ kind: 'escalation', to: policy.escalate.to, alerts: overdue.map(plain), more: memory.unwatched });
    memory.unwatched = 0;
  }
  return messages;
};

const plain = ({ id, kind, severity, vehicle, occurred_at, message }: NotifiedAlert): NotifiedAlert => ({
  ...{ id, kind, severity, vehicle, occurred_at, message },
});

/** When there is something to say next; infinity where nothing waits. */
export const nextDue = ({ held, unacknowledged }: PolicyMemory): Instant =>
  Math.min(Number.POSITIVE_INFINITY, ...held.map(({ at }) => at), ...unacknowledged.map(({ due }) => due));
