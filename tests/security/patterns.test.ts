// Proves: no pattern in the code hangs on any of many texts made to hang it (its own letters and those of every class, alone and in pairs, ten thousand of
// them, with an end that does not fit). Where a pattern could try exponentially many ways, one of these would take longer than the age of this project.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createContext, Script } from 'node:vm';
import { expect, jest, test } from '@jest/globals';
import ts from 'typescript';

jest.setTimeout(300_000);

const LENGTH = 10_000;
/** What takes a thousandth of it on a calm machine. */
const HANGS_AFTER_MS = 10_000;
const LETTERS = ['a', 'A', '0', '_', ' ', '\t', '.', ',', ':', ';', '-', '/', '"', '=', '&', '%', 'é', '\n'];
const PAIRS = ['a0', 'a.', 'a ', '0.', '0:', 'a-', 'a,', ', ', 'a/', '%0', 'a=', '. ', '-0'];

interface Found {
  place: string;
  text: string;
}

/** Every pattern that is written in a file. */
const patternsIn = (file: string, source: string): Found[] => {
  const found: Found[] = [];
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.RegularExpressionLiteral) found.push({ place: file, text: node.getText() });
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true));
  return found;
};

const context = createContext({ pattern: /x/, text: '' });
const script = new Script('pattern.lastIndex = 0; pattern.test(text)');

/** @returns whether the pattern was done with the text in time */
const ends = (pattern: RegExp, text: string, within_ms = HANGS_AFTER_MS): boolean => {
  Object.assign(context, { pattern, text });
  try {
    script.runInContext(context, { timeout: within_ms });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false;
    throw error;
  }
};

const patternOf = (literal: string): RegExp => {
  const end = literal.lastIndexOf('/');
  return new RegExp(literal.slice(1, end), literal.slice(end + 1));
};

const textsFor = (literal: string): string[] => {
  const own = [...new Set(literal.replace(/\\./g, '').match(/[\p{L}\p{N}:;,./_-]/gu) ?? [])].slice(0, 8);
  const units = [...LETTERS, ...PAIRS, ...own];
  const start = /^\/\^((?:[\w ]|\\[-./])+)/.exec(literal)?.[1]?.replaceAll('\\', '') ?? '';
  return units.flatMap(unit => {
    const many = unit.repeat(LENGTH / unit.length);
    return [`${many}\0`, `${start}${many}\0`];
  });
};

test('the check finds a pattern that hangs', () => {
  expect(ends(/^(a+)+$/, `${'a'.repeat(40)}!`, 1_000)).toBe(false);
});

test('no pattern of ours hangs', async () => {
  const files = (await readdir('src', { recursive: true })).filter(file => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  const found = (await Promise.all(files.map(async file => patternsIn(file, await readFile(join('src', file), 'utf8'))))).flat();
  expect(found.length).toBeGreaterThan(100);
  const hang = found.filter(({ text }) => textsFor(text).some(one => !ends(patternOf(text), one)));
  expect(hang).toEqual([]);
});
