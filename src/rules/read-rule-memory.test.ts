// Proves: memories of rules as earlier versions saved them, as objects, go on where they were: what had begun is told with its own start.
import { expect, test } from '@jest/globals';
import type { ExampleMoment } from './define-rule.js';
import { ruleOf } from './index.js';
import { readRuleMemory } from './read-rule-memory.js';
import { momentOf, runRule } from './run-example.js';

const MINUTE = 60_000;
const NO_VOLTAGE = { from: null, newest: 0, worst: 0, told: false, highest: 0 };
const volts = (externalVoltage: number, at: number, engineOn: boolean): ExampleMoment => ({
  at,
  engineOn,
  reading: { externalVoltage },
});

test.each([
  [
    'charging_fault',
    'a low voltage that has lasted for four minutes',
    {
      low: {
        from: MINUTE,
        newest: 5 * MINUTE,
        worst: 12.1,
        told: false,
        highest: 14.2,
        last: 12.2,
        secondLast: 12.1,
        settled: 12.2,
      },
      high: NO_VOLTAGE,
      dips: 3,
    },
    [volts(12.1, 6 * MINUTE, true), volts(12.1, 61 * MINUTE, true)],
    [{ from: MINUTE, value: 12.1 }],
  ],
  [
    'charging_fault',
    'a high one that was told: it is not told again',
    {
      low: { ...NO_VOLTAGE, highest: 15.9, last: 15.9, secondLast: 15.9, settled: 15.9 },
      high: { from: 0, newest: MINUTE, worst: 15.9, told: true, highest: 0 },
    },
    [volts(15.9, 2 * MINUTE, true), volts(15.9, 3 * MINUTE, true)],
    [],
  ],
  [
    'low_battery',
    'a battery that rests, of a version that did not know from when',
    { from: MINUTE, newest: 2 * MINUTE, worst: 11.5, told: false, highest: 12.4, last: 11.5, secondLast: 11.6, settled: 11.5 },
    [volts(11.4, 3 * MINUTE, false), volts(11.4, 5 * MINUTE, false)],
    [{ from: MINUTE, value: 11.5 }],
  ],
  [
    'engine_overheat',
    'an engine that was too hot and has cooled',
    { rise: { at: 0, temp: 110 }, newest: { at: MINUTE, temp: 118 }, from: 30_000, peak: 121 },
    [{ at: 3 * MINUTE, reading: { signals: { coolant_temp: 90 } } }],
    [{ from: 30_000, to: 3 * MINUTE, value: 121 }],
  ],
  [
    'fuel_drop',
    'a tank at rest that was full',
    { levels: [60, 60, 60, 60, 60], full: 60, nearAt: 4 * MINUTE, told: false, takenAt: 4 * MINUTE },
    [5, 6, 7].map(minute => ({ at: minute * MINUTE, speed: 0, reading: { signals: { fuel_level: 45 } } })),
    [{ from: 6 * MINUTE, to: 7 * MINUTE, value: 14.3, threshold: 10 }],
  ],
  [
    'fuel_drop',
    'one that was driven',
    {
      levels: [],
      full: null,
      nearAt: 0,
      told: false,
      driven: { levels: Array(9).fill(60), takenAt: 0, from: { level: 60, at: 0 }, nearAt: 0, told: false },
    },
    [1, 2, 3, 4, 5].map(minute => ({ at: minute * MINUTE, speed: 50, reading: { signals: { fuel_level: 40 } } })),
    [{ from: 4 * MINUTE, to: 5 * MINUTE, value: 19.3, threshold: 10 }],
  ],
] as const)('%s goes on from %s', (kind, _what, before, moments, finds) => {
  const memory = readRuleMemory(JSON.parse(JSON.stringify(before)));
  expect(Array.isArray(memory)).toBe(true);
  const { findings } = runRule(
    ruleOf(kind)!,
    moments.map(moment => momentOf(moment)),
    undefined,
    memory,
  );
  expect(findings).toEqual(finds.map(find => expect.objectContaining(find)));
});

test('what is a list, and what belongs to none of them, stays what it is', () => {
  const lists = ['charging_fault', 'fuel_drop'].map(kind => ruleOf(kind as 'fuel_drop')!.start());
  for (const kept of [...lists, { from: 5, told: false }, { healthy: 12, low: null, told: false }])
    expect(readRuleMemory(JSON.parse(JSON.stringify(kept)))).toStrictEqual(kept);
});
