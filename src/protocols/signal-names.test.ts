// Proves: makers' names find the signal of the OBD table, and every alias leads to a signal that is in it.
import { expect, test } from '@jest/globals';
import { signalNamed, signalOfPid } from './signal-names.js';

test.each([
  ['engineCoolantTemp', 'coolant_temp'],
  ['coolant_temp', 'coolant_temp'],
  ['RPM', 'engine_rpm'],
  ['VehicleSpeed', 'vehicle_speed'],
  ['throttle_pos', 'throttle_position'],
  ['constructor', undefined],
  ['__proto__', undefined],
  ['', undefined],
])('%s', (name, signal) => {
  expect(signalNamed(name)).toBe(signal);
});

test('a PID with one number has its signal, one with several has none but the oxygen sensors', () => {
  expect([0x0c, 0x24, 0x34, 0x14].map(signalOfPid)).toEqual([
    'engine_rpm',
    'o2_sensor_1_lambda',
    'o2_sensor_1_lambda',
    'o2_sensor_1_voltage',
  ]);
  expect([0x01, 0x4f, 0x7f, 0xee, 999, -1, Number.NaN].map(signalOfPid)).toEqual(Array.from({ length: 7 }, () => undefined));
});
