import type { AlertOutcome } from '../../model/alert.js';
import { type AlertId, derivedId, type VehicleId } from '../../model/ids.js';
import type { Outage, Silence } from '../../model/outage.js';
import type { Offset } from '../../model/record.js';
import { type Instant, type Millis, seconds } from '../../model/units.js';
import { inSchedule } from '../../model/weekly-hours.js';
import { lastLocation, lastOffset, NEVER } from './fold-memory.js';
import type { ActiveRule } from './in-force.js';
import type { VehicleState } from './vehicle-state.js';

/** An outage as a partition knows it. */
export interface KnownOutage extends Outage {
  /** Where the lead stands: the alert that tells of it. */
  alert?: AlertOutcome;
}

/** So long before a silence is too long it is asked whether others are silent too. */
export const ASKED_BEFORE: Millis = seconds(3);
const OUTAGES_KEPT = 8;

/** The rule that watches for silence. */
export const silenceRule = (rules: readonly ActiveRule[]): ActiveRule | undefined =>
  rules.find(({ rule }) => rule.kind === 'device_offline');
export const silenceLimit = ({ params }: ActiveRule): Millis => seconds(params.after_s as number);

/** The newest outage that a silence is part of. */
export const outageOf = <T extends Pick<Outage, 'rule' | 'group' | 'from' | 'to'>>(
  outages: readonly T[] | undefined,
  rule: string,
  group: string | null,
  heard: Instant,
): T | undefined =>
  outages?.findLast(
    outage =>
      outage.rule === rule && (outage.group === null || outage.group === group) && heard >= outage.from && heard <= outage.to,
  );

/** When silence begins to count: not before the server was there to hear, nor before an outage was over. */
const countsFrom = (state: VehicleState, graceFrom: Instant, outage: KnownOutage | undefined): Instant =>
  Math.max(state.heard, graceFrom, outage?.over ? outage.at : 0);

/** When it was seen coming, if it was since silence counts. */
const foreseenAt = ({ silent, heard }: VehicleState, from: Instant): Instant | undefined =>
  silent?.heard === heard && silent.at >= from ? silent.at : undefined;

/**
 * When to look at a silence next: a little before it becomes `device_offline`, and when it does. Judged by arrival, not by event time: the
 * one alert that is about hearing, not about driving.
 * @param graceFrom the first tick after the server was away: nobody could be heard before it
 */
export const offlineDue = (
  state: VehicleState,
  group: string | null,
  rules: readonly ActiveRule[],
  graceFrom: Instant,
  outages?: readonly KnownOutage[],
): Instant => {
  const active = silenceRule(rules);
  if (!active || state.offline || state.heard === 0) return NEVER;
  const outage = outageOf(outages, active.settings.id, group, state.heard);
  if (outage && !outage.over && state.under === outage.id) return NEVER;
  const from = countsFrom(state, graceFrom, outage);
  const due = from + silenceLimit(active);
  const foreseen = foreseenAt(state, from);
  return foreseen === undefined ? due - ASKED_BEFORE : Math.max(due, foreseen + ASKED_BEFORE);
};

/** What a tick makes of a silence whose time has come (`offlineDue`). */
export type SilenceNews = { foreseen: Silence } | { alert: AlertOutcome } | { under: string } | undefined;

export const checkSilence = (
  vehicle: VehicleId,
  state: VehicleState,
  group: string | null,
  active: ActiveRule,
  { graceFrom, outages }: { graceFrom: Instant; outages?: readonly KnownOutage[] },
  now: Instant,
  offset: Offset,
): SilenceNews => {
  const rule = active.settings.id;
  const { heard } = state;
  const outage = outageOf(outages, rule, group, heard);
  if (outage && !outage.over) {
    state.under = outage.id;
    return { under: outage.id };
  }
  if (foreseenAt(state, countsFrom(state, graceFrom, outage)) === undefined) {
    state.silent = { heard, at: now };
    return { foreseen: { vehicle, rule, group, heard, at: now } };
  }
  const alert = goOffline(vehicle, state, active, now, offset, outage);
  if (alert) state.under = undefined;
  return alert && { alert };
};

