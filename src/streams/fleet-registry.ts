import type { AlertKind } from '../model/alert.js';
import type { Fact } from '../model/fact.js';
import { defaultFleetSettings, type FleetSettings } from '../model/fleet-settings.js';
import type { Geofence } from '../model/geofence.js';
import type { DeviceId, VehicleId } from '../model/ids.js';
import { EVERY, type NewRecord, type Offset, type RecordKey } from '../model/record.js';
import type { RuleSettings } from '../model/rule-settings.js';
import { type Assignment, type Device, newVehicle, type Vehicle } from '../model/vehicle.js';
import type { Clock } from '../ports/clock.js';
import type { Journal } from '../ports/journal.js';
import type { Registry } from '../ports/registry.js';
import type { StateStore, StateWrite } from '../ports/state-store.js';

const PREFIX = 'registry/';
const POSITION = 'registry-position';
const utf8 = new TextDecoder();

/** The record that carries a fact. */
export const recordOfFact = (fact: Fact, received: number): NewRecord => ({
  key: keyOf(fact),
  header: { kind: 'fact', received, format: fact.type, device: '', topic: '', dup: false },
  body: Buffer.from(JSON.stringify(fact)),
});

/** Facts about one vehicle stand under its key. */
const keyOf = (fact: Fact): RecordKey => {
  switch (fact.type) {
    case 'vehicle_put':
      return fact.vehicle.id;
    case 'vehicle_deleted':
      return fact.id;
    case 'assignment_put':
      return fact.assignment.vehicle;
    case 'assignment_deleted':
    case 'alert_handled':
      return fact.vehicle;
    default:
      return EVERY;
  }
};

/** What is stored of a fact: one entity under one key, or its absence. */
const entityOf = (fact: Fact): { key: string; value: unknown } | undefined => {
  switch (fact.type) {
    case 'settings_put':
      return { key: 'settings', value: fact.settings };
    case 'rule_put':
      return { key: `rule/${fact.rule.id}`, value: fact.rule };
    case 'rule_deleted':
      return { key: `rule/${fact.id}`, value: undefined };
    case 'kinds_installed':
      return { key: 'kinds', value: fact.kinds };
    case 'geofence_put':
      return { key: `geofence/${fact.geofence.id}`, value: fact.geofence };
    case 'geofence_deleted':
      return { key: `geofence/${fact.id}`, value: undefined };
    case 'device_put':
      return { key: `device/${fact.device.id}`, value: fact.device };
    case 'device_deleted':
      return { key: `device/${fact.id}`, value: undefined };
    case 'vehicle_put':
      return { key: `vehicle/${fact.vehicle.id}`, value: fact.vehicle };
    case 'vehicle_deleted':
      return { key: `vehicle/${fact.id}`, value: undefined };
    case 'assignment_put':
      return { key: `assignment/${fact.assignment.id}`, value: fact.assignment };
    case 'assignment_deleted':
      return { key: `assignment/${fact.id}`, value: undefined };
    default:
      return undefined;
  }
};

export interface FleetRegistryOptions {
  journal: Journal;
  state: StateStore;
  clock: Clock;
  /** Resolves when the partitions concerned have folded the offset and carried out what came of it. */
  inForce(key: RecordKey, offset: Offset): Promise<void>;
  /** Told of each device that was deleted: who is logged in as it has to go. */
  deviceGone?(id: DeviceId): void;
  /** Told of each device that the foreign id it had leads to no longer: it was deleted, or is to be known by another. */
  deviceUnlisted?(id: DeviceId): void;
}

/** The registry: a fold over the facts, in memory and on disk, that begins where the last process ended. */
export class FleetRegistry implements Registry {
  private readonly entities = new Map<string, unknown>();
  private readonly byForeignId = new Map<string, DeviceId>();
  /** Sorted lists, made when asked for and dropped at the next change of their kind. */
  private readonly lists = new Map<string, readonly unknown[]>();
  private position: Offset = 0;
  /** Another number after every change: what was found out before may not hold any more. */
  version = 0;
  private readonly unstored: StateWrite[] = [];
  private storing: Promise<void> = Promise.resolve();

  constructor(private readonly options: FleetRegistryOptions) {}

  /** Loads what was stored, then what the journal has beyond it. */
  async start(): Promise<void> {
    const { state, journal } = this.options;
    for await (const [at, text] of state.range(PREFIX, `${PREFIX}\uffff`)) this.set(at.slice(PREFIX.length), JSON.parse(text));
    this.position = Number((await state.get(POSITION)) ?? 0);
    const writes: StateWrite[] = [];
    for await (const batch of journal.ofVehicle(EVERY, this.position + 1, Number.MAX_SAFE_INTEGER)) {
      for (const { offset, body } of batch) writes.push(...this.apply(JSON.parse(utf8.decode(body)) as Fact, offset));
    }
    await state.write(writes, { sync: true });
  }

  /** True until the first fact: nothing was ever set up here. */
  get isEmpty(): boolean {
    return this.position === 0;
  }

  async change(fact: Fact): Promise<void> {
    await this.changeAll([fact]);
  }

  /** Several facts in one append: all or none. */
  async changeAll(facts: readonly Fact[]): Promise<void> {
    const placed = await this.append(facts);
    await Promise.all(placed.map(({ key, offset }) => this.options.inForce(key, offset)));
  }

