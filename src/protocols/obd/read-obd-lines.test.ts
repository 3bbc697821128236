import { describe, expect, test } from '@jest/globals';
import { readObdLines } from './read-obd-lines.js';

const read = (...lines: string[]) => {
  const numbers: Record<string, number> = {};
  return { numbers, ...readObdLines(lines, numbers) };
};

describe('an event’s replies', () => {
  // Proves: the common event costs no findings object.
  test('numbers alone share one answer', () => {
    const into = {};
    expect(readObdLines(['410C1AF8', '410d32', '411E01'], into)).toBe(readObdLines([], {}));
    expect(into).toEqual({ engine_rpm: 1726, vehicle_speed: 50, pto_active: 1 });
  });

  // Proves: the engine's answer stays, whoever answers first or last.
  test('the engine goes before other ECUs', () => {
    expect(read('7E803410D28', '7E903410D29').numbers).toEqual({ vehicle_speed: 40 });
    expect(read('7E903410D29', '7E803410D28').numbers).toEqual({ vehicle_speed: 40 });
    expect(read('18DAF118 03 41 0D 66\r18DAF110 03 41 0D 64').numbers).toEqual({ vehicle_speed: 100 });
    expect(read('7EA03410D2A', '7E903410D29').numbers).toEqual({ vehicle_speed: 42 });
    expect(read('410D20', '7E903410D29').numbers).toEqual({ vehicle_speed: 32 });
    expect(read('410D20', '410D21', 'NO DATA').numbers).toEqual({ vehicle_speed: 33 });
  });

  // Proves: a frozen value is never taken for a present one.
  test('freeze frames stay out', () => {
    expect(read('420D005A', '420100812700FF').numbers).toEqual({});
    expect(read('420100812700FF').milOn).toBeUndefined();
  });

  test('codes, lamp, VIN and voltage', () => {
    const { numbers, ...found } = read(
      '7E8064101810765 00',
      '7E80443010133',
      '7E90443010420',
      '7E8024700',
      '12.6V',
      '7E81014490201314847',
      '7E821434D3832363333',
      '7E82241303030303031',
    );
    expect(found).toEqual({
      stored: ['P0133', 'P0420'],
      pending: [],
      permanent: undefined,
      milOn: true,
      frozen: undefined,
      incomplete: [],
      vin: '1HGCM82633A000001',
      adapterVoltage: 12.6,
      errors: [],
      failures: 0,
    });
    expect(numbers).toEqual({ mil_on: 1, dtc_count: 1, adapter_voltage: 12.6 });
  });

  // Proves: a freeze frame is told apart from what is so now, with the code that stored it; of the engine's ECU only.
  test('a freeze frame', () => {
    const { numbers, frozen } = read('410C0BB8', '7E80542020001 33'.replaceAll(' ', ''), '7E805420C001AF8', '7E905420C000000');
    expect(numbers).toEqual({ engine_rpm: 750 });
    expect(frozen).toEqual({ code: 'P0133', signals: { engine_rpm: 1726 } });
  });

  // Proves: a final answer that could be read the short way still answers its "wait".
  test('lines that belong together are read together', () => {
    expect(read('7F0178', '410D32')).toMatchObject({ numbers: { vehicle_speed: 50 }, errors: [], failures: 0 });
    expect(
      read('410D32', '014', '0: 490201314847', '1: 43 4D 38 32 36 33 33', '410C1AF8', '2: 41 30 30 30 30 30 31'),
    ).toMatchObject({
      numbers: { vehicle_speed: 50, engine_rpm: 1726 },
      vin: '1HGCM82633A000001',
      failures: 0,
    });
  });

  // Proves: errors are told with their line, bounded, and take nothing with them.
  test('errors', () => {
    expect(read('410D32', 'garbage', '7F0112')).toMatchObject({
      numbers: { vehicle_speed: 50 },
      errors: [
        { kind: 'not_hex', line: 'garbage' },
        { kind: 'negative_response', line: '7F0112', service: '01', nrc: '12' },
      ],
      failures: 2,
    });
    const many = readObdLines(
      Array.from({ length: 100 }, () => 'ZZ'),
      {},
    );
    expect([many.errors.length, many.failures]).toEqual([16, 100]);
  });

  test('a batch longer than one exchange is read line by line', () => {
    const { numbers, failures } = read(
      Array.from({ length: 2_000 }, (_, i) => `41 0D ${(i % 256).toString(16).padStart(2, '0')}`).join('\r'),
    );
    expect([numbers.vehicle_speed, failures]).toEqual([1_999 % 256, 0]);
  });
});