/** The alert of a silence that is long enough at `now`. */
const goOffline = (
  vehicle: string,
  state: VehicleState,
  active: ActiveRule,
  now: Instant,
  offset: Offset,
  outage: KnownOutage | undefined,
): AlertOutcome | undefined => {
  const { settings, rule } = active;
  if (settings.schedule && !inSchedule(settings.schedule, now)) return undefined;
  const { last } = state.fold;
  const silent = Math.round((now - state.heard) / 1000);
  // Whoever stays silent when an outage is over is told of for itself: an alert that begins there.
  const from = outage?.over ? outage.at : state.heard;
  const alert: AlertOutcome = {
    id: derivedId('alert', vehicle, rule.kind, settings.id, from),
    kind: rule.kind,
    severity: settings.severity ?? rule.severity,
    vehicle,
    driver: last.driver,
    trip: null,
    occurredAt: from,
    endedAt: null,
    raisedAt: now,
    late: false,
    location: lastLocation(state.fold),
    value: silent,
    threshold: silenceLimit(active) / 1000,
    unit: 's',
    rule: settings.id,
    geofence: null,
    dtc: null,
    message: `Nothing heard for ${silent} s`,
    suppressed: 0,
    evidence: { from: lastOffset(state.fold), to: offset },
  };
  state.offline = alert;
  return alert;
};

/** It is heard again. @returns the amended alert, if there was one */
export const comeBack = (state: VehicleState, received: Instant): AlertOutcome | undefined => {
  state.silent = undefined;
  state.under = undefined;
  const alert = state.offline;
  if (!alert) return undefined;
  state.offline = null;
  // The silence may have begun by a clock that was ahead.
  const endedAt = Math.max(received, alert.occurredAt);
  return { ...alert, endedAt, value: Math.round((endedAt - alert.occurredAt) / 1000) };
};

export const outageAlertId = ({ lead, rule, id }: Outage): AlertId => derivedId('alert', lead, 'device_offline', rule, id);

/** Takes an outage, or what is new of it. @returns what the partition knows of it now */
export const noteOutage = (outages: KnownOutage[], outage: Outage): KnownOutage => {
  const known = outages.find(({ id }) => id === outage.id);
  if (known) return Object.assign(known, outage);
  outages.push({ ...outage });
  if (outages.length > OUTAGES_KEPT) outages.shift();
  return outages.at(-1)!;
};

/** The one alert of an outage, in the name of its lead. @returns undefined where the rule does not speak at that time */
export const outageAlert = (
  outage: KnownOutage,
  active: ActiveRule,
  offset: Offset,
): { alert: AlertOutcome; change: 'raised' | 'updated' } | undefined => {
  const { settings, rule } = active;
  if (!outage.alert && settings.schedule && !inSchedule(settings.schedule, outage.at)) return undefined;
  const { silent, of, group, over, at, lead } = outage;
  const whose = group === null ? '' : ` of group ${group}`;
  const change = outage.alert ? 'updated' : 'raised';
  outage.alert ??= {
    id: outageAlertId(outage),
    kind: rule.kind,
    severity: settings.severity ?? rule.severity,
    vehicle: lead,
    driver: null,
    trip: null,
    occurredAt: outage.began,
    endedAt: null,
    raisedAt: at,
    late: false,
    location: null,
    value: 0,
    threshold: silenceLimit(active) / 1000,
    unit: 's',
    rule: settings.id,
    geofence: null,
    dtc: null,
    message: '',
    suppressed: 0,
    evidence: { from: offset, to: offset },
  };
  const { alert } = outage;
  alert.value = Math.round((at - alert.occurredAt) / 1000);
  alert.suppressed = Math.max(0, silent - 1);
  alert.message = `Outage: ${silent} of ${of} devices${whose} fell silent together; the network or the broker, not they, is likely at fault`;
  alert.said = [{ code: 'outage', silent, of, group }];
  alert.endedAt = over ? at : null;
  return { alert, change };
};
