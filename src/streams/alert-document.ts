import type { Alert, AlertHandling, AlertOutcome, AlertStatus } from '../model/alert.js';
import type { Instant } from '../model/units.js';
import type { AlertEffect } from './fold/effects.js';

const iso = (at: Instant): string => new Date(at).toISOString();
const isoOrNull = (at: Instant | null): string | null => (at === null ? null : iso(at));

/**
 * Applies one effect to an alert as the outside sees it. What people did stays over what the fold says; what a first raise said of its
 * arrival stays too.
 * @param known the alert so far; undefined at its first raise
 * @returns undefined where there is nothing to apply it to (handled or retracted, but never raised)
 */
export const applyEffect = (known: Alert | undefined, effect: AlertEffect, latency: number | null): Alert | undefined => {
  switch (effect.change) {
    case 'raised':
    case 'updated':
      return known
        ? { ...known, ...substanceOf(effect.outcome), status: revived(known), replaced_by: null }
        : fresh(effect.outcome, latency);
    case 'retracted':
      return known && retracted(known, effect);
    case 'handled':
      return known && handled(known, effect);
  }
};

const retracted = (known: Alert, { reason, said, replacedBy }: Extract<AlertEffect, { change: 'retracted' }>): Alert => ({
  ...known,
  status: 'retracted',
  message: reason,
  said: said && [said],
  replaced_by: replacedBy,
});

/** An alert that takes the place of a retracted one goes on with what people did about that one. */
export const carryOver = (from: Alert, to: Alert): Alert => ({
  ...to,
  status: from.handled_by === null ? to.status : statusOf(from),
  handled_by: from.handled_by,
  handled_at: from.handled_at,
  notes: from.notes,
  ...(from.contest && { contest: from.contest }),
});

const fresh = (outcome: AlertOutcome, latency: number | null): Alert => ({
  id: outcome.id,
  ...substanceOf(outcome),
  raised_at: iso(outcome.raisedAt),
  late: outcome.late,
  status: 'open',
  latency_ms: latency,
  evidence: `${outcome.evidence.from}-${outcome.evidence.to}`,
  replaced_by: null,
  handled_by: null,
  handled_at: null,
  notes: [],
});

const substanceOf = (outcome: AlertOutcome) => ({
  kind: outcome.kind,
  severity: outcome.severity,
  vehicle: outcome.vehicle,
  driver: outcome.driver,
  trip: outcome.trip,
  occurred_at: iso(outcome.occurredAt),
  ended_at: isoOrNull(outcome.endedAt),
  location: outcome.location,
  value: outcome.value,
  threshold: outcome.threshold,
  unit: outcome.unit,
  rule: outcome.rule,
  geofence: outcome.geofence,
  dtc: outcome.dtc,
  message: outcome.message,
  // Named in any case: what was retracted said something else.
  said: outcome.said,
  suppressed: outcome.suppressed,
});

/** What late data took away, later data may bring back. */
const revived = (known: Alert): AlertStatus => (known.status === 'retracted' ? statusOf(known) : known.status);

/** The status by what people did last. */
const statusOf = ({ notes }: Alert): AlertHandling['status'] => {
  for (let i = notes.length - 1; i >= 0; i--) {
    const { action } = notes[i]!;
    if (action === 'acknowledged' || action === 'resolved' || action === 'void') return action;
  }
  return 'open';
};

const NOTES_KEPT = 100;

type Handled = Extract<AlertEffect, { change: 'handled' }>;

/** Who did what and when stays; what they wrote of somebody does not. */
export const withoutWords = (alert: Alert): Alert => ({
  ...alert,
  notes: alert.notes.map(one => ({ ...one, note: '' })),
  ...(alert.contest && { contest: { ...alert.contest, reason: '', answer: alert.contest.answer === null ? null : '' } }),
});

const handled = (alert: Alert, effect: Handled): Alert => {
  const { action, by, at, note } = effect;
  if (action === 'erased') return withoutWords(alert);
  const noted = { ...alert, notes: [...alert.notes, { by, at: iso(at), note, action }].slice(-NOTES_KEPT) };
  switch (action) {
    case 'contested':
      return {
        ...noted,
        contest: { status: 'open', reason: note, by, at: iso(at), decided_by: null, decided_at: null, answer: null },
      };
    case 'contest_rejected':
      return decided(noted, 'rejected', effect);
    default: {
      const status = alert.status === 'retracted' ? alert.status : action;
      const changed = { ...noted, status, handled_by: by, handled_at: iso(at) };
      return action === 'void' ? decided(changed, 'accepted', effect) : changed;
    }
  }
};

/** Only an open contest is decided. */
const decided = (alert: Alert, status: 'accepted' | 'rejected', { by, at, note }: Handled): Alert =>
  alert.contest?.status === 'open'
    ? { ...alert, contest: { ...alert.contest, status, decided_by: by, decided_at: iso(at), answer: note } }
    : alert;
