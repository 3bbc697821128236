// Proves: every code has words, exact ones where it is generic and common, those of its family else; a maker's code claims no meaning.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dtcText } from './dtc-text.js';

test.each([
  ['P0301', 'misfire in cylinder 1', true, true],
  ['P0312', 'misfire in cylinder 12', true, true],
  ['P0313', 'ignition or misfire', false, true],
  ['P0204', 'injector circuit, cylinder 4', true, true],
  ['P0353', 'ignition coil 3 circuit', true, true],
  ['P0420', 'catalyst works poorly, bank 1', true, true],
  ['P0266', 'cylinder 2 contributes too little', true, true],
  ['P0265', 'injectors, fuel or boost', false, true],
  ['P1301', 'engine or drive train', false, false],
  ['P3000', 'engine or drive train', false, false],
  ['P3400', 'cylinder deactivation', false, true],
  ['U0100', 'no communication with the engine control module', true, true],
  ['C1234', 'chassis: brakes, steering or suspension', false, false],
])('%s: %s', (code, text, exact, generic) => {
  expect(dtcText(code)).toEqual({ text, exact, generic });
});

test('whatever the code', () => {
  const digits = fc.integer({ min: 0, max: 0xfff }).map(n => n.toString(16).toUpperCase().padStart(3, '0'));
  fc.assert(
    fc.property(fc.constantFrom('P', 'C', 'B', 'U'), fc.integer({ min: 0, max: 3 }), digits, (system, digit, rest) => {
      const { text } = dtcText(`${system}${digit}${rest}`);
      expect(text).toMatch(/^[a-z].{4,}$/i);
      expect(text).not.toMatch(/undefined|NaN|unknown/);
    }),
  );
});
