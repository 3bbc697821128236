// Proves: the page shows every rule with its parameters, their defaults and its examples, and is the same at each writing.
import { expect, test } from '@jest/globals';
import { rules } from './index.js';
import { writeRulesPage } from './write-rules-page.js';

const page = writeRulesPage(rules);

test('each rule has its section, with each parameter and example', () => {
  for (const rule of rules) {
    const section = page.split('\n## ').find(part => part.startsWith(`${rule.kind}\n`))!;
    for (const name of Object.keys(rule.params.parse({}))) expect(section).toContain(`| \`${name}\` |`);
    for (const { name } of rule.examples) expect(section).toContain(name);
  }
});

test('defaults that depend on the class of the vehicle are spelt out', () => {
  expect(page).toContain('car -3.5, van -3.2, truck -2.5, bus -2.5');
  expect(page).toContain('| `after_s` | number | 900 |');
});

test('written twice, it is the same, and nothing in it is undefined', () => {
  expect(writeRulesPage(rules)).toBe(page);
  expect(page).not.toMatch(/undefined|\[object|NaN/);
});
