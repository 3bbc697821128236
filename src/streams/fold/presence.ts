import type { AlertOutcome } from '../../model/alert.js';
import { derivedId } from '../../model/ids.js';
import type { Offset } from '../../model/record.js';
import { type Instant, seconds } from '../../model/units.js';
import { inSchedule } from '../../model/weekly-hours.js';
import { lastLocation, NEVER } from './fold-memory.js';
import type { ActiveRule } from './in-force.js';
import type { VehicleState } from './vehicle.js';

const ruleOf = (rules: readonly ActiveRule[]): ActiveRule | undefined => rules.find(({ rule }) => rule.kind === 'device_offline');
const limitOf = ({ params }: ActiveRule): number => seconds(params.after_s as number);

/**
 * When silence becomes `device_offline`. Judged by arrival, not by event time: the one alert that is about hearing, not about driving.
 * @param graceFrom the first tick after the server was away: nobody could be heard before it
 */
export const offlineDue = (state: VehicleState, rules: readonly ActiveRule[], graceFrom: Instant): Instant => {
  const active = ruleOf(rules);
  if (!active || state.offline || state.heard === 0) return NEVER;
  return Math.max(state.heard, graceFrom) + limitOf(active);
};

/** The alert of a silence that is long enough at `now`. */
export const goOffline = (
  vehicle: string,
  state: VehicleState,
  rules: readonly ActiveRule[],
  now: Instant,
  offset: Offset,
): AlertOutcome | undefined => {
  const active = ruleOf(rules);
  if (!active || state.offline) return undefined;
  const { settings, rule } = active;
  if (settings.schedule && !inSchedule(settings.schedule, now)) return undefined;
  const { last } = state.fold;
  const silent = Math.round((now - state.heard) / 1000);
  const alert: AlertOutcome = {
    id: derivedId('alert', vehicle, rule.kind, settings.id, state.heard),
    kind: rule.kind,
    severity: settings.severity ?? rule.severity,
    vehicle,
    driver: last.driver,
    trip: null,
    occurredAt: state.heard,
    endedAt: null,
    raisedAt: now,
    late: false,
    location: lastLocation(last),
    value: silent,
    threshold: limitOf(active) / 1000,
    unit: 's',
    rule: settings.id,
    geofence: null,
    dtc: null,
    message: `Nothing heard for ${silent} s`,
    suppressed: 0,
    evidence: { from: last.offset, to: offset },
  };
  state.offline = alert;
  return alert;
};

/** It is heard again. @returns the amended alert, if there was one */
export const comeBack = (state: VehicleState, received: Instant): AlertOutcome | undefined => {
  const alert = state.offline;
  if (!alert) return undefined;
  state.offline = null;
  return { ...alert, endedAt: received, value: Math.round((received - alert.occurredAt) / 1000) };
};
