import type { Fact } from '../model/fact.js';
import type { FleetSettings } from '../model/fleet-settings.js';
import type { Geofence } from '../model/geofence.js';
import type { DeviceId, VehicleId } from '../model/ids.js';
import type { RuleSettings } from '../model/rule-settings.js';
import type { Assignment, Device, Vehicle } from '../model/vehicle.js';

/** What the facts so far say: who is there, and what is in force. Held in memory, so that it is there without SQL. */
export interface Registry {
  vehicle(id: VehicleId): Vehicle | undefined;
  /** In order of id. */
  vehicles(): readonly Vehicle[];
  device(id: DeviceId): Device | undefined;
  devices(): readonly Device[];
  deviceByForeignId(format: string, foreignId: string): Device | undefined;
  rules(): readonly RuleSettings[];
  rule(id: string): RuleSettings | undefined;
  geofences(): readonly Geofence[];
  geofence(id: string): Geofence | undefined;
  assignments(vehicle: VehicleId): readonly Assignment[];
  settings(): FleetSettings;
  /**
   * Appends the fact and answers when it is in force: durable, folded by its partitions, and its projections written while SQL is up.
   * @throws {JournalWriteError} it is not
   */
  change(fact: Fact): Promise<void>;
  /** Several facts in one append: all or none. @throws {JournalWriteError} none is in force */
  changeAll(facts: readonly Fact[]): Promise<void>;
}
