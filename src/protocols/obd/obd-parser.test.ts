import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import { decodeObd } from './decode-obd.js';
import { HEX } from './hex-digits.js';

// obd-parser is GPL-3.0: a development dependency that only this test and a benchmark load. Its entry opens a serial port stack, so its table is loaded alone.
const PIDS = createRequire(import.meta.url)('obd-parser/lib/pids/index.js') as {
  getPidByPidCode(code: string): { getValueForBytes(bytes: string[]): unknown } | null;
};
const theirs = (bytes: string) => PIDS.getPidByPidCode(bytes.slice(2, 4))?.getValueForBytes(bytes.match(/../g)!);
const ours = (bytes: string) => decodeObd(bytes).signals[0]?.value;

// Proves: an independent decoder reads the same number, for every value of the first data byte.
describe('agrees with obd-parser', () => {
  test.each([
    ['05', 1],
    ['0A', 1],
    ['0B', 1],
    ['0C', 2],
    ['0D', 1],
    ['0F', 1],
    ['10', 2],
    ['11', 1],
    ['2F', 1],
  ] as const)('on PID %s', (pid, length) => {
    for (let byte = 0; byte < 256; byte++) {
      const frame = `41${pid}${HEX[byte]}${length === 2 ? HEX[255 - byte] : ''}`;
      expect(ours(frame)).toBeCloseTo(theirs(frame) as number, 9);
    }
  });
});

// Proves: the faults because of which it is not our decoder are there, and not in ours.
describe('faults of obd-parser', () => {
  test('engine load is divided by 2.5: 102 % at full load', () => {
    expect(theirs('4104FF')).toBe(102);
    expect(ours('4104FF')).toBe(100);
  });
  test('the bitmap is read with the PID byte in front and numbered from 01', () => {
    expect(theirs('412080000000')).not.toBe('21');
    expect(String(theirs('412080000000')).split(',')).toContain('03');
    expect(ours('412080000000')).toEqual(['21']);
  });
  test('a short frame is NaN', () => {
    expect(theirs('410C1A')).toBeNaN();
    expect(decodeObd('410C1A')).toMatchObject({ signals: [], error: { kind: 'truncated' } });
  });
  test('half a byte is a value', () => {
    expect(PIDS.getPidByPidCode('0D')!.getValueForBytes(['41', '0D', '3'])).toBe(3);
    expect(ours('410D3')).toBeUndefined();
  });
  test('the second fuel system is left out when it is off, and codes are sentences', () => {
    expect(theirs('41030200')).toMatch(/^Closed loop/);
    expect(decodeObd('41030200').signals.map(({ value }) => value)).toEqual([2, 0]);
  });
  test('other PIDs are not known', () => {
    const known = Array.from({ length: 256 }, (_, pid) => HEX[pid]!).filter(pid => PIDS.getPidByPidCode(pid) !== null);
    expect(known).toEqual(['03', '04', '05', '0A', '0B', '0C', '0D', '0F', '10', '11', '1C', '20', '2F']);
  });
  test('lower case is not known', () => {
    expect(PIDS.getPidByPidCode('0c')).toBeNull();
    expect(ours('410c1af8')).toBe(1726);
  });
});
