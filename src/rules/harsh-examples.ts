import type { Kmh, Mps2 } from '../model/units.js';
import type { ExampleMoment } from './define-rule.js';

type Fitted = readonly (readonly [Mps2, Kmh])[];

/** Moments of a car, a second apart, each with one fitted window: acceleration and speed at its centre. */
export const windows = (...fitted: Fitted): ExampleMoment[] =>
  fitted.map(([value, speed], i) => ({
    at: i * 1_000 + 1_000,
    speed,
    accelerations: [{ value, speed, at: i * 1_000, source: 'obd' }],
  }));

/** The same across the way. */
export const curves = (...fitted: Fitted): ExampleMoment[] =>
  fitted.map(([value, speed], i) => ({
    at: i * 1_000 + 1_000,
    speed,
    cornerings: [{ value, speed, at: i * 1_000, source: 'gps' }],
  }));
