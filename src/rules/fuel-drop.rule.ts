import { z } from 'zod';
import type { Location } from '../model/alert.js';
import { placeOfSignal, toldBy } from '../model/told-signals.js';
import { hours, type Instant, type Millis, seconds } from '../model/units.js';
import { atLeast, is, notToldYet } from './condition.js';
import { defineRule, type Finding } from './define-rule.js';
import { countFrom, DRIVEN_WINDOW, type DrivenTank, medianOf, missingFrom, newDrivenTank, settleDriven } from './driven-tank.js';

const LEVEL = placeOfSignal('fuel_level');

type TankMemory = {
  /** The newest levels at rest, oldest first; `WINDOW` at most. */
  levels: number[];
  /** The highest settled level of this rest, and when the level was last near it. */
  full: number | null;
  nearAt: Instant;
  told: boolean;
  /** When the newest level was taken. Absent in memories of before. */
  takenAt?: Instant;
  /** Of the drive; absent until a level was told while driving. */
  driven?: DrivenTank;
};

/** The median of so many readings at rest: a tank sloshes by 3 to 5 % while driven, and its sensor by one. */
const WINDOW = 5;
/** Levels that come faster are passed over: the median is over a minute at least, in which a tank comes to rest (obd-facts §5: 1 to 5 min). */
const LEVELS_APART: Millis = seconds(15);
const AT_REST_KMH = 1;
export const fuelDrop = defineRule({
  kind: 'fuel_drop',
  when: 'the settled fuel level (the median over a minute or more) of a vehicle at rest falls by `percent` or more below what it was in the same rest, told once per rest (an engine idling for hours burns less than that); or, while it drives or was not heard, the level (the median over four minutes) falls by `driving_percent` or more beyond what an engine can have burnt since',
  params: z.strictObject({
    percent: z.number().positive().max(100).default(5).describe('points of the tank, at rest'),
    driving_percent: z
      .number()
      .positive()
      .max(100)
      .default(10)
      .describe('points of the tank beyond what was burnt, while driving'),
    burn_percent_h: z
      .number()
      .positive()
      .max(1_000)
      .default(40)
      .describe('the most that an engine burns, points of the tank in an hour'),
  }),
  severity: 'critical',
  cooldown_s: 0,
  start: (): TankMemory => ({ levels: [], full: null, nearAt: 0, told: false }),
  step(memory, { at, speed, reading, location, engineOn }, { percent, driving_percent, burn_percent_h }, report) {
    const level = toldBy(reading.signals).known[LEVEL]!;
    const known = level >= 0 && level <= 100;
    const drives = speed !== undefined && speed > AT_REST_KMH;
    if (drives && memory.levels.length > 0) {
      memory.levels.length = 0;
      memory.full = null;
      memory.told = false;
    }
    // At rest is known, not supposed: it stands, or its engine is off.
    if (!known || (speed === undefined && engineOn !== false)) return;
    memory.driven ??= newDrivenTank();
    const { driven } = memory;
    const settled = drives ? settleDriven(driven, at, level) : settleAtRest(memory, at, level);
    if (settled === undefined) return;
    const missing = missingFrom(driven, at, settled, burn_percent_h);
    if (missing >= driving_percent && !driven.told) {
      const message = `${missing} % of the tank was lost beyond what the engine can have burnt.`;
      report(findingOf(driven.nearAt, at, missing, driving_percent, location, message));
      driven.told = true;
      memory.told = !drives;
    } else if (missing < driving_percent / 2) driven.nearAt = at;
    if (drives) return;
    // From here on the rest speaks for itself, and the next drive counts from its end.
    countFrom(driven, at, settled);
    driven.levels.length = 0;
    if (memory.full === null || settled > memory.full) memory.full = settled;
    const lost = Math.round((memory.full - settled) * 10) / 10;
    if (lost < percent / 2) memory.nearAt = at;
    if (memory.told || lost < percent) return;
    memory.told = true;
    report(findingOf(memory.nearAt, at, lost, percent, location, `${lost} % of the tank was lost at rest.`));
  },
  explain({ levels, full, told, driven }, { speed, engineOn, reading, at }, { percent, driving_percent, burn_percent_h }) {
    const level = reading.signals.fuel_level;
    const lost = full === null || levels.length < WINDOW ? undefined : full - medianOf(levels);
    const rests = (speed !== undefined && speed <= AT_REST_KMH) || (speed === undefined && engineOn === false);
    const reading100 = {
      condition: 'fuel level',
      saw: level ?? null,
      needs: 'a reading of 0 to 100 %',
      holds: level !== undefined,
    };
    if (speed !== undefined && speed > AT_REST_KMH) {
      const newest = driven?.levels ?? [];
      const from = driven?.from;
      const burnt = from ? (burn_percent_h * (at - from.at)) / hours(1) : 0;
      const missing = from && newest.length === DRIVEN_WINDOW ? from.level - burnt - medianOf(newest) : undefined;
      return [
        reading100,
        atLeast('readings while driving', newest.length, DRIVEN_WINDOW, 'readings'),
        atLeast('lost beyond what can have been burnt', missing, driving_percent, '% of the tank'),
        notToldYet(driven?.told ?? false),
      ];
    }
    return [
      reading100,
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
      name: 'a leak while driving: a fifth of the tank in two minutes',
      given: Array.from({ length: 40 }, (_, i) => ({
        at: i * 30_000,
        speed: 60,
        engineOn: true,
        reading: { signals: { fuel_level: 60 + (i % 3) - Math.min(20, Math.max(0, i - 20) * 5) } },
      })),
      finds: [{ from: 720_000, to: 810_000, value: 12.3, threshold: 10, unit: '%' }],
    },
    {
      name: 'burnt at high speed, with waves: no engine takes more',
      given: Array.from({ length: 240 }, (_, i) => ({
        at: i * 30_000,
        speed: 160,
        engineOn: true,
        reading: { signals: { fuel_level: 90 - i / 4 + ((i * 7) % 9) - 4 } },
      })),
      finds: [],
    },
    {
      name: 'drained while nobody listened, driven off at once',
      given: [
        ...Array.from({ length: 20 }, (_, i) => ({ at: i * 30_000, speed: 50, reading: { signals: { fuel_level: 70 } } })),
        ...Array.from({ length: 12 }, (_, i) => ({
          at: 2_400_000 + i * 30_000,
          speed: 50,
          reading: { signals: { fuel_level: 30 } },
        })),
      ],
      finds: [{ from: 570_000, to: 2_640_000, threshold: 10, unit: '%' }],
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

/** Takes a level of a rest. @returns the settled one, when this completes or moves its window */
function settleAtRest(memory: TankMemory, at: Instant, level: number): number | undefined {
  if (memory.levels.length > 0 && at - (memory.takenAt ?? 0) < LEVELS_APART) return undefined;
  memory.takenAt = at;
  memory.levels.push(level);
  if (memory.levels.length > WINDOW) memory.levels.shift();
  return memory.levels.length < WINDOW ? undefined : medianOf(memory.levels);
}

function findingOf(
  from: Instant,
  to: Instant,
  value: number,
  threshold: number,
  location: Location | undefined,
  message: string,
): Finding {
  return { from, to, value, threshold, unit: '%', location: location && { lat: location.lat, lon: location.lon }, message };
}
