import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BareReply, decodeBareHex } from './bare-hex.js';
import { decodeObd } from './decode-obd.js';
import { HEX } from './hex-digits.js';
import { PID_TABLE } from './pid-table.js';

const reply = new BareReply();
const read = (line: string) =>
  decodeBareHex(line, reply)
    ? reply.fields.slice(0, reply.count).map((field, i) => [field.name, field.unit, reply.values[i]])
    : undefined;

const slowly = (line: string) => {
  const { signals, error } = decodeObd(line);
  expect(error).toBeUndefined();
  return signals.map(({ name, unit, value }) => [name, unit, unit === 'bool' ? Number(value) : value]);
};

const hexBytes = (bytes: Uint8Array) => [...bytes].map(byte => HEX[byte]).join('');
const mixedCase = fc
  .tuple(fc.uint8Array({ maxLength: 15 }), fc.boolean())
  .map(([bytes, lower]) => (lower ? hexBytes(bytes).toLowerCase() : hexBytes(bytes)));

describe('the short way', () => {
  // Proves: both ways give the same numbers, at the ends and in the middle of every PID's range.
  test('agrees with the full grammar on every PID of the table', () => {
    let taken = 0;
    for (const layout of PID_TABLE) {
      if (layout === undefined) continue;
      for (const fill of [0x00, 0x01, 0x7f, 0x80, 0x8f, 0xff]) {
        const line = `41${HEX[layout.pid]}${HEX[fill]!.repeat(layout.bytes)}`;
        const short = read(line);
        if (short === undefined) continue;
        taken++;
        expect([line, short]).toEqual([line, slowly(line)]);
        expect(read(line.toLowerCase())).toEqual(short);
      }
    }
    expect(taken).toBe(6 * 102);
  });

  // Proves: whatever it takes, the full grammar takes and reads the same; it never takes what that refuses.
  test('agrees on any line', () => {
    const likely = fc
      .tuple(
        fc.constantFrom(...PID_TABLE.filter(layout => layout !== undefined)),
        fc.uint8Array({ minLength: 13, maxLength: 13 }),
        fc.integer({ min: -2, max: 3 }),
      )
      .map(([layout, bytes, more]) => `41${HEX[layout.pid]}${hexBytes(bytes).slice(0, Math.max(0, 2 * layout.bytes + more))}`);
    const any = fc.oneof(
      likely,
      mixedCase.map(hex => `41${hex}`),
      fc.string(),
      fc.string({ unit: 'binary' }).map(text => `41${text}`),
    );
    fc.assert(
      fc.property(any, line => {
        const short = read(line);
        if (short !== undefined) expect(short).toEqual(slowly(line));
      }),
      { numRuns: 5_000 },
    );
  });

  // Proves: what is not one whole bare reply is left to the full grammar.
  test.each([
    '',
    '41',
    '410C',
    '410C1A',
    '410C1AF',
    '410C1AF8 ',
    '41 0C 1A F8',
    '410C1AF80D32',
    '420C001AF8',
    '7E804410C1AF8',
    '410C1AG8',
    '410C１AF8',
    '4100BE3FA813',
    '410102070000',
    '41E100',
  ])('leaves %j', line => expect(decodeBareHex(line, reply)).toBe(false));
});
