// Proves: every parameter of every rule reaches the form that is made from it, with a default that the rule itself takes.
import { expect, test } from '@jest/globals';
import { ruleKindOf } from '../api/wire/rule-kind.js';
import { ruleSchemas } from './rule-schemas.js';

/** Another name of one that is shown, the working hours, which are the rule's schedule, and a list of words, which is set over REST. */
const NO_FIELD = ['threshold_mps2', 'working_hours', 'parts'];

test('whatever a rule keeps has a field, and its defaults are taken as they are told', () => {
  for (const kind of ruleSchemas.kinds) {
    const { params, when } = ruleKindOf(kind, ruleSchemas);
    const schema = ruleSchemas.schemaOf(kind);
    const kept = schema?.parse({}) as Record<string, unknown>;
    expect(params.map(({ name }) => name).sort()).toEqual(
      Object.keys(kept)
        .filter(name => !NO_FIELD.includes(name))
        .sort(),
    );
    const told = Object.fromEntries(params.map(param => [param.name, param.default]));
    expect(schema?.parse(told)).toEqual(kept);
    expect(when).not.toBe('');
  }
});

test('thresholds by class and their unit', () => {
  const [limit] = ruleKindOf('speeding', ruleSchemas).params;
  expect(limit).toMatchObject({ name: 'limit_kmh', per_class: true, unit: 'km/h', default: { truck: 90 } });
});
