import type { AlertKind } from '../model/alert.js';
import type { Fact } from '../model/fact.js';
import { defaultFleetSettings } from '../model/fleet-settings.js';
import type { Millis } from '../model/units.js';
import { defaultRuleSettings } from '../rules/default-rules.js';
import type { FleetRegistry } from './fleet-registry.js';

/** What a data directory has that was begun before it was noted which kinds were installed: the kinds of then. */
const FIRST_KINDS: readonly AlertKind[] = [
  'geofence_enter',
  'geofence_exit',
  'harsh_braking',
  'harsh_acceleration',
  'speeding',
  'over_rev',
  'excessive_idle',
  'power_loss',
  'device_offline',
  'low_battery',
  'charging_fault',
  'engine_overheat',
  'diagnostic_trouble_code',
  'fuel_low',
  'fuel_drop',
  'tow',
  'possible_crash',
  'continuous_driving',
];

/**
 * What a start has to say before anything is folded: a default rule for each kind that never had one here (all at the very first start, new
 * ones at the first start of a version that brings them; what people deleted stays deleted); the zone, where it was changed; and a lateness
 * that reaches no further back than raw records are kept: later data could not be folded into what is gone.
 * @param retention how long raw records are kept
 */
export const firstFacts = (registry: FleetRegistry, zone: string, retention: Millis): Fact[] => {
  const facts: Fact[] = [];
  const noted = registry.installedKinds();
  const had = noted.length > 0 ? noted : registry.isEmpty ? [] : FIRST_KINDS;
  const rules = defaultRuleSettings().filter(({ kind }) => !had.includes(kind));
  for (const rule of rules) if (registry.rule(rule.id) === undefined) facts.push({ type: 'rule_put', rule });
  if (rules.length > 0 || noted.length === 0)
    facts.push({ type: 'kinds_installed', kinds: [...had, ...rules.map(({ kind }) => kind)] });
  const known = { ...defaultFleetSettings, ...registry.settings() };
  const lateness = Math.min(known.lateness, retention);
  if (registry.isEmpty || known.zone !== zone || known.lateness !== lateness)
    facts.push({ type: 'settings_put', settings: { ...known, zone, lateness } });
  return facts;
};
