import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeObd } from './decode-obd.js';
import { HEX } from './hex-digits.js';
import type { ObdContext, ObdSignal } from './obd-signal.js';
import { PID_TABLE } from './pid-table.js';
import { readObdLines } from './read-obd-lines.js';

const inputs = (
  JSON.parse(readFileSync(new URL('../../../tests/golden/obd.json', import.meta.url), 'utf8')) as { input: string }[]
).map(({ input }) => input);

const anyContext: fc.Arbitrary<ObdContext> = fc.record(
  { request: fc.string(), protocol: fc.constantFrom('can' as const, 'legacy' as const) },
  { requiredKeys: [] },
);
const alphabet = fc.constantFrom(
  ...'0123456789ABCDEFabcdef7E8 41 \r\n>:\t\0.<?VGZ'.split(''),
  '7E8 10 14 ',
  '7E8 21 ',
  '18DAF110',
  '48 6B 10 ',
  '014\r',
  '0: ',
  'NO DATA',
  'SEARCHING...',
  'BUS INIT: ',
);
const grammarLike = fc.array(alphabet, { maxLength: 120 }).map(parts => parts.join(''));
const anyBytes = fc.uint8Array({ maxLength: 300 }).map(bytes => String.fromCharCode(...bytes));
const spliced = fc
  .tuple(fc.constantFrom(...inputs), fc.nat(400), fc.nat(400), fc.constantFrom(...inputs))
  .map(([a, from, to, b]) => a.slice(0, from) + b.slice(to));
const anyInput = fc.oneof(
  grammarLike,
  anyBytes,
  spliced,
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.array(spliced, { maxLength: 6 }).map(parts => parts.join('\r')),
);

/** Every value is one: no NaN, no infinity, no hole. */
const expectSound = (signals: readonly ObdSignal[]) => {
  for (const { name, value } of signals) {
    if (typeof value === 'number') expect([name, Number.isFinite(value)]).toEqual([name, true]);
    else if (Array.isArray(value)) for (const item of value) expect(typeof item).toBe('string');
    else expect(value === null || typeof value === 'boolean' || typeof value === 'string').toBe(true);
  }
};

describe('any input', () => {
  // Proves: no bytes whatever throw, hang or give a number that is none, and the same input gives the same answer.
  test('gives sound signals or a named error', () => {
    fc.assert(
      fc.property(anyInput, anyContext, (text, context) => {
        const reply = decodeObd(text, context);
        expectSound(reply.signals);
        expect(decodeObd(text, context)).toEqual(reply);
        if (text.length > 4096) expect(reply).toEqual({ signals: [], error: { kind: 'too_long', line: '' } });
      }),
      { numRuns: 3_000 },
    );
  });

  // Proves: letter case and NULs carry no meaning.
  test('means the same in lower case and with NULs in it', () => {
    fc.assert(
      fc.property(spliced, text => {
        const { signals, error } = decodeObd(text);
        const other = decodeObd(text.toLowerCase().split('').join('\0').slice(0, 4096));
        if (2 * text.length <= 4096) expect([other.signals, other.error?.kind]).toEqual([signals, error?.kind]);
      }),
      { numRuns: 1_000 },
    );
  });

  // Proves: a bad line takes nothing from the good ones beside it.
  test('keeps a good line among bad ones', () => {
    const junk = fc.constantFrom('garbage', '41 0C', '7E8 10 14 49', '?', 'NO DATA', '41 0D 3', '7F 01 12', 'ZZ', '41 E1 00');
    fc.assert(
      fc.property(fc.array(junk, { maxLength: 5 }), fc.array(junk, { maxLength: 5 }), fc.nat(255), (before, after, speed) => {
        const { signals, error } = decodeObd([...before, `410D${HEX[speed]}`, ...after].join('\r'));
        expect(signals).toEqual([{ mode: '01', pid: '0D', name: 'vehicle_speed', value: speed, unit: 'km/h' }]);
        expect(error === undefined).toBe(before.length + after.length === 0);
      }),
    );
  });
});

// Proves: what is cut into CAN frames comes together again, in any order of interleaving with another ECU's.
test('multi-frame replies survive framing and interleaving', () => {
  const framed = (ecu: string, bytes: readonly number[]) => {
    const head = `${ecu}1${bytes.length.toString(16).padStart(3, '0')}`;
    const hex = (part: readonly number[]) => part.map(byte => HEX[byte]).join('');
    const lines = [head + hex(bytes.slice(0, 6))];
    for (let at = 6, n = 1; at < bytes.length; at += 7, n++)
      lines.push(`${ecu}2${(n % 16).toString(16)}${hex(bytes.slice(at, at + 7)).padEnd(14, 'A')}`);
    return lines;
  };
  const codes = fc.array(fc.uint8Array({ minLength: 2, maxLength: 2 }), { minLength: 3, maxLength: 60 });
  fc.assert(
    fc.property(codes, codes, fc.array(fc.boolean(), { maxLength: 60 }), (a, b, order) => {
      const [one, two] = [a, b].map((list, i) =>
        framed(['7E8', '7E9'][i]!, [0x43, list.length, ...list.flatMap(code => [...code])]),
      );
      const lines: string[] = [];
      for (const first of order) lines.push(...(first ? one! : two!).splice(0, 1));
      const { signals, error } = decodeObd([...lines, ...one!, ...two!].join('\r'));
      expect(error).toBeUndefined();
      expect(signals.map(({ ecu, value }) => [ecu, (value as string[]).length]).sort()).toEqual([
        ['7E8', a.length],
        ['7E9', b.length],
      ]);
    }),
  );
});

// Proves: one reply with many PIDs is the same as many replies with one.
test('several PIDs decode as each alone', () => {
  const layouts = PID_TABLE.filter(layout => layout !== undefined && ![0x00, 0x55].includes(layout.pid));
  const one = fc
    .constantFrom(...layouts)
    .chain(layout =>
      fc
        .uint8Array({ minLength: layout!.bytes, maxLength: layout!.bytes })
        .map(data => HEX[layout!.pid]! + [...data].map(byte => HEX[byte]).join('')),
    );
  fc.assert(
    fc.property(fc.array(one, { minLength: 1, maxLength: 6 }), parts => {
      expect(decodeObd(`41${parts.join('')}`).signals).toEqual(parts.flatMap(part => decodeObd(`41${part}`).signals));
    }),
  );
});

// Proves: an event far larger than one exchange is read in time that grows with its size only, whatever it repeats.
test.each([
  ['frames without a first one', '7E82100'],
  ['lengths behind dots', '...014'],
  ['pieces without length', '1:00'],
  ['first frames', '7E81014490201'],
  ['waits', '7F0178'],
  ['trouble codes of an older bus', '43013304200300'],
  ['replies cut short', '490201'],
  ['noise', 'SEARCHING'.repeat(400)],
])('a quarter of a megabyte of %s', (_, line) => {
  const lines = Array.from({ length: Math.floor(262_144 / (line.length + 1)) }, () => line);
  const before = process.cpuUsage();
  readObdLines(lines, {});
  expect(process.cpuUsage(before).user).toBeLessThan(3_000_000);
});
