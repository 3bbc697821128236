// Proves: the committed pages are what the code says today, whatever machine they were written on, and name every setting.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { environmentName, settingsSchema } from '../src/config/settings.js';
import { generatedPages } from './generated-pages.js';

const root = resolve(import.meta.dirname, '..');

test.each([...generatedPages()])('%s is up to date; else run `npm run docs`', async (file, text) => {
  expect(await readFile(resolve(root, file), 'utf8')).toBe(text);
});

test('each setting has a row with its meaning, and no cell says undefined', () => {
  const page = generatedPages().get('docs/config.md')!;
  for (const [name, { description }] of Object.entries(settingsSchema.shape)) {
    const row = page.split('\n').find(line => line.startsWith(`| \`${environmentName(name)}\` |`));
    expect(row).toContain(`| ${description} |`);
  }
  expect(page).not.toMatch(/undefined|\[object|NaN/);
});
