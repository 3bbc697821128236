import type { Kmh, Mps2 } from '../model/units.js';
import type { ExampleMoment } from './define-rule.js';

/** Moments of a car, a second apart, each with one fitted window: acceleration and speed at its centre. */
export const windows = (...fitted: readonly (readonly [Mps2, Kmh])[]): ExampleMoment[] =>
  fitted.map(([value, speed], i) => ({
    at: i * 1_000 + 1_000,
    speed,
    accelerations: [{ value, speed, at: i * 1_000, source: 'obd' }],
  }));
