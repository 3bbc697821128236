// Proves: what was in force at an offset is what the facts before it said, asked for in any order, with ten thousand changes between, and
// when every partition brings the same facts.
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { defaultFleetSettings } from '../../model/fleet-settings.js';
import type { Geofence } from '../../model/geofence.js';
import { defaultRuleSettings } from '../../rules/default-rules.js';
import { Conditions, isSharedFact, type SharedFact } from './conditions.js';

const [template] = defaultRuleSettings();
const putRule = (id: string, enabled = true): SharedFact => ({ type: 'rule_put', rule: { ...template!, id, enabled } });
const fence = (id: string): Geofence => ({
  type: 'Feature',
  id,
  geometry: { type: 'Point', coordinates: [8, 50] },
  properties: {
    name: id,
    on: ['enter'],
    dwell_s: null,
    radius_m: 50,
    width_m: null,
    schedule: null,
    speed_limit_kmh: null,
    groups: [],
  },
});
const rulesAt = (conditions: Conditions, offset: number): string[] =>
  conditions
    .at(offset)
    .rulesFor('v-1', 'car', null)
    .map(({ settings }) => settings.id);

test('rules come, change and go by offset', () => {
  const conditions = new Conditions();
  conditions.apply(10, putRule('b'));
  conditions.apply(20, putRule('a'));
  conditions.apply(30, putRule('b', false));
  conditions.apply(40, { type: 'rule_deleted', id: 'a' });
  expect([0, 9, 10, 19, 20, 29, 30, 39, 40, 99].map(offset => rulesAt(conditions, offset).join())).toEqual([
    '',
    '',
    'b',
    'b',
    'a,b',
    'a,b',
    'a',
    'a',
    '',
    '',
  ]);
});

test('settings are the defaults before any, then the newest', () => {
  const conditions = new Conditions();
  conditions.apply(5, { type: 'settings_put', settings: { ...defaultFleetSettings, zone: 'Asia/Tokyo', lateness: 7 } });
  expect(conditions.at(4).settings).toEqual(defaultFleetSettings);
  expect(conditions.at(5).settings.lateness).toBe(7);
  expect(conditions.at(5).days.zone).toBe('Asia/Tokyo');
});

test('agrees with replaying the facts, in whatever order it is asked', () => {
  const change = fc.record({ id: fc.constantFrom('a', 'b', 'c'), gone: fc.boolean() });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), fc.array(fc.nat(130), { maxLength: 40 }), (changes, asked) => {
      const conditions = new Conditions();
      const facts = changes.map(({ id, gone }): SharedFact => (gone ? { type: 'rule_deleted', id } : putRule(id)));
      facts.forEach((fact, i) => {
        expect(conditions.apply(3 * i + 1, fact)).toBe(true);
        // The other partitions bring it again.
        expect(conditions.apply(3 * i + 1, fact)).toBe(false);
        if (i % 5 === 0) conditions.at(3 * i);
      });
      for (const offset of asked) {
        const wanted = new Set<string>();
        changes.forEach(({ id, gone }, i) => {
          if (3 * i + 1 <= offset) gone ? wanted.delete(id) : wanted.add(id);
        });
        expect(rulesAt(conditions, offset)).toEqual([...wanted].sort());
      }
    }),
  );
});

test('ten thousand fences put one by one, each asked for, cost no ten thousand copies', () => {
  const conditions = new Conditions();
  const began = performance.now();
  for (let i = 1; i <= 10_000; i++) {
    conditions.apply(i, { type: 'geofence_put', geofence: fence(`f-${i}`) });
    conditions.at(i);
  }
  expect(conditions.at(10_000).fences).toBeDefined();
  expect(performance.now() - began).toBeLessThan(3_000);
});

test('who is meant: vehicles, groups and classes restrict, empty lists do not', () => {
  const conditions = new Conditions();
  const rule = (id: string, applies_to: object): SharedFact => ({ type: 'rule_put', rule: { ...template!, id, applies_to } });
  conditions.apply(1, rule('all', { groups: [], vehicles: [], classes: [] }));
  conditions.apply(2, rule('by-class', { classes: ['truck'] }));
  conditions.apply(3, rule('by-group', { groups: ['north'] }));
  conditions.apply(4, rule('by-vehicle', { vehicles: ['v-2'] }));
  conditions.apply(5, rule('by-both', { vehicles: ['v-2'], classes: ['bus'] }));
  const ids = (...who: Parameters<ReturnType<Conditions['at']>['rulesFor']>) =>
    conditions
      .at(5)
      .rulesFor(...who)
      .map(({ settings }) => settings.id);
  expect(ids('v-1', 'car', null)).toEqual(['all']);
  expect(ids('v-1', 'truck', 'north')).toEqual(['all', 'by-class', 'by-group']);
  expect(ids('v-2', 'car', null)).toEqual(['all', 'by-vehicle']);
  expect(ids('v-2', 'bus', 'south')).toEqual(['all', 'by-both', 'by-vehicle']);
});

test('which facts are for everybody', () => {
  expect(isSharedFact(putRule('a'))).toBe(true);
  expect(isSharedFact({ type: 'tick', at: 1 })).toBe(false);
  expect(isSharedFact({ type: 'vehicle_deleted', id: 'v' })).toBe(false);
});
