// Proves: every rule keeps the promises that the runtime builds on. Its examples hold; its memory is all it keeps and survives JSON, so a
// crash at any point loses and repeats nothing; what was not sent raises nothing; it knows no clock and no chance.
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { anyTrace } from '../../tests/harness/any-trace.js';
import { ALERT_KINDS } from '../model/alert.js';
import { ASKED } from '../model/condition.js';
import type { Moment } from '../model/moment.js';
import { defaultRuleSettings } from './default-rules.js';
import type { AnyRule, ExampleMoment, Finding } from './define-rule.js';
import { ruleOf, rules } from './index.js';
import { momentOf, runRule } from './run-example.js';

jest.setTimeout(60_000);
afterEach(() => void jest.restoreAllMocks());

/** Beside the defaults, where those never speak. */
const PARAMS: Record<string, object> = {
  continuous_driving: { after_s: 60, break_s: 300 },
  after_hours_use: { working_hours: { windows: [{ days: [1, 2, 3], from: '08:00', to: '23:30' }] } },
};
const paramsOf = (rule: AnyRule): Record<string, unknown> => rule.params.parse(PARAMS[rule.kind] ?? {});

const identity = ({ from, subject, geofence, dtc }: Finding): string => [from, subject, geofence, dtc].join(' ');

/** What a trace of random moments does not come to: minutes of steady values, or a device that nobody hears. */
const HARD_TO_REACH: readonly string[] = ['device_offline'];

const saved = <T>(memory: T): T => JSON.parse(JSON.stringify(memory)) as T;

describe.each(rules.map(rule => [rule.kind, rule] as const))('%s', (_kind, rule) => {
  const examples = rule.examples.map(example => [example.name, example] as const);

  test.each(examples)('%s', (_name, { given, finds, params }) => {
    const moments = given.map((moment, i) => momentOf(moment, given[i - 1]));
    const { findings } = runRule(rule, moments, rule.params.parse({ ...params }));
    expect(findings).toEqual(finds.map(find => expect.objectContaining(find)));
  });

  test('has an example that finds something, except where the runtime watches', () => {
    expect(rule.kind === 'device_offline' || rule.examples.some(({ finds }) => finds.length > 0)).toBe(true);
  });

  test('finds the same when resumed from saved memory at any cut', () => {
    fc.assert(
      fc.property(anyTrace, fc.nat(60), (trace, cut) => {
        const params = paramsOf(rule);
        const whole = runRule(rule, trace, params);
        const before = runRule(rule, trace.slice(0, cut), params);
        const after = runRule(rule, trace.slice(cut), params, saved(before.memory));
        expect([...before.findings, ...after.findings]).toEqual(whole.findings);
        expect(after.memory).toEqual(whole.memory);
      }),
      { numRuns: 60, seed: 7 },
    );
  });

  test('rests only where a memory that has just begun would find nothing and stay as it is', () => {
    const { rests } = rule;
    if (rests === undefined) return;
    let rested = 0;
    fc.assert(
      fc.property(
        anyTrace,
        fc.constantFrom(undefined, false, true),
        fc.constantFrom('electric', 'diesel', undefined),
        (trace, ignition, fuelType) => {
          for (const sent of trace) {
            const moment: Moment = { ...sent, fuelType, reading: { ...sent.reading, ignition } };
            for (const params of [paramsOf(rule), rule.params.parse({})]) {
              if (!rests(moment, params)) continue;
              rested++;
              const { findings, memory } = runRule(rule, [moment], params);
              expect(findings).toEqual([]);
              expect(memory).toStrictEqual(rule.start());
            }
          }
        },
      ),
      { numRuns: 60, seed: 10 },
    );
    expect(rested).toBeGreaterThan(100);
  });

  test('keeps a memory that JSON gives back exactly, of bounded size', () => {
    fc.assert(
      fc.property(anyTrace, trace => {
        const again = trace.map(moment => ({ ...moment, at: moment.at + 86_400_000 }));
        const { memory } = runRule(rule, [...trace, ...again], paramsOf(rule));
        expect(saved(memory)).toStrictEqual(memory);
        expect(JSON.stringify(memory).length).toBeLessThan(2_000);
      }),
      { numRuns: 40, seed: 8 },
    );
  });

  test('raises nothing from moments in which nothing was sent', () => {
    const silent = Array.from({ length: 200 }, (_, i) => momentOf({ at: i * 60_000 }));
    expect(runRule(rule, silent).findings).toEqual([]);
  });

  test('raises nothing new at a moment in which nothing was sent, wherever it comes', () => {
    const params = paramsOf(rule);
    fc.assert(
      fc.property(anyTrace, fc.nat(60), (trace, cut) => {
        const { findings, memory } = runRule(rule, trace.slice(0, cut), params);
        const last = trace[Math.min(cut, trace.length) - 1];
        if (last === undefined) return;
        const { servicePlan, zone } = last;
        const told: Finding[] = [];
        rule.step(memory, momentOf({ at: last.at + 1, servicePlan, zone }, last), params, finding => void told.push(finding));
        // What was told may end; nothing begins.
        const known = new Set(findings.map(identity));
        expect(told.map(identity).filter(one => !known.has(one))).toEqual([]);
      }),
      { numRuns: 80, seed: 11 },
    );
  });

  test('finds and remembers the same without the moments that lack what it needs', () => {
    const params = paramsOf(rule);
    const part = typeof rule.needs === 'function' ? rule.needs(params) : rule.needs;
    if (part === undefined) return;
    const has = (moment: Moment): boolean => (part === 'force' ? moment.force !== undefined : moment[part].length > 0);
    fc.assert(
      fc.property(anyTrace, trace => {
        const some = trace.filter(has);
        // What falls due up to the end of the trace falls due in both.
        const end = momentOf({ at: (trace.at(-1)?.at ?? 0) + 1 });
        expect(runRule(rule, [...some, end], params)).toEqual(runRule(rule, [...trace, end], params));
      }),
      { numRuns: 100, seed: 9 },
    );
  });

  test('asks neither the clock nor chance, and changes nothing of what it is shown', () => {
    const forbidden = () => {
      throw new Error('a rule has no clock and no chance');
    };
    jest.spyOn(Date, 'now').mockImplementation(forbidden);
    jest.spyOn(Math, 'random').mockImplementation(forbidden);
    for (const { given } of rule.examples) {
      const moments = given.map(moment => momentOf(moment));
      const shown = JSON.stringify(moments);
      runRule(rule, moments);
      expect(JSON.stringify(moments)).toBe(shown);
    }
  });

  test('has findings with a start that is not after the moment that told them', () => {
    fc.assert(
      fc.property(anyTrace, trace => {
        const last = trace.at(-1)?.at ?? 0;
        for (const { from, to, value, message } of runRule(rule, trace, paramsOf(rule)).findings) {
          expect(from).toBeLessThanOrEqual(last);
          expect(to ?? from).toBeGreaterThanOrEqual(from);
          expect(Number.isFinite(value ?? 0)).toBe(true);
          expect(message).not.toMatch(/undefined|NaN|null/);
        }
      }),
      { numRuns: 40, seed: 9 },
    );
  });

  test('explains any moment without changing anything, in words and numbers that JSON keeps', () => {
    const params = paramsOf(rule);
    fc.assert(
      fc.property(anyTrace, trace => {
        const memory = rule.start();
        for (const moment of trace) {
          runRule(rule, [moment], params, memory);
          const before = JSON.stringify([memory, moment]);
          const conditions = rule.explain!(memory, moment, params);
          expect(JSON.stringify([memory, moment])).toBe(before);
          expect(conditions.length).toBeGreaterThan(0);
          // What has no words of its own for other languages is a number, a yes or no, or names that people gave.
          for (const { condition, said } of conditions) expect(ASKED[said!.asked]).toBe(condition);
          expect(saved(conditions)).toStrictEqual(conditions);
          expect(JSON.stringify(conditions)).not.toMatch(/undefined|NaN|Infinity/);
        }
      }),
      { numRuns: 20, seed: 10 },
    );
  });

  test.each(examples)('explains: %s', (_name, { given, finds, params }) => {
    const checked = rule.params.parse({ ...params });
    const memory = rule.start();
    const before: ExampleMoment[] = [];
    let told = false;
    for (const example of given) {
      const moment = momentOf(example, before.at(-1));
      before.push(example);
      const { findings } = runRule(rule, [moment], checked, memory);
      const conditions = rule.explain!(memory, moment, checked);
      told ||= findings.length > 0;
      // What nothing came of has a condition that did not hold, at each of its moments.
      if (finds.length === 0) expect(conditions.filter(({ holds }) => !holds)).not.toEqual([]);
    }
    expect(told).toBe(finds.length > 0);
  });

  test('takes its own defaults back as they are shown', () => {
    const params = rule.params.parse({});
    expect(rule.params.parse(saved(params))).toEqual(params);
    expect(() => rule.params.parse({ no_such_parameter: 1 })).toThrow();
  });
});

