// Proves: the frames carry what J1979's formulas read back, with values held within their bytes.
import { expect, test } from '@jest/globals';
import type { EngineState } from './engine.js';
import { fastFrames, fuelRateFrame, slowFrames, troubleFrames } from './obd-frames.js';

const engine: EngineState = {
  on: true,
  rpm: 1_726,
  load: 40,
  throttle: 20,
  fuelLevel: 50,
  coolant: 83,
  airFlow: 12.34,
  voltage: 14.2,
  runTime: 70_000,
  fuelRate: 4.5,
  shortTrim: -1.6,
  longTrim: 12,
  closedLoop: true,
};

test('the fast frames', () => {
  expect(fastFrames(engine, 50.9)).toEqual(['410C1AF8', '410D32', '410466', '41057B', '411004D2', '411133']);
});

test('the slow frames; run time holds at its largest value', () => {
  expect(slowFrames(engine)).toEqual(['41030200', '41067E', '41078F', '411FFFFF', '412F80', '41423778']);
});

test('the rate of injection, and a cold engine that corrects nothing', () => {
  expect(fuelRateFrame(engine)).toBe('415E005A');
  expect(slowFrames({ ...engine, closedLoop: false })[0]).toBe('41030100');
});

test('trouble codes of all four letters, counted, with the lamp', () => {
  expect(troubleFrames([])).toEqual(['410100076500', '4300']);
  expect(troubleFrames(['P0301', 'C0315', 'B1234', 'U0100'])).toEqual([
    '410184076500',
    '4304' + '0301' + '4315' + '9234' + 'C100',
  ]);
});