  /** Durable and known here; not yet folded everywhere. */
  private async append(facts: readonly Fact[]): Promise<{ key: RecordKey; offset: Offset }[]> {
    const { journal, clock } = this.options;
    const records = facts.map(fact => recordOfFact(fact, clock.now()));
    const offsets = await journal.append(records);
    const writes = facts.flatMap((fact, i) => {
      const unlisted = this.unlistedBy(fact);
      const stored = this.apply(fact, offsets[i]!);
      if (fact.type === 'device_deleted') this.options.deviceGone?.(fact.id);
      if (unlisted !== undefined) this.options.deviceUnlisted?.(unlisted);
      return stored;
    });
    await this.store(writes);
    return records.map(({ key }, i) => ({ key, offset: offsets[i]! }));
  }

  private unlistedBy(fact: Fact): DeviceId | undefined {
    const [id, after] =
      fact.type === 'device_put' ? [fact.device.id, fact.device] : fact.type === 'device_deleted' ? [fact.id, undefined] : [];
    const before = id === undefined ? undefined : this.device(id);
    if (!before?.foreign_id) return undefined;
    return after?.foreign_id === before.foreign_id && after.format === before.format ? undefined : id;
  }

  /** Writes in order, and what could not be written with the next: the stored position never passes a fact that is not stored. */
  private store(writes: readonly StateWrite[]): Promise<void> {
    this.unstored.push(...writes);
    const stored = this.storing.then(async () => {
      const { length } = this.unstored;
      await this.options.state.write(this.unstored.slice(0, length), { sync: false });
      this.unstored.splice(0, length);
    });
    this.storing = stored.catch(() => {});
    return stored;
  }

  /**
   * Registers a device that nobody knows, with a vehicle of the same id; known here at once, durable with the next write.
   * Its facts are appended before any message of it can be.
   */
  async registerOnSight(device: DeviceId, format: string, foreignId: string | null = null): Promise<void> {
    const facts: Fact[] = [{ type: 'device_put', device: deviceOnSight(device, format, foreignId) }];
    if (!this.vehicle(device)) facts.unshift({ type: 'vehicle_put', vehicle: newVehicle(device) });
    for (const fact of facts) this.apply(fact, this.position);
    try {
      await this.append(facts);
    } catch (error) {
      // Nobody knows it then: its next message tries again.
      for (const fact of facts) this.set(entityOf(fact)!.key, undefined);
      throw error;
    }
  }

  private apply(fact: Fact, offset: Offset): StateWrite[] {
    this.position = Math.max(this.position, offset);
    const entity = entityOf(fact);
    if (!entity) return [];
    this.set(entity.key, entity.value);
    const key = PREFIX + entity.key;
    return [
      entity.value === undefined ? { del: key } : { put: key, value: JSON.stringify(entity.value) },
      { put: POSITION, value: String(this.position) },
    ];
  }

  private set(key: string, value: unknown): void {
    this.version += 1;
    const kind = key.slice(0, key.indexOf('/') + 1);
    const old = this.entities.get(key);
    if (kind === 'device/') this.indexForeignId(old as Device | undefined, value as Device | undefined);
    if (value === undefined) this.entities.delete(key);
    else this.entities.set(key, value);
    this.lists.delete(kind);
    if (kind !== 'assignment/') return;
    for (const assignment of [old, value] as (Assignment | undefined)[])
      if (assignment) this.lists.delete(kind + assignment.vehicle);
  }

  private indexForeignId(old: Device | undefined, device: Device | undefined): void {
    if (old?.foreign_id) this.byForeignId.delete(`${old.format}/${old.foreign_id}`);
    if (device?.foreign_id) this.byForeignId.set(`${device.format}/${device.foreign_id}`, device.id);
  }

  private list<T>(kind: string, name = kind, wanted: (value: T) => boolean = () => true): readonly T[] {
    let list = this.lists.get(name);
    if (!list) {
      const keys = [...this.entities.keys()].filter(key => key.startsWith(kind)).sort();
      list = keys.map(key => this.entities.get(key) as T).filter(wanted);
      this.lists.set(name, list);
    }
    return list as readonly T[];
  }

  vehicle(id: VehicleId): Vehicle | undefined {
    return this.entities.get(`vehicle/${id}`) as Vehicle | undefined;
  }
  vehicles(): readonly Vehicle[] {
    return this.list('vehicle/');
  }
  device(id: DeviceId): Device | undefined {
    return this.entities.get(`device/${id}`) as Device | undefined;
  }
  devices(): readonly Device[] {
    return this.list('device/');
  }
  deviceByForeignId(format: string, foreignId: string): Device | undefined {
    const id = this.byForeignId.get(`${format}/${foreignId}`);
    return id === undefined ? undefined : this.device(id);
  }
  rules(): readonly RuleSettings[] {
    return this.list('rule/');
  }
  rule(id: string): RuleSettings | undefined {
    return this.entities.get(`rule/${id}`) as RuleSettings | undefined;
  }
  geofences(): readonly Geofence[] {
    return this.list('geofence/');
  }
  geofence(id: string): Geofence | undefined {
    return this.entities.get(`geofence/${id}`) as Geofence | undefined;
  }
  assignments(vehicle: VehicleId): readonly Assignment[] {
    return this.list<Assignment>('assignment/', `assignment/${vehicle}`, assignment => assignment.vehicle === vehicle);
  }
  /** Kinds of which a default rule was put here once. */
  installedKinds(): readonly AlertKind[] {
    return (this.entities.get('kinds') as readonly AlertKind[] | undefined) ?? [];
  }
  settings(): FleetSettings {
    return (this.entities.get('settings') as FleetSettings | undefined) ?? defaultFleetSettings;
  }
}

/** No secret hashes to this: who wants to log in with one must be given it first. */
const deviceOnSight = (id: DeviceId, format: string, foreignId: string | null): Device => ({
  id,
  vehicle: id,
  format,
  foreign_id: foreignId,
  secret_hash: '',
  old_secret_hash: null,
  old_valid_until: null,
});
