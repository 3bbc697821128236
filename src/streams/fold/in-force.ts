import type { FleetSettings } from '../../model/fleet-settings.js';
import type { Geofence } from '../../model/geofence.js';
import type { VehicleId } from '../../model/ids.js';
import type { Moment } from '../../model/moment.js';
import type { Offset } from '../../model/record.js';
import type { RuleSettings } from '../../model/rule-settings.js';
import type { Instant } from '../../model/units.js';
import type { VehicleClass } from '../../model/vehicle.js';
import type { AnyRule } from '../../rules/define-rule.js';
import { ruleOf } from '../../rules/index.js';
import { buildFenceIndex, type FenceIndex } from '../track/fence-index.js';
import { LocalDays } from './local-days.js';

/** A rule as it is in force: what people set, the code that judges, and its checked parameters. */
export interface ActiveRule {
  settings: RuleSettings;
  rule: AnyRule;
  params: Record<string, unknown>;
  /** Bits of the moment's parts without which the rule has nothing to do (`partsIn`); 0 = it sees every moment. */
  needs: number;
  /** Of `rule`: rules have many shapes, and to look these up in each of them at each reading costs more than most of them take. */
  rests: AnyRule['rests'];
  step: AnyRule['step'];
  due: AnyRule['due'];
}

const PARTS = { crossings: 1, accelerations: 2, dtcNews: 4, cornerings: 8, force: 16, healthNews: 32 } as const;

/** The bits of the parts that have something in them. */
export const partsIn = ({ crossings, accelerations, cornerings, force, dtcNews, healthNews }: Moment): number =>
  (crossings.length > 0 ? PARTS.crossings : 0) |
  (accelerations.length > 0 ? PARTS.accelerations : 0) |
  (cornerings.length > 0 ? PARTS.cornerings : 0) |
  (force !== undefined ? PARTS.force : 0) |
  (dtcNews.length > 0 ? PARTS.dtcNews : 0) |
  (healthNews.length > 0 ? PARTS.healthNews : 0);

/** Rules, fences and settings as in force from one offset on. Never changes; what is costly is made when first asked for. */
export class InForce {
  private index: FenceIndex | undefined;
  private readonly active: ActiveRule[];
  /** Every rule that is set, those that are not enabled too. */
  readonly all: readonly RuleSettings[];
  private readonly byKindOfVehicle = new Map<string, readonly ActiveRule[]>();
  private readonly named: Set<VehicleId>;
  readonly days: LocalDays;
  /** Of `days`; made once, not for each vehicle. */
  readonly dayOf = (at: Instant): string => this.days.dayOf(at);
  readonly isNight = (at: Instant): boolean => this.days.isNight(at);

  constructor(
    readonly from: Offset,
    readonly settings: FleetSettings,
    rules: Iterable<RuleSettings>,
    private readonly geofences: () => readonly Geofence[],
  ) {
    this.days = new LocalDays(settings.zone);
    this.all = [...rules];
    this.active = this.all.filter(({ enabled }) => enabled).flatMap(activeRule);
    this.active.sort((a, b) => (a.settings.id < b.settings.id ? -1 : 1));
    this.named = new Set(this.active.flatMap(({ settings }) => settings.applies_to.vehicles ?? []));
  }

  get fences(): FenceIndex {
    this.index ??= buildFenceIndex(this.geofences());
    return this.index;
  }

  /** The rules that judge a vehicle, in order of id; found once per class and group. */
  rulesFor(vehicle: VehicleId, vehicleClass: VehicleClass, group: string | null): readonly ActiveRule[] {
    const key = `${vehicleClass}\u0000${group ?? ''}\u0000${this.named.has(vehicle) ? vehicle : ''}`;
    let rules = this.byKindOfVehicle.get(key);
    if (!rules) {
      rules = this.active.filter(({ settings }) => appliesTo(settings, vehicle, vehicleClass, group));
      this.byKindOfVehicle.set(key, rules);
    }
    return rules;
  }
}

/** Whom a rule is for: empty lists and absent keys do not restrict. */
export const appliesTo = (
  { applies_to: { vehicles = [], groups = [], classes = [] } }: RuleSettings,
  vehicle: VehicleId,
  vehicleClass: VehicleClass,
  group: string | null,
): boolean => {
  if (vehicles.length > 0 && !vehicles.includes(vehicle)) return false;
  if (groups.length > 0 && (group === null || !groups.includes(group))) return false;
  return classes.length === 0 || classes.includes(vehicleClass);
};

export const activeRule = (settings: RuleSettings): ActiveRule[] => {
  const rule = ruleOf(settings.kind);
  const params = rule?.params.safeParse(settings.params);
  // The API lets no other in; a rule of a version to come is left alone.
  if (!rule || !params?.success) return [];
  const { scheduleAs, rests, step, due } = rule;
  const part = typeof rule.needs === 'function' ? rule.needs(params.data) : rule.needs;
  const needs = part === undefined ? 0 : PARTS[part];
  if (scheduleAs === undefined) return [{ settings, rule, params: params.data, needs, rests, step, due }];
  const hours = { ...params.data, [scheduleAs]: params.data[scheduleAs] ?? settings.schedule };
  return [{ settings: { ...settings, schedule: null }, rule, params: hours, needs, rests, step, due }];
};
