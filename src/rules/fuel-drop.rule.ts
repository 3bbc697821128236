import { z } from 'zod';
import type { Location } from '../model/alert.js';
import { NOT_TOLD } from '../model/not-told.js';
import { numbersAtStart } from '../model/number-list.js';
import { signalIn } from '../model/signal-columns.js';
import { placeOfSignal, toldBy } from '../model/told-signals.js';
import { type Instant, type Millis, seconds } from '../model/units.js';
import { asked, atLeast, is, notToldYet, seen } from './condition.js';
import { defineRule, type Finding } from './define-rule.js';
import {
  addLevel,
  countFrom,
  DRIVEN_LEVELS,
  DRIVEN_NEAR_AT,
  DRIVEN_NUMBERS,
  DRIVEN_TOLD,
  DRIVEN_WINDOW,
  drivenAtStart,
  type LooseDriven,
  medianAt,
  missingFrom,
  missingNow,
  settleDriven,
  takeDriven,
  takeLevels,
} from './driven-tank.js';

const LEVEL = placeOfSignal('fuel_level');

/** Numbers: first those of the drive (driven-tank.ts), then those of the rest. */
type TankMemory = number[];
/** The highest settled level of this rest, `NOT_TOLD` before there is one, and when the level was last near it. */
const FULL = DRIVEN_NUMBERS;
const NEAR_AT = FULL + 1;
/** 1, 0. */
const TOLD = NEAR_AT + 1;
/** When the newest level was taken. */
const TAKEN_AT = TOLD + 1;
/** The newest levels at rest, oldest first: how many there are, and where they begin. */
const LEVELS = TAKEN_AT + 1;
/** The median of so many readings at rest: a tank sloshes by 3 to 5 % while driven, and its sensor by one. */
const WINDOW = 5;
const AT_START = numbersAtStart(LEVELS + 1 + WINDOW, [...drivenAtStart, [FULL, NOT_TOLD]]);

/** As it was kept before. */
interface LooseTank {
  levels: number[];
  full: number | null;
  nearAt: Instant;
  told: boolean;
  takenAt?: Instant;
  driven?: LooseDriven;
}

/** Levels that come faster are passed over: the median is over a minute at least, in which a tank comes to rest (obd-facts §5: 1 to 5 min). */
const LEVELS_APART: Millis = seconds(15);
const AT_REST_KMH = 1;

const isLevel = (level: number): boolean => level >= 0 && level <= 100;

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
  start: (): TankMemory => AT_START.slice(),
  read(saved) {
    if (!('levels' in saved && 'full' in saved)) return undefined;
    const { levels, full, nearAt, told, takenAt = 0, driven } = saved as LooseTank;
    const memory = AT_START.slice();
    if (driven !== undefined) takeDriven(memory, driven);
    memory[FULL] = full ?? NOT_TOLD;
    memory[NEAR_AT] = nearAt;
    memory[TOLD] = Number(told);
    memory[TAKEN_AT] = takenAt;
    takeLevels(memory, LEVELS, levels);
    return memory;
  },
  rests: ({ reading }) => !isLevel(toldBy(reading.signals).known[LEVEL]!),
  step(memory, { at, speed, reading, location, engineOn }, { percent, driving_percent, burn_percent_h }, report) {
    const level = toldBy(reading.signals).known[LEVEL]!;
    const drives = speed !== undefined && speed > AT_REST_KMH;
    if (drives && memory[LEVELS]! > 0) {
      memory[LEVELS] = 0;
      memory[FULL] = NOT_TOLD;
      memory[TOLD] = 0;
    }
    // At rest is known, not supposed: it stands, or its engine is off.
    if (!isLevel(level) || (speed === undefined && engineOn !== false)) return;
    const settled = drives ? settleDriven(memory, at, level) : settleAtRest(memory, at, level);
    if (settled === undefined) return;
    const missing = missingFrom(memory, at, settled, burn_percent_h);
    if (missing >= driving_percent && memory[DRIVEN_TOLD] === 0) {
      const message = `${missing} % of the tank was lost beyond what the engine can have burnt.`;
      report(findingOf(memory[DRIVEN_NEAR_AT]!, at, missing, driving_percent, location, message));
      memory[DRIVEN_TOLD] = 1;
      memory[TOLD] = drives ? 0 : 1;
    } else if (missing < driving_percent / 2) memory[DRIVEN_NEAR_AT] = at;
    if (drives) return;
    // From here on the rest speaks for itself, and the next drive counts from its end.
    countFrom(memory, at, settled);
    memory[DRIVEN_LEVELS] = 0;
    if (settled > memory[FULL]!) memory[FULL] = settled;
    const lost = Math.round((memory[FULL]! - settled) * 10) / 10;
    if (lost < percent / 2) memory[NEAR_AT] = at;
    if (memory[TOLD] === 1 || lost < percent) return;
    memory[TOLD] = 1;
    report(findingOf(memory[NEAR_AT]!, at, lost, percent, location, `${lost} % of the tank was lost at rest.`));
  },
  explain(memory, { speed, engineOn, reading, at }, { percent, driving_percent, burn_percent_h }) {
    const level = signalIn(reading.signals, 'fuel_level');
    const settled = memory[LEVELS]! === WINDOW ? medianAt(memory, LEVELS) : undefined;
    const lost = memory[FULL] === NOT_TOLD || settled === undefined ? undefined : memory[FULL]! - settled;
    const rests = (speed !== undefined && speed <= AT_REST_KMH) || (speed === undefined && engineOn === false);
    const reading100 = asked(
      'fuel_level',
      seen(level),
      ['a reading of 0 to 100 %', { code: 'level_reading' }],
      level !== undefined,
    );
    if (speed !== undefined && speed > AT_REST_KMH) {
      const count = memory[DRIVEN_LEVELS]!;
      const isFull = count === DRIVEN_WINDOW;
      const missing = isFull ? missingNow(memory, at, medianAt(memory, DRIVEN_LEVELS), burn_percent_h) : undefined;
      return [
        reading100,
        atLeast('levels_driving', count, DRIVEN_WINDOW, 'readings'),
        atLeast('lost_driving', missing, driving_percent, '% of the tank'),
        notToldYet(memory[DRIVEN_TOLD] === 1),
      ];
    }
    return [
      reading100,
      is('at_rest', rests, true),
      atLeast('levels_at_rest', memory[LEVELS]!, WINDOW, 'readings'),
      atLeast('lost_at_rest', lost, percent, '% of the tank'),
      notToldYet(memory[TOLD] === 1),
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
  if (memory[LEVELS]! > 0 && at - memory[TAKEN_AT]! < LEVELS_APART) return undefined;
  memory[TAKEN_AT] = at;
  return addLevel(memory, LEVELS, WINDOW, level);
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
