import type { Fact } from '../../model/fact.js';
import { defaultFleetSettings, type FleetSettings } from '../../model/fleet-settings.js';
import type { Geofence } from '../../model/geofence.js';
import type { DeviceId } from '../../model/ids.js';
import type { Offset } from '../../model/record.js';
import type { RuleSettings } from '../../model/rule-settings.js';
import { InForce } from './in-force.js';

/** One entity over time: its values by the offset that put them there; `undefined` = deleted. */
type History<T> = { offset: Offset; value: T | undefined }[];

export type SignalNames = Readonly<Record<string, string>>;

const OLD_ONES_KEPT = 8;

/** A fact that changes what is in force for everybody. */
export type SharedFact = Extract<
  Fact,
  { type: 'settings_put' | 'rule_put' | 'rule_deleted' | 'geofence_put' | 'geofence_deleted' | 'device_put' | 'device_deleted' }
>;

export const isSharedFact = (fact: Fact): fact is SharedFact =>
  fact.type === 'settings_put' || /^(?:rule|geofence|device)_/.test(fact.type);

/**
 * What was in force at any journal position: a reading is judged by what was in force at its own offset, in a re-fold too.
 * Kept as histories per entity, so that ten thousand fences put one by one do not make ten thousand copies.
 */
export class Conditions {
  private readonly rules = new Map<string, History<RuleSettings>>();
  private readonly geofences = new Map<string, History<Geofence>>();
  private readonly settings: History<FleetSettings> = [];
  /** The owners' own names for signals, of the devices that ever had any. */
  private readonly names = new Map<DeviceId, History<SignalNames>>();
  /** Offsets at which something changed, ascending. */
  private changes: Offset[] = [];
  private latest: InForce;
  private readonly older = new Map<Offset, InForce>();

  constructor() {
    this.latest = this.materialise(0);
  }

  /** Facts come once per partition; only the first time counts. @returns whether it was new */
  apply(offset: Offset, fact: SharedFact): boolean {
    if (fact.type === 'device_put') return this.rename(fact.device.id, offset, fact.device.signal_names ?? undefined);
    if (fact.type === 'device_deleted') return this.rename(fact.id, offset, undefined);
    if (offset <= (this.changes[this.changes.length - 1] ?? -1)) return false;
    switch (fact.type) {
      case 'settings_put':
        this.settings.push({ offset, value: fact.settings });
        break;
      case 'rule_put':
        put(this.rules, fact.rule.id, offset, fact.rule);
        break;
      case 'rule_deleted':
        put(this.rules, fact.id, offset, undefined);
        break;
      case 'geofence_put':
        put(this.geofences, fact.geofence.id, offset, fact.geofence);
        break;
      case 'geofence_deleted':
        put(this.geofences, fact.id, offset, undefined);
        break;
    }
    this.changes.push(offset);
    return true;
  }

  /** What the owner of a device calls its signals, as told up to an offset; undefined for nearly all. */
  readonly namesAt = (device: DeviceId, offset: Offset): SignalNames | undefined => {
    const history = this.names.get(device);
    return history && valueAt(history, offset);
  };

  /** Names are no condition that judges a vehicle: only what is decoded after it is read differently. */
  private rename(device: DeviceId, offset: Offset, names: SignalNames | undefined): boolean {
    const newest = this.names.get(device)?.at(-1);
    if (newest === undefined ? names === undefined : offset <= newest.offset || sameNames(newest.value, names)) return false;
    put(this.names, device, offset, names);
    return true;
  }

  at(offset: Offset): InForce {
    const last = this.changes[this.changes.length - 1] ?? 0;
    if (offset >= last) {
      if (this.latest.from !== last) {
        this.older.set(this.latest.from, this.latest);
        this.latest = this.materialise(last);
        this.trim();
      }
      return this.latest;
    }
    const change = lastAtOrBefore(this.changes, offset);
    let found = this.older.get(change);
    if (!found) {
      found = this.materialise(change);
      this.older.set(change, found);
      this.trim();
    }
    return found;
  }

  /** A rule as it was set at an offset, and where it was put; undefined where it was not. */
  ruleAt(id: string, offset: Offset): { offset: Offset; rule: RuleSettings } | undefined {
    const found = this.rules.get(id)?.findLast(entry => entry.offset <= offset);
    return found?.value && { offset: found.offset, rule: found.value };
  }

  private trim(): void {
    while (this.older.size > OLD_ONES_KEPT) this.older.delete(this.older.keys().next().value!);
  }

  private materialise(offset: Offset): InForce {
    return new InForce(offset, valueAt(this.settings, offset) ?? defaultFleetSettings, valuesAt(this.rules, offset), () => [
      ...valuesAt(this.geofences, offset),
    ]);
  }
}

const sameNames = (a: SignalNames | undefined, b: SignalNames | undefined): boolean => JSON.stringify(a) === JSON.stringify(b);

const put = <T>(histories: Map<string, History<T>>, id: string, offset: Offset, value: T | undefined): void => {
  const history = histories.get(id);
  if (history) history.push({ offset, value });
  else histories.set(id, [{ offset, value }]);
};

const valueAt = <T>(history: History<T>, offset: Offset): T | undefined => {
  for (let i = history.length - 1; i >= 0; i--) if (history[i]!.offset <= offset) return history[i]!.value;
  return undefined;
};

function* valuesAt<T>(histories: Map<string, History<T>>, offset: Offset): Iterable<T> {
  for (const history of histories.values()) {
    const value = valueAt(history, offset);
    if (value !== undefined) yield value;
  }
}

/** 0 where none is. */
const lastAtOrBefore = (ascending: readonly Offset[], offset: Offset): Offset => {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! <= offset) low = middle + 1;
    else high = middle;
  }
  return ascending[low - 1] ?? 0;
};
