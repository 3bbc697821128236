import type { AlertKind, AlertOutcome } from '../../model/alert.js';
import type { VehicleId } from '../../model/ids.js';
import type { RuleSettings } from '../../model/rule-settings.js';
import { hours, type Instant, type Millis, seconds } from '../../model/units.js';
import type { BacktestAlert, BacktestResult } from '../../ports/history.js';
import { attributesAt } from '../fold/attributes.js';
import type { Conditions } from '../fold/conditions.js';
import { type ActiveRule, activeRule, appliesTo } from '../fold/in-force.js';
import { LocalDays } from '../fold/local-days.js';
import { foldSlice, type SliceContext } from './fold-slice.js';
import type { Slice } from './slice.js';

/** A rule to try, against the one it would take the place of. */
export interface BacktestPlan {
  from: Instant;
  to: Instant;
  rule: RuleSettings;
  /** The rule in force that it is compared with; null = there is none. */
  reference: RuleSettings | null;
  vehicles: readonly VehicleId[];
}

export interface BacktestContext extends Omit<SliceContext, 'conditions' | 'judge' | 'lateness'> {
  conditions: Conditions;
  /** The stretch of a vehicle's past; undefined where nothing was ever heard. */
  slice(vehicle: VehicleId, since: Instant, until: Instant): Promise<Slice | undefined>;
  /** 0 to 1. */
  progress?: (done: number) => void;
}

/** A rule that is new has to see some of what was before, to know what is usual. */
const WARM_UP: Millis = hours(6);
const ALERTS_LISTED = 5_000;
const CHANGES_LISTED = 1_000;
/** Two starts that far apart are the same event, seen by two thresholds; also any that overlap. */
const SAME_WITHIN: Millis = seconds(5);
/** Names under which the two stand in the fold: they may have one id. */
const CANDIDATE = 'backtest/candidate';
const REFERENCE = 'backtest/reference';

/** Folds vehicle after vehicle with both rules, over the same moments. What was tracked is as it was; only the rules are others. */
export const backtest = async (
  { from, to, rule, reference, vehicles }: BacktestPlan,
  context: BacktestContext,
): Promise<Omit<BacktestResult, 'events' | 'took_ms'>> => {
  const { conditions, progress } = context;
  const { lateness, zone } = conditions.at(Number.MAX_SAFE_INTEGER).settings;
  const days = new LocalDays(zone);
  const asked = [asActive(rule, CANDIDATE), ...(reference ? [asActive(reference, REFERENCE)] : [])].flat();
  const result = emptyResult(reference?.id ?? null);
  const alerts: AlertOutcome[] = [];
  const [added, removed]: [AlertOutcome[], AlertOutcome[]] = [[], []];
  for (const [n, vehicle] of vehicles.entries()) {
    progress?.(n / vehicles.length);
    const slice = await context.slice(vehicle, from - WARM_UP, to);
    if (!slice) continue;
    if (!slice.whole) result.vehicles_incomplete++;
    const { outcomes } = await foldSlice(
      {
        ...context,
        lateness,
        judge: (inForce, offset, of) => {
          const { class: vehicleClass, group } = attributesAt(of.state.attributes, offset);
          return { ...inForce, rules: asked.filter(({ settings }) => appliesTo(settings, vehicle, vehicleClass, group)) };
        },
      },
      slice,
    );
    const found = [...outcomes.values()]
      .flatMap(outcome => (outcome.table === 'alert' ? [outcome.value] : []))
      .filter(({ occurredAt }) => occurredAt >= from && occurredAt < to)
      .sort((a, b) => a.occurredAt - b.occurredAt);
    const mine = found.filter(({ rule: by }) => by === CANDIDATE);
    const theirs = found.filter(({ rule: by }) => by === REFERENCE);
    result.compared_with.alerts += theirs.length;
    const [more, less] = difference(mine, theirs);
    added.push(...more);
    removed.push(...less);
    if (mine.length > 0) result.per_vehicle[vehicle] = mine.length;
    for (const { occurredAt } of mine) {
      const day = days.dayOf(occurredAt);
      result.per_day[day] = (result.per_day[day] ?? 0) + 1;
    }
    result.count += mine.length;
    if (alerts.length < ALERTS_LISTED) alerts.push(...mine.slice(0, ALERTS_LISTED - alerts.length));
  }
  progress?.(1);
  const show = (alert: AlertOutcome) => shown(alert, rule.kind);
  result.alerts = alerts.map(show);
  result.truncated = result.count > alerts.length;
  result.per_day = Object.fromEntries(Object.entries(result.per_day).sort(([a], [b]) => (a < b ? -1 : 1)));
  Object.assign(result.compared_with, {
    added: added.slice(0, CHANGES_LISTED).map(show),
    removed: removed.slice(0, CHANGES_LISTED).map(show),
    added_count: added.length,
    removed_count: removed.length,
  });
  return result;
};

const emptyResult = (rule: string | null): Omit<BacktestResult, 'events' | 'took_ms'> => ({
  alerts: [],
  count: 0,
  truncated: false,
  per_vehicle: {},
  per_day: {},
  vehicles_incomplete: 0,
  compared_with: { rule, alerts: 0, added: [], removed: [], added_count: 0, removed_count: 0 },
});

/** Alerts on one fence or code are one whichever rule of a kind found them; so that the two stay apart, each gets a kind of its own. */
const asActive = (settings: RuleSettings, id: string): ActiveRule[] =>
  activeRule({ ...settings, id }).map(active => ({ ...active, rule: { ...active.rule, kind: id as AlertKind } }));

/** What the one has and the other has not: alerts on the same subject whose times meet are the same event. Both in order of time. */
const difference = (mine: readonly AlertOutcome[], theirs: readonly AlertOutcome[]): [AlertOutcome[], AlertOutcome[]] => {
  const left = new Set(theirs);
  const added = mine.filter(alert => {
    for (const other of left) {
      if (other.occurredAt > endOf(alert) + SAME_WITHIN) break;
      if (other.geofence !== alert.geofence || other.dtc !== alert.dtc || endOf(other) + SAME_WITHIN < alert.occurredAt) continue;
      left.delete(other);
      return false;
    }
    return true;
  });
  return [added, [...left]];
};

const endOf = ({ occurredAt, endedAt }: AlertOutcome): Instant => endedAt ?? occurredAt;

const iso = (at: Instant): string => new Date(at).toISOString();

const shown = (alert: AlertOutcome, kind: AlertKind): BacktestAlert => ({
  kind,
  severity: alert.severity,
  vehicle: alert.vehicle,
  driver: alert.driver,
  trip: alert.trip,
  occurred_at: iso(alert.occurredAt),
  ended_at: alert.endedAt === null ? null : iso(alert.endedAt),
  location: alert.location,
  value: alert.value,
  threshold: alert.threshold,
  unit: alert.unit,
  geofence: alert.geofence,
  dtc: alert.dtc,
  message: alert.message,
  ...(alert.said && { said: alert.said }),
  suppressed: alert.suppressed,
});
