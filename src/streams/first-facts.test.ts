// Proves: every kind gets its default rule exactly once in the life of a data directory: at its first start, or at the first start of a
// version that brings the kind; what people deleted never comes back, and what they made is not overwritten.
import { expect, test } from '@jest/globals';
import type { AlertKind } from '../model/alert.js';
import type { Fact } from '../model/fact.js';
import { defaultFleetSettings } from '../model/fleet-settings.js';
import type { RuleSettings } from '../model/rule-settings.js';
import { days } from '../model/units.js';
import { defaultRuleSettings } from '../rules/default-rules.js';
import { rules } from '../rules/index.js';
import { firstFacts } from './first-facts.js';
import type { FleetRegistry } from './fleet-registry.js';

interface State {
  empty: boolean;
  kinds: AlertKind[];
  rules: RuleSettings[];
}

const start = (state: State, retentionDays = 90): Fact[] => {
  const registry = {
    isEmpty: state.empty,
    installedKinds: () => state.kinds,
    rule: (id: string) => state.rules.find(rule => rule.id === id),
    settings: () => defaultFleetSettings,
  } as unknown as FleetRegistry;
  const facts = firstFacts(registry, 'UTC', days(retentionDays));
  for (const fact of facts) {
    state.empty = false;
    if (fact.type === 'rule_put') state.rules.push(fact.rule);
    if (fact.type === 'kinds_installed') state.kinds = [...fact.kinds];
  }
  return facts;
};

test('a first start puts each rule once, the next one nothing', () => {
  const state: State = { empty: true, kinds: [], rules: [] };
  start(state);
  expect(state.rules).toEqual(defaultRuleSettings());
  expect(start(state)).toEqual([]);
});

test('a directory of before gets the kinds that are new, and not those that people deleted', () => {
  const before = defaultRuleSettings().filter(({ kind }) => ['speeding', 'tow'].includes(kind));
  const state: State = { empty: false, kinds: [], rules: [...before] };
  start(state);
  const kinds = state.rules.map(({ kind }) => kind);
  expect(kinds).toEqual(expect.arrayContaining(['geofence_dwell', 'service_due', 'after_hours_use']));
  // `over_rev` was there at the first start; nobody has it now.
  expect(kinds).not.toContain('over_rev');
  expect(state.kinds.toSorted()).toEqual(rules.map(({ kind }) => kind).toSorted());
  state.rules = [];
  expect(start(state)).toEqual([]);
});

test('a rule of the same id that people made stays as it is', () => {
  const mine = { ...defaultRuleSettings().find(({ kind }) => kind === 'geofence_dwell')!, enabled: false };
  const state: State = { empty: false, kinds: [], rules: [mine] };
  start(state);
  expect(state.rules.filter(({ id }) => id === mine.id)).toEqual([mine]);
});

test('late data is waited for no longer than raw records are kept', () => {
  const state: State = { empty: true, kinds: [], rules: [] };
  start(state);
  expect(start(state, 15)).toEqual([]);
  expect(start(state, 2)).toEqual([{ type: 'settings_put', settings: { ...defaultFleetSettings, lateness: days(2) } }]);
});