// Proves: the traces reach every rule. One that they never make speak would be held to nothing by all of the above.
test('random traces make nearly every rule speak', () => {
  const traces = fc.sample(anyTrace, { numRuns: 300, seed: 12 });
  const silent = rules.filter(rule => !traces.some(trace => runRule(rule, trace, paramsOf(rule)).findings.length > 0));
  expect(silent.map(({ kind }) => kind).filter(kind => !HARD_TO_REACH.includes(kind))).toEqual([]);
});

test('no rule file names the clock or chance', () => {
  const folder = new URL('.', import.meta.url);
  for (const file of readdirSync(folder).filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts'))) {
    expect([
      file,
      readFileSync(new URL(file, folder), 'utf8').match(/Date\.now|new Date\(\)|Math\.random|performance\./),
    ]).toEqual([file, null]);
  }
});

test('each rule file is listed, each kind once, and installed once, enabled', () => {
  const files = readdirSync(new URL('.', import.meta.url)).filter(name => name.endsWith('.rule.ts'));
  expect(rules.map(({ kind }) => `${kind.replaceAll('_', '-')}.rule.ts`).sort()).toEqual(files.sort());
  expect(new Set(rules.map(({ kind }) => kind)).size).toBe(rules.length);
  for (const { kind } of rules) expect(ALERT_KINDS).toContain(kind);
  expect(defaultRuleSettings().map(({ id, enabled }) => [id, enabled])).toEqual(
    rules.map(({ kind }) => [`default-${kind.replaceAll('_', '-')}`, true]),
  );
  for (const { kind } of rules) expect(ruleOf(kind)?.kind).toBe(kind);
});
