// Proves: no page of ours points nowhere: every relative link and picture in a Markdown file leads to a file that is there, and every `#part` to a
// heading of that page; and every decision stands in their index.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { expect, test } from '@jest/globals';

const pages = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.md'], { encoding: 'utf8' })
  .split('\0')
  .filter(page => page !== '' && existsSync(page));

const withoutCode = (text: string): string => text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, '');

/** As GitHub names headings: small letters, no punctuation, a hyphen for each space. */
const anchorsIn = (text: string): readonly string[] =>
  [...text.matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading]) =>
    heading!
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  );
const anchors = new Map<string, readonly string[]>();
const anchorsOf = (file: string): readonly string[] => {
  const known = anchors.get(file) ?? anchorsIn(readFileSync(file, 'utf8'));
  anchors.set(file, known);
  return known;
};

const linksOf = (text: string): string[] =>
  [/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g, /(?:src|srcset|href)="([^"]+)"/g, /^\[[^\]]+\]: (\S+)/gm].flatMap(form =>
    [...text.matchAll(form)].map(([, target]) => target!),
  );

/** What is wrong with a link; undefined where it leads somewhere. */
const broken = (page: string, target: string): string | undefined => {
  if (/^[a-z][a-z0-9+.-]*:|^\/\//i.test(target)) return undefined;
  const [path = '', anchor] = decodeURIComponent(target).split('#');
  const file = path === '' ? page : normalize(join(dirname(page), path));
  if (file.startsWith('..') || !existsSync(file)) return `${page}: ${target} is not there`;
  if (anchor === undefined || anchor === '' || !file.endsWith('.md') || statSync(file).isDirectory()) return undefined;
  return anchorsOf(file).includes(anchor) ? undefined : `${page}: ${target} names no heading`;
};

test('relative links of all pages lead somewhere', () => {
  const links = pages.flatMap(page => linksOf(withoutCode(readFileSync(page, 'utf8'))).map(target => ({ page, target })));
  expect(links.length).toBeGreaterThan(50);
  expect(links.flatMap(({ page, target }) => broken(page, target) ?? [])).toEqual([]);
});

test('every decision stands once in their index, under the title of its page', () => {
  const index = readFileSync('docs/decisions/README.md', 'utf8');
  const decisions = pages.filter(page => /^docs\/decisions\/\d{4}-/.test(page));
  const wrong = decisions.filter(page => {
    const [, number, title] = /^# (\d{4}):? (.+)$/m.exec(readFileSync(page, 'utf8')) ?? [];
    const link = `[${number}](${basename(page)})`;
    // One that was superseded stands in the line of the one that did it.
    return (
      number !== basename(page).slice(0, 4) ||
      index.split(link).length !== 2 ||
      !(index.includes(`- ${link} ${title}`) || index.includes(`; before it ${link}`))
    );
  });
  expect(wrong).toEqual([]);
  expect(new Set(decisions.map(page => basename(page).slice(0, 4))).size).toBe(decisions.length);
  expect(decisions.length).toBeGreaterThan(50);
});

test('what leads nowhere is found', () => {
  const page = '[a](b.md) ![c](d.png "e") `[f](g)` <img src="h.svg"> [i](<j.md#k>)';
  expect(linksOf(withoutCode(page))).toEqual(['b.md', 'd.png', 'j.md#k', 'h.svg']);
  expect(broken('docs/rules.md', 'nothing.md')).toBe('docs/rules.md: nothing.md is not there');
  expect(broken('README.md', 'docs/rules.md#not-a-rule')).toBe('README.md: docs/rules.md#not-a-rule names no heading');
  expect(broken('docs/rules.md', '../README.md')).toBeUndefined();
});
