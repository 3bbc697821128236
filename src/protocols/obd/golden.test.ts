import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { decodeObd } from './decode-obd.js';
import { type FlatReply, flatReply } from './flat-reply.js';
import type { ObdContext, ObdSignal, ObdValue } from './obd-signal.js';

interface Vector {
  readonly id: string;
  readonly category: string;
  readonly input: string;
  readonly context?: ObdContext;
  readonly expect: Partial<FlatReply>;
}

/** Lists whose order carries no meaning. */
const SETS = new Set(['supported_pids', 'monitors_incomplete', 'drive_cycle_monitors_incomplete', 'o2_sensors_present']);

const near = (got: number, want: number) => Math.abs(got - want) <= 1e-4 * Math.max(1, Math.abs(want));

function same(got: ObdSignal, want: ObdSignal): boolean {
  const { value: a, ...gotRest } = got;
  const { value: b, ...wantRest } = want;
  const text = (value: ObdValue) => JSON.stringify(Array.isArray(value) && SETS.has(want.name) ? [...value].sort() : value);
  const keys = (rest: object) => JSON.stringify(Object.entries(rest).sort());
  return keys(gotRest) === keys(wantRest) && (typeof a === 'number' && typeof b === 'number' ? near(a, b) : text(a) === text(b));
}

/** Signals as a multiset, the error by kind, service and reason; nothing more and nothing less. */
function expectReply(vector: Vector): void {
  const { signals, ...error } = flatReply(decodeObd(vector.input, vector.context));
  const { signals: wanted = [], ...wantedError } = vector.expect;
  const unmatched = [...wanted];
  const extra = signals.filter(got => {
    const i = unmatched.findIndex(want => same(got, want));
    if (i >= 0) unmatched.splice(i, 1);
    return i < 0;
  });
  expect({ missing: unmatched, extra, error }).toEqual({ missing: [], extra: [], error: wantedError });
}

const read = <T>(path: URL | string) => JSON.parse(readFileSync(path, 'utf8')) as T;
const vectors = read<Vector[]>(new URL('../../../tests/golden/obd.json', import.meta.url));

// Proves: every golden exchange gives exactly its signals and its error.
describe.each([...new Set(vectors.map(vector => vector.category))])('golden vectors: %s', category => {
  const ofCategory = vectors.filter(vector => vector.category === category);
  test.each(ofCategory.map(vector => [vector.id, vector] as const))('%s', (_, vector) => expectReply(vector));
});

interface Capture {
  readonly request: string;
  readonly response_lines: readonly string[];
  readonly expected?: Record<string, ObdValue>;
  readonly expected_per_ecu?: Record<string, Record<string, ObdValue>>;
}

const folder = join(process.env.TELLTALE_REAL_DATA ?? '', 'vectors', 'obd-hex');
const recorded = process.env.TELLTALE_REAL_DATA !== undefined && existsSync(folder);
if (!recorded)
  console.log('skipped: replies of real vehicles (TELLTALE_REAL_DATA does not name a folder that holds vectors/obd-hex)');

// Proves: what real vehicles answered decodes to the values published with the captures.
test.each(['Ford-F-150', 'Toyota-4Runner'])('replies of a %s', vehicle => {
  if (!recorded) return;
  const { cases } = read<{ cases: Capture[] }>(join(folder, `${vehicle}.json`));
  expect(cases.length).toBeGreaterThan(100);
  for (const { request, response_lines, expected, expected_per_ecu } of cases) {
    const { signals, error } = decodeObd(response_lines.join('\r'), { request });
    const where = response_lines.join(' | ');
    // Some captures kept the tool's log and replies to its other requests; those are told, and do not disturb.
    const clean = response_lines.every(line => /^7E[89A-F]0[1-7]41/.test(line));
    expect([where, clean ? error : undefined]).toEqual([where, undefined]);
    const ecus =
      expected_per_ecu ?? Object.fromEntries([...new Set(signals.map(signal => signal.ecu!))].map(ecu => [ecu, expected!]));
    expect(Object.keys(ecus).length).toBeGreaterThan(0);
    for (const [ecu, values] of Object.entries(ecus)) {
      for (const [name, value] of Object.entries(values)) {
        const got = signals.find(signal => signal.ecu === ecu && signal.name === name)?.value;
        const agrees =
          typeof got === 'number' && typeof value === 'number' ? near(got, value) : JSON.stringify(got) === JSON.stringify(value);
        expect([where, ecu, name, agrees ? value : got]).toEqual([where, ecu, name, value]);
      }
    }
  }
});

// Proves: odd replies of public issue threads are read as their owners meant them.
test('quirks from the field', () => {
  if (!recorded) return;
  for (const vector of read<{ cases: Vector[] }>(join(folder, 'field-quirks.json')).cases) expectReply(vector);
});
