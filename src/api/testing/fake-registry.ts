import type { Fact } from '../../model/fact.js';
import { defaultFleetSettings, type FleetSettings } from '../../model/fleet-settings.js';
import type { Geofence } from '../../model/geofence.js';
import type { RuleSettings } from '../../model/rule-settings.js';
import type { Assignment, Device, Vehicle } from '../../model/vehicle.js';
import type { Registry } from '../../ports/registry.js';

const sorted = <T extends { id: string }>(map: ReadonlyMap<string, T>): T[] =>
  [...map.values()].sort((a, b) => (a.id < b.id ? -1 : 1));

/** A registry in memory that folds facts the moment they are appended. `facts` is what was appended. */
export const createFakeRegistry = (onFact: (fact: Fact) => void = () => {}): Registry & { facts: Fact[] } => {
  const vehicles = new Map<string, Vehicle>();
  const devices = new Map<string, Device>();
  const rules = new Map<string, RuleSettings>();
  const fences = new Map<string, Geofence>();
  const assignments = new Map<string, Assignment>();
  const facts: Fact[] = [];
  let settings: FleetSettings = defaultFleetSettings;

  const fold = (fact: Fact): void => {
    switch (fact.type) {
      case 'vehicle_put':
        vehicles.set(fact.vehicle.id, fact.vehicle);
        break;
      case 'vehicle_deleted':
        vehicles.delete(fact.id);
        break;
      case 'device_put':
        devices.set(fact.device.id, fact.device);
        break;
      case 'device_deleted':
        devices.delete(fact.id);
        break;
      case 'rule_put':
        rules.set(fact.rule.id, fact.rule);
        break;
      case 'rule_deleted':
        rules.delete(fact.id);
        break;
      case 'geofence_put':
        fences.set(fact.geofence.id, fact.geofence);
        break;
      case 'geofence_deleted':
        fences.delete(fact.id);
        break;
      case 'settings_put':
        settings = fact.settings;
        break;
      case 'assignment_put':
        assignments.set(fact.assignment.id, fact.assignment);
        break;
      case 'assignment_deleted':
        assignments.delete(fact.id);
        break;
    }
  };

  return {
    facts,
    vehicle: id => vehicles.get(id),
    vehicles: () => sorted(vehicles),
    device: id => devices.get(id),
    devices: () => sorted(devices),
    deviceByForeignId: (format, foreignId) => sorted(devices).find(one => one.format === format && one.foreign_id === foreignId),
    rules: () => sorted(rules),
    rule: id => rules.get(id),
    geofences: () => sorted(fences),
    geofence: id => fences.get(id),
    assignments: vehicle => sorted(assignments).filter(one => one.vehicle === vehicle),
    settings: () => settings,
    async change(fact) {
      facts.push(fact);
      fold(fact);
      onFact(fact);
    },
    async changeAll(several) {
      for (const fact of several) {
        facts.push(fact);
        fold(fact);
        onFact(fact);
      }
    },
  };
};
