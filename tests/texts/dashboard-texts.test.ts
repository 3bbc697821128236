// Proves: a translation of the dashboard is one file and whole. Each language has every text of the other, also of lists that types leave open; every
// parameter of a rule has a name for people; every refusal and every sentence of the server has German words; and no text that people read stands outside of web/src/texts.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from '@swc/core';
import { build } from 'esbuild';
import { ruleKindOf } from '../../src/api/wire/rule-kind.js';
import { ruleSchemas } from '../../src/app/rule-schemas.js';
import { ASKED, PHRASES } from '../../src/model/condition.js';
import { dtcText } from '../../src/model/dtc-text.js';
import { SAYINGS } from '../../src/model/saying.js';
import { KNOWN_SIGNALS } from '../../src/model/told-signals.js';
import { WANTED } from '../../src/model/wanted.js';
import { PID_TABLE } from '../../src/protocols/obd/pid-table.js';

type Tree = { readonly [key: string]: unknown };
const web = 'web/src';
let folder: string;
let en: Tree;
let de: Tree;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'telltale-texts-'));
  const load = async (language: string): Promise<Tree> => {
    const outfile = join(folder, `${language}.mjs`);
    await build({ entryPoints: [`${web}/texts/${language}.ts`], bundle: true, format: 'esm', outfile, logLevel: 'error' });
    return ((await import(pathToFileURL(outfile).href)) as Record<string, Tree>)[language]!;
  };
  [en, de] = await Promise.all([load('en'), load('de')]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Every text with its path and what it is: `nav.live string`, `feed.count function 1`. */
const shapeOf = (tree: Tree, path = ''): string[] =>
  Object.entries(tree).flatMap(([key, value]) => {
    if (typeof value === 'object' && value !== null) return shapeOf(value as Tree, `${path}${key}.`);
    return [`${path}${key} ${typeof value}${typeof value === 'function' ? ` ${value.length}` : ''}`];
  });

const sentencesOf = (tree: Tree, path = ''): [path: string, text: string][] =>
  Object.entries(tree).flatMap(([key, value]): [string, string][] => {
    if (typeof value === 'string') return [[`${path}${key}`, value]];
    return typeof value === 'object' && value !== null ? sentencesOf(value as Tree, `${path}${key}.`) : [];
  });

/** Sentences of the server, which stand in for those that a language lacks; and names of signals, whose keys are English words. */
const OPEN = /^(rules\.(kindWhen|paramAbout)|signal)\./;

test('German has what English has, and nothing else', () => {
  const shape = (tree: Tree): string[] =>
    shapeOf(tree)
      .filter(line => !OPEN.test(line))
      .sort();
  expect(shape(de)).toEqual(shape(en));
});

test('no text is empty, and no German sentence is an English one', () => {
  const english = new Map(sentencesOf(en));
  const german = sentencesOf(de);
  expect([...english].filter(([, text]) => text.trim() === '')).toEqual([]);
  expect(german.filter(([, text]) => text.trim() === '')).toEqual([]);
  expect(german.filter(([path, text]) => text.split(' ').length > 3 && english.get(path) === text)).toEqual([]);
});

test.each(ruleSchemas.kinds)('%s: its parameters have names in both languages', kind => {
  const names = ruleKindOf(kind, ruleSchemas).params.map(({ name }) => name);
  const named = (tree: Tree): string[] => names.filter(name => name in ((tree.rules as Tree).param as Tree));
  expect({ en: named(en), de: named(de) }).toEqual({ en: names, de: names });
});

// One word is a unit.
const isSentence = (about: string | null): boolean => (about ?? '').includes(' ');

test.each(ruleSchemas.kinds)('%s: what the server says of it and of its parameters is said in German too', kind => {
  const { kindWhen, paramAbout } = de.rules as Record<string, Tree>;
  const { params } = ruleKindOf(kind, ruleSchemas);
  const lacking = params.filter(
    ({ name, about }) => isSentence(about) && !(name in paramAbout!) && !(`${kind}.${name}` in paramAbout!),
  );
  expect(lacking.map(({ name }) => name)).toEqual([]);
  expect(kindWhen![kind]).toBeDefined();
});

/** Where routes refuse: `new ApiProblem(404, 'not_found', …)`. */
const CODE = /new ApiProblem\(\s*\d+,\s*'([a-z_]+)'/g;

test('what the server refuses is said in German by its code; in English its own sentence says it', async () => {
  const files = (await readdir('src/api', { recursive: true })).filter(name => name.endsWith('.ts'));
  const sources = await Promise.all(files.map(file => readFile(join('src/api', file), 'utf8')));
  const codes = [...new Set(sources.flatMap(source => [...source.matchAll(CODE)].map(([, code]) => code!)))];
  expect(codes.length).toBeGreaterThan(15);
  const refused = (tree: Tree) => (code: string) =>
    (tree.refused as (code: string, detail: string) => string)(code, 'A sentence.');
  expect(codes.filter(code => refused(de)(code) === 'A sentence.')).toEqual([]);
  expect(codes.map(refused(en))).toEqual(codes.map(() => 'A sentence.'));
  // What a proxy in between answers has no code.
  expect(refused(de)('unknown')).toBe('A sentence.');
});

const REASON = /(?:reason: |failed\()'([a-z_]+)'/g;

test('why something was not delivered is said in German by its reason', async () => {
  const files = (
    await Promise.all(
      ['src/adapters/outlets', 'src/streams/outlets'].map(async at => (await readdir(at)).map(name => join(at, name))),
    )
  ).flat();
  const sources = await Promise.all(files.filter(name => !name.endsWith('.test.ts')).map(file => readFile(file, 'utf8')));
  const reasons = [...new Set(sources.flatMap(source => [...source.matchAll(REASON)].map(([, reason]) => reason!)))];
  expect(reasons.length).toBeGreaterThan(8);
  const say = (tree: Tree) => (reason: string | null) =>
    ((tree.told as Tree).undelivered as (reason: string | null, detail: string, status: number | null) => string)(
      reason,
      'A text.',
      500,
    );
  expect([...reasons, 'status', 'redirect'].filter(reason => say(de)(reason) === 'A text.')).toEqual([]);
  expect(reasons.map(say(en))).toEqual(reasons.map(() => 'A text.'));
  // Of a newer server, and of what was stored before there were reasons.
  expect(['of_a_newer_server', null].map(say(de))).toEqual(['A text.', 'A text.']);
});

/** What stands in sentences: words that would show, and a number that is its own wherever it stands. */
const SAMPLE: Readonly<Record<string, string | number | boolean>> = {
  ...{ state: 'confirmed', how: 'cut', part: 'battery', missing: 'pedal', what: 'webhook', cause: 'rich', parts: 'braking' },
  ...{ at: '2026-03-14', low: '2026-03-12', high: '2026-03-18', due: '2026-03-14', unit: 'km', lamp: true, falls: true },
  ...{
    ...{ expected: 'number', values: 'a, b', form: 'id', id: 'x-1', status: 'open', device: 'dev-1', zone: 'UTC', beyond: true },
    stay_s: 60,
    topic: 'braking',
    too_much: true,
    fence: 'Depot',
    dtc: 'P0301',
    meaning: 'misfire',
    name: 'Oil',
    group: 'north',
    codes: 'P0302',
  },
};

/** The same for conditions; what is a number here is one there. */
const PHRASE_SAMPLE: Readonly<Record<string, string | boolean>> = {
  ...{ unit: 'km/h', zone: 'UTC', source: 'obd', dtc: 'P0301', state: 'pending', codes: 'P0301', part: 'battery', bad: true },
  ...{
    parts: 'battery',
    name: 'Oil',
    class: 'van',
    group: 'north',
    classes: 'van',
    groups: 'north',
    vehicles: 'v-1',
    alert: 'a-1',
  },
};

test.each(Object.entries(SAYINGS))(
  '%s: the sentence of the server is said in German, with all that stands in it',
  (code, names) => {
    const words = Object.fromEntries(names.map((name, n) => [name, SAMPLE[name] ?? 201 + n]));
    const say = (tree: Tree) =>
      (tree.sentences as (said: unknown[], text: string) => string)([{ code, ...words }], 'A sentence.');
    expect(say(en)).toBe('A sentence.');
    const german = say(de);
    expect(german).not.toBe('A sentence.');
    expect(german).toMatch(/\.$/);
    expect(german).not.toMatch(/undefined|NaN|null|object/);
    for (const [name, word] of Object.entries(words))
      if (typeof word === 'number') expect({ [name]: german }).toEqual({ [name]: expect.stringContaining(String(word)) });
  },
);

/** How streams of devices can be damaged: `unreadable('crc', …)`, `damaged('records', …)`, `wrong('login', …)`. */
const DAMAGE = /(?:unreadable|damaged|#lost|wrong)\('([a-z]+)', [`'](?:codec|no |the |neither|data )/g;

test('each signal that the server knows has a German name of its own', () => {
  const names = de.signal as Record<string, string>;
  const known = new Set<string>(KNOWN_SIGNALS);
  for (const layout of PID_TABLE) for (const field of layout?.fields ?? []) if (field.kind === 'number') known.add(field.name);
  expect([...known].filter(signal => !Object.hasOwn(names, signal))).toEqual([]);
  expect(new Set([...known].map(signal => names[signal])).size).toBe(known.size);
});

test('what a device sends wrong is said in German: what it had to be, and how it was damaged', async () => {
  const say = (said: object): string => (de.sentences as (said: unknown[], text: string) => string)([said], 'A sentence.');
  for (const [wanted, words] of Object.entries(WANTED)) {
    const german = say({ code: 'sent_must_be', name: 'x', wanted, sent: '7' });
    expect([wanted, german.includes(` ${words} `), german.includes(wanted) && !/^(?:code|codes|id)$/.test(wanted)]).toEqual([
      wanted,
      false,
      false,
    ]);
  }
  const files = (await readdir('src/protocols', { recursive: true })).filter(name => /(?<!\.test)\.ts$/.test(name));
  const sources = await Promise.all(files.map(file => readFile(join('src/protocols', file), 'utf8')));
  const kinds = [...new Set(sources.flatMap(source => [...source.matchAll(DAMAGE)].map(([, kind]) => kind!)))];
  expect(kinds.sort()).toEqual(['crc', 'frame', 'length', 'login', 'records']);
  for (const what of [...kinds, 'checksum']) expect(say({ code: 'frame_damaged', what })).not.toContain(`: ${what}.`);
});

test('each trouble code means in German what it means in English, and two that differ in English differ in German', () => {
  const meaning = de.codeMeaning as (code: string, text: string) => string;
  const german = new Map<string, string>();
  const english = new Map<string, string>();
  const apart: string[] = [];
  for (const system of ['P', 'C', 'B', 'U'])
    for (let n = 0; n < 0x4000; n++) {
      const code = system + n.toString(16).toUpperCase().padStart(4, '0');
      const { text } = dtcText(code);
      const words = meaning(code, text);
      if ((german.get(text) ?? words) !== words || (english.get(words) ?? text) !== text) apart.push(`${code} ${text} ${words}`);
      german.set(text, words);
      english.set(words, text);
    }
  expect(apart).toEqual([]);
  expect(german.size).toBeGreaterThan(200);
  for (const [text, words] of german) {
    expect(words).not.toBe(text);
    expect(words.match(/\d+/g) ?? []).toEqual(text.match(/\d+/g) ?? []);
  }
  expect((en.codeMeaning as typeof meaning)('P0301', 'misfire in cylinder 1')).toBe('misfire in cylinder 1');
});

interface Shown {
  condition: string;
  saw: unknown;
  needs: string;
}
const conditionIn = (tree: Tree, of: unknown) => (tree.condition as (of: unknown) => Shown)(of);
const ENGLISH: Shown = { condition: 'A thing', saw: 'a value', needs: 'another' };

test('what rules ask is said in German, each thing in words of its own', () => {
  const ask = (tree: Tree) => (code: string) =>
    conditionIn(tree, { ...ENGLISH, said: { asked: code, needs: { code: 'yes' } } }).condition;
  const codes = Object.keys(ASKED);
  expect(codes.map(ask(en))).toEqual(codes.map(() => ENGLISH.condition));
  const german = codes.map(ask(de));
  expect(german.filter(words => words === ENGLISH.condition)).toEqual([]);
  expect(new Set(german).size).toBe(new Set(Object.values(ASKED)).size);
});

test.each(Object.entries(PHRASES))(
  '%s: what a rule needs or saw is said in German, with all that stands in it',
  (code, names) => {
    const words = Object.fromEntries(names.map((name, n) => [name, PHRASE_SAMPLE[name] ?? 201 + n]));
    const said = { asked: 'speed', needs: { code, ...words }, saw: [{ code, ...words }] };
    const { needs, saw } = conditionIn(de, { ...ENGLISH, said });
    expect(needs).toBe(saw);
    expect(needs).not.toBe(ENGLISH.needs);
    expect(needs).not.toMatch(/undefined|NaN|null|object/);
    for (const word of Object.values(words)) if (typeof word === 'number') expect(needs).toContain(String(word));
  },
);

test('of a condition that a language does not know, the English is shown', () => {
  const newer = { asked: 'of_a_newer_server', needs: { code: 'of_a_newer_server' }, saw: [{ code: 'of_a_newer_server' }] };
  expect(conditionIn(de, { ...ENGLISH, said: newer })).toEqual(ENGLISH);
  expect(conditionIn(de, ENGLISH)).toEqual(ENGLISH);
});

test('a sentence that a language does not know is shown as the server wrote it', () => {
  const say = de.sentences as (said: unknown, text: string) => string;
  expect(say([{ code: 'power_well' }, { code: 'of_a_newer_server' }], 'A sentence.')).toBe('A sentence.');
  expect(say(undefined, 'A sentence.')).toBe('A sentence.');
});

const READ = new Set([
  'label',
  'title',
  'hint',
  'placeholder',
  'aria-label',
  'alt',
  'confirm',
  'empty',
  'emptyHint',
  'failed',
  'head',
]);
/** Signs that are the same in every language, and what is written in no language at all. */
const NEUTRAL = /^(CO₂|SHA-256|https:\/\/|[^\p{Letter}]*)$/u;

interface Node {
  type?: string;
  value?: unknown;
  name?: { value?: string; name?: { value?: string }; namespace?: { value: string } };
}

/** Texts that a component has in itself: between tags, and in attributes that people read. */
const textsIn = (node: unknown, found: string[] = []): string[] => {
  if (Array.isArray(node)) for (const one of node) textsIn(one, found);
  else if (typeof node === 'object' && node !== null) {
    const { type, value, name } = node as Node;
    if (type === 'JSXText' && !NEUTRAL.test(String(value).trim())) found.push(String(value).trim());
    const literal = value as Node | null;
    if (type === 'JSXAttribute' && READ.has(name?.value ?? '') && literal?.type === 'StringLiteral') {
      if (!NEUTRAL.test(String(literal.value))) found.push(`${name?.value}="${literal.value}"`);
    }
    for (const child of Object.values(node)) if (typeof child === 'object') textsIn(child, found);
  }
  return found;
};

test('no text stands outside of the texts', async () => {
  const files = (await readdir(web, { recursive: true })).filter(name => name.endsWith('.tsx'));
  expect(files.length).toBeGreaterThan(80);
  const found = await Promise.all(
    files.map(async file => {
      const tree = await parse(await readFile(join(web, file), 'utf8'), { syntax: 'typescript', tsx: true });
      return textsIn(tree).map(text => `${file}: ${text}`);
    }),
  );
  expect(found.flat()).toEqual([]);
});
