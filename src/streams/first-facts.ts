import type { Fact } from '../model/fact.js';
import { defaultFleetSettings } from '../model/fleet-settings.js';
import { defaultRuleSettings } from '../rules/default-rules.js';
import type { FleetRegistry } from './fleet-registry.js';

/** What a start has to say before anything is folded: at the very first one rule per kind; at any the zone, where it was changed. */
export const firstFacts = (registry: FleetRegistry, zone: string): Fact[] => {
  const facts: Fact[] = [];
  if (registry.isEmpty) for (const rule of defaultRuleSettings()) facts.push({ type: 'rule_put', rule });
  if (registry.isEmpty || registry.settings().zone !== zone) {
    facts.push({ type: 'settings_put', settings: { ...defaultFleetSettings, ...registry.settings(), zone } });
  }
  return facts;
};
