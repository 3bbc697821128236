import { z } from 'zod';
import { type Instant, type Millis, seconds } from '../model/units.js';
import { atLeast, is, notToldYet } from './condition.js';
import { defineRule } from './define-rule.js';

type TankMemory = {
  /** The newest levels at rest, oldest first; `WINDOW` at most. */
  levels: number[];
  /** The highest settled level of this rest, and when the level was last near it. */
  full: number | null;
  nearAt: Instant;
  told: boolean;
  /** When the newest level was taken. Absent in memories of before. */
  takenAt?: Instant;
};

/** The median of so many readings at rest: a tank sloshes by 3 to 5 % while driven, and its sensor by one. */
const WINDOW = 5;
/** Levels that come faster are passed over: the median is over a minute at least, in which a tank comes to rest (obd-facts §5: 1 to 5 min). */
const LEVELS_APART: Millis = seconds(15);
const AT_REST_KMH = 1;

/** Used again at each reading. */
const sorted: number[] = [];

export const fuelDrop = defineRule({
  kind: 'fuel_drop',
  when: 'the settled fuel level (the median over a minute or more) of a vehicle at rest falls by `percent` or more below what it was in the same rest; told once per rest (an engine idling for hours burns less than that)',
  params: z.strictObject({ percent: z.number().positive().max(100).default(5).describe('points of the tank') }),
  severity: 'critical',
  cooldown_s: 0,
  start: (): TankMemory => ({ levels: [], full: null, nearAt: 0, told: false }),
  step(memory, { at, speed, reading, location, engineOn }, { percent }, report) {
    if (speed !== undefined && speed > AT_REST_KMH) {
      if (memory.levels.length === 0) return;
      memory.levels.length = 0;
      memory.full = null;
      memory.told = false;
      return;
    }
    const level = reading.signals.fuel_level;
    // At rest is known, not supposed: it stands, or its engine is off.
    if (level === undefined || level < 0 || level > 100 || (speed === undefined && engineOn !== false)) return;
    if (memory.levels.length > 0 && at - (memory.takenAt ?? 0) < LEVELS_APART) return;
    memory.takenAt = at;
    memory.levels.push(level);
    if (memory.levels.length > WINDOW) memory.levels.shift();
    if (memory.levels.length < WINDOW) return;
    const settled = medianOf(memory.levels);
    if (memory.full === null || settled > memory.full) memory.full = settled;
    const lost = Math.round((memory.full - settled) * 10) / 10;
    if (lost < percent / 2) memory.nearAt = at;
    if (memory.told || lost < percent) return;
    memory.told = true;
    report({
      from: memory.nearAt,
      to: at,
      value: lost,
      threshold: percent,
      unit: '%',
      location: location && { lat: location.lat, lon: location.lon },
      message: `${lost} % of the tank was lost at rest.`,
    });
  },
  explain({ levels, full, told }, { speed, engineOn, reading }, { percent }) {
    const level = reading.signals.fuel_level;
    const lost = full === null || levels.length < WINDOW ? undefined : full - medianOf(levels);
    const rests = (speed !== undefined && speed <= AT_REST_KMH) || (speed === undefined && engineOn === false);
    return [
      { condition: 'fuel level', saw: level ?? null, needs: 'a reading of 0 to 100 %', holds: level !== undefined },
      is('at rest: standing, or the engine off', rests, true),
      atLeast('readings in this rest', levels.length, WINDOW, 'readings'),
      atLeast('lost in this rest', lost, percent, '% of the tank'),
      notToldYet(told),
    ];
  },
  examples: [
    {
      name: 'drained overnight',
      given: [60, 60, 61, 60, 60, 60, 52, 45, 40, 40].map((fuel_level, i) => ({
        at: i * 60_000,
        speed: 0,
        reading: { signals: { fuel_level } },
      })),
      finds: [{ from: 420_000, to: 480_000, value: 8, threshold: 5, unit: '%' }],
    },
    {
      name: 'sloshing, then driving on with less',
      given: [60, 57, 62, 58, 60, 61, 59, 55, 52, 50, 50, 50, 50].map((fuel_level, i) => ({
        at: i * 60_000,
        speed: i < 7 ? 0 : 60,
        reading: { signals: { fuel_level } },
      })),
      finds: [],
    },
    {
      name: 'braked hard before a light, second by second: the tank comes to rest by and by',
      given: Array.from({ length: 90 }, (_, s) => ({
        at: s * 1_000,
        speed: 0,
        engineOn: true,
        reading: { signals: { fuel_level: s < 12 ? 60 : s < 24 ? 52 : 57 } },
      })),
      finds: [],
    },
    {
      name: 'drained, second by second',
      given: Array.from({ length: 400 }, (_, s) => ({
        at: s * 1_000,
        speed: 0,
        engineOn: false,
        reading: { signals: { fuel_level: 60 - Math.min(20, Math.max(0, s - 120) / 5) } },
      })),
      finds: [{ from: 150_000, to: 180_000, value: 6, threshold: 5 }],
    },
    {
      name: 'filled up',
      given: [20, 20, 20, 20, 20, 50, 80, 80, 80, 80].map((fuel_level, i) => ({
        at: i * 60_000,
        speed: 0,
        reading: { signals: { fuel_level } },
      })),
      finds: [],
    },
  ],
});

function medianOf(values: readonly number[]): number {
  sorted.length = 0;
  for (const value of values) sorted.push(value);
  return sorted.sort(ascending)[values.length >> 1]!;
}

function ascending(a: number, b: number): number {
  return a - b;
}
