import type { AlertOutcome } from '../../../model/alert.js';
import type { FuelDay } from '../../../model/fuel.js';
import type { AlertId } from '../../../model/ids.js';
import type { Saying } from '../../../model/saying.js';
import { type Instant, minutes, seconds } from '../../../model/units.js';
import { recordKey } from '../../../model/vehicle-record.js';
import type { RollUpRow } from '../../../ports/database.js';
import { dayKey, healthDayKey, trackKey } from '../row-keys.js';
import type { Outcome } from './window-output.js';

const LATE_AFTER = seconds(60);
/** A start that moved further than this is another event, not the same one seen better. */
const REPLACES_WITHIN = minutes(10);

export type AlertAmendment =
  | { id: AlertId; change: 'raised' | 'updated'; outcome: AlertOutcome }
  | { id: AlertId; change: 'retracted'; reason: string; said?: Saying; replacedBy: AlertId | null };

/**
 * What has to be said so that somebody who believed `before` believes `after`.
 * @param received arrival of what made the difference: new alerts count as raised by it
 * @returns alerts in order of their time, what is new before what is gone; rows to write and to take away
 */
export const amendments = (
  before: ReadonlyMap<string, Outcome>,
  after: ReadonlyMap<string, Outcome>,
  received: Instant,
): { alerts: AlertAmendment[]; rows: RollUpRow[] } => {
  const raised: AlertOutcome[] = [];
  const alerts: AlertAmendment[] = [];
  const rows: RollUpRow[] = [];
  for (const [key, outcome] of after) {
    const known = before.get(key);
    if (outcome.table !== 'alert') {
      if (!known || JSON.stringify(known.value) !== JSON.stringify(outcome.value)) rows.push(rowOf(outcome));
      continue;
    }
    const alert = outcome.value;
    if (!known) {
      raised.push({ ...alert, raisedAt: received, late: received - alert.occurredAt > LATE_AFTER });
    } else if (substance(known.value as AlertOutcome) !== substance(alert)) {
      alerts.push({ id: alert.id, change: 'updated', outcome: structuredClone(alert) });
    }
  }
  const gone: AlertOutcome[] = [];
  for (const [key, outcome] of before) {
    if (after.has(key)) continue;
    if (outcome.table === 'alert') gone.push(outcome.value);
    else rows.push(removalOf(outcome));
  }
  for (const outcome of raised.sort(byTime)) alerts.push({ id: outcome.id, change: 'raised', outcome });
  for (const alert of gone.sort(byTime)) {
    const replacedBy = replacement(alert, raised)?.id ?? null;
    const reason = replacedBy ? 'Late data moved its start' : 'Late data showed that it did not happen';
    const said: Saying = { code: replacedBy ? 'start_moved' : 'never_happened' };
    alerts.push({ id: alert.id, change: 'retracted', reason, said, replacedBy });
  }
  return { alerts, rows };
};

const byTime = (a: AlertOutcome, b: AlertOutcome): number => a.occurredAt - b.occurredAt || (a.id < b.id ? -1 : 1);

/** What an alert says, leaving out what depends on arrival. */
const substance = ({ raisedAt: _raised, late: _late, evidence: _evidence, ...rest }: AlertOutcome): string =>
  JSON.stringify(rest);

const replacement = (gone: AlertOutcome, raised: readonly AlertOutcome[]): AlertOutcome | undefined =>
  raised
    .filter(
      ({ kind, rule, geofence, dtc }) =>
        kind === gone.kind && rule === gone.rule && geofence === gone.geofence && dtc === gone.dtc,
    )
    .filter(({ occurredAt }) => Math.abs(occurredAt - gone.occurredAt) < REPLACES_WITHIN)
    .sort((a, b) => Math.abs(a.occurredAt - gone.occurredAt) - Math.abs(b.occurredAt - gone.occurredAt))[0];

/** A copy of an outcome as a row. */
export const rowOf = (outcome: Exclude<Outcome, { table: 'alert' }>): RollUpRow =>
  ({ table: outcome.table, key: keyOf(outcome), row: copyOf(outcome) }) as RollUpRow;

/** By hand: a general clone costs several times as much, and a thousand vehicles grow each second. */
const copyOf = (outcome: Exclude<Outcome, { table: 'alert' }>): Exclude<Outcome, { table: 'alert' }>['value'] => {
  if (outcome.table === 'trip') {
    const { start, end, counts } = outcome.value;
    return { ...outcome.value, start: start && { ...start }, end: end && { ...end }, counts: { ...counts } };
  }
  if (outcome.table === 'driver_day') {
    const { counts } = outcome.value;
    return {
      ...outcome.value,
      counts: Object.fromEntries(Object.entries(counts).map(([kind, bySeverity]) => [kind, { ...bySeverity }])),
    };
  }
  if (outcome.table === 'fuel_day')
    return {
      ...outcome.value,
      burnt: { ...outcome.value.burnt },
      waste: { ...outcome.value.waste },
      ...refuelsOf(outcome.value),
    };
  // Nobody draws into a chunk that is full; a day of health and a record were made for this row (healthDayOf).
  return outcome.value;
};

const removalOf = (outcome: Exclude<Outcome, { table: 'alert' }>): RollUpRow => ({
  table: outcome.table,
  key: keyOf(outcome),
  remove: true,
});

const keyOf = (outcome: Exclude<Outcome, { table: 'alert' }>): string => {
  if (outcome.table === 'trip') return outcome.value.id;
  if (outcome.table === 'record') return recordKey(outcome.value);
  if (outcome.table === 'track') return trackKey(outcome.value);
  return outcome.table === 'vehicle_health_day' ? healthDayKey(outcome.value) : dayKey(outcome.value);
};

const refuelsOf = ({ refuels }: FuelDay): Pick<FuelDay, 'refuels'> =>
  refuels ? { refuels: refuels.map(refuel => ({ ...refuel })) } : {};
