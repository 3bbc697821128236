import type { VehicleId } from '../model/ids.js';
import type { RuleSettings } from '../model/rule-settings.js';
import type { Registry } from '../ports/registry.js';
import type { Caller } from './caller.js';

type Groups = Pick<Caller, 'groups'>;

const unlimited = (caller: Groups): boolean => caller.groups.length === 0;

/** May this caller see this vehicle? A vehicle that is not registered is nobody's but the unlimited's. */
export const seesVehicle = (caller: Groups, registry: Registry, vehicle: VehicleId): boolean =>
  unlimited(caller) || inGroups(caller, registry.vehicle(vehicle)?.group);

/** Is something that belongs to `group` this caller's to see? */
export const inGroups = (caller: Groups, group: string | null | undefined): boolean =>
  unlimited(caller) || (group !== null && group !== undefined && caller.groups.includes(group));

/** The vehicles a caller may see, for queries; undefined = all. */
export const visibleVehicles = (caller: Groups, registry: Registry): readonly VehicleId[] | undefined =>
  unlimited(caller)
    ? undefined
    : registry
        .vehicles()
        .filter(vehicle => inGroups(caller, vehicle.group))
        .map(vehicle => vehicle.id);

/** What of a list of groups a caller may read: the names of others are not theirs to know. */
export const readableGroups = <G extends readonly string[]>(caller: Groups, groups: G): G =>
  (unlimited(caller) ? groups : groups.filter(group => caller.groups.includes(group))) as G;

/** Does something that applies to `groups` (empty = everybody) stay within the caller's own? What reaches further is not theirs to change. */
export const governs = (caller: Groups, groups: readonly string[]): boolean =>
  unlimited(caller) || (groups.length > 0 && groups.every(group => caller.groups.includes(group)));

/** Does something that applies to `groups` (empty = everybody) concern the caller at all? */
export const concerns = (caller: Groups, groups: readonly string[]): boolean =>
  unlimited(caller) || groups.length === 0 || groups.some(group => caller.groups.includes(group));

/** Does a rule concern the caller? One for vehicles of others only is none of theirs. */
export const seesRule = (
  caller: Groups,
  registry: Registry,
  { applies_to: { groups = [], vehicles = [] } }: RuleSettings,
): boolean =>
  concerns(caller, groups) && (vehicles.length === 0 || vehicles.some(vehicle => seesVehicle(caller, registry, vehicle)));
