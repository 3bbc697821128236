import { z } from 'zod';
import { NO_TIME, numbersAtStart } from '../model/number-list.js';
import { signalIn } from '../model/signal-columns.js';
import { placeOfSignal, toldBy } from '../model/told-signals.js';
import { type Instant, seconds } from '../model/units.js';
import { asked, below, is, notToldYet, seen } from './condition.js';
import { defineRule } from './define-rule.js';

const COOLANT = placeOfSignal('coolant_temp');

/** Numbers at the places below. Each time is `NO_TIME` where there is none. */
type HeatMemory = number[];
/** Where a rise is measured from: the oldest reading within `rise_s`. */
const RISE_AT = 0;
const RISE = 1;
const NEWEST_AT = 2;
const NEWEST = 3;
/** The engine is too hot since; and the hottest. */
const FROM = 4;
const PEAK = 5;
const AT_START = numbersAtStart(6, [
  [RISE_AT, NO_TIME],
  [NEWEST_AT, NO_TIME],
  [FROM, NO_TIME],
]);

/** As it was kept before. */
interface LooseHeat {
  rise: { at: Instant; temp: number } | null;
  newest: { at: Instant; temp: number } | null;
  from: Instant | null;
  peak: number;
}

/** A coolant that is one: −40 and 215 are a broken sensor. */
const isTemperature = (temp: number): boolean => temp < HIGHEST && temp > -40;

/** Obd-facts §5, §6: plausible to 130, at most 3 degC a second. */
const HIGHEST = 150;
const FASTEST_PER_SECOND = 3;

export const engineOverheat = defineRule({
  kind: 'engine_overheat',
  when: 'the coolant is at `limit_c` or above in two readings, or rises by `rise_c` within `rise_s` to above `rise_above_c`; told once until it has cooled by 5 degC, and then with its peak',
  params: z.strictObject({
    limit_c: z.number().default(115).describe('degC; 80 to 105 are normal'),
    rise_above_c: z.number().default(100).describe('degC; a rise that ends below is a warm engine'),
    rise_c: z.number().positive().default(5).describe('degC'),
    rise_s: z.number().positive().default(50).describe('more than 1 degC in 10 s is urgent before the limit'),
  }),
  severity: 'critical',
  cooldown_s: 0,
  start: (): HeatMemory => AT_START.slice(),
  read(saved) {
    if (!('rise' in saved && 'newest' in saved)) return undefined;
    const { rise, newest, from, peak } = saved as LooseHeat;
    const memory = AT_START.slice();
    if (rise !== null) {
      memory[RISE_AT] = rise.at;
      memory[RISE] = rise.temp;
    }
    if (newest !== null) {
      memory[NEWEST_AT] = newest.at;
      memory[NEWEST] = newest.temp;
    }
    memory[FROM] = from ?? NO_TIME;
    memory[PEAK] = peak;
    return memory;
  },
  rests: ({ reading }) => !isTemperature(toldBy(reading.signals).known[COOLANT]!),
  step(memory, { at, reading }, { limit_c, rise_above_c, rise_c, rise_s }, report) {
    const temp = toldBy(reading.signals).known[COOLANT]!;
    if (!isTemperature(temp)) return;
    const isFirst = memory[NEWEST_AT] === NO_TIME;
    const before = isFirst ? Number.NaN : memory[NEWEST]!;
    const beforeAt = isFirst ? 0 : memory[NEWEST_AT]!;
    const jump = Math.abs(temp - before) > FASTEST_PER_SECOND * Math.max(1, (at - beforeAt) / 1_000);
    memory[NEWEST_AT] = at;
    memory[NEWEST] = temp;
    if (jump) {
      memory[RISE_AT] = NO_TIME; // a lost or wrong sensor, or the end of one
      return;
    }
    if (memory[RISE_AT] === NO_TIME || at - memory[RISE_AT]! > seconds(rise_s) || temp < memory[RISE]!) {
      const goesOn = !isFirst && at - beforeAt <= seconds(rise_s);
      memory[RISE_AT] = goesOn ? beforeAt : at;
      memory[RISE] = goesOn ? before : temp;
    }
    const hot = temp >= limit_c && before >= limit_c;
    const risen = temp - memory[RISE]!;
    const rising = temp > rise_above_c && risen >= rise_c;
    if (memory[FROM] !== NO_TIME) {
      if (temp > memory[PEAK]!) memory[PEAK] = temp;
      if (temp > Math.min(limit_c, rise_above_c + rise_c) - 5) return;
      report({
        from: memory[FROM]!,
        to: at,
        value: memory[PEAK]!,
        threshold: limit_c,
        unit: 'degC',
        message: `The coolant was at ${memory[PEAK]} °C.`,
      });
      memory[FROM] = NO_TIME;
      return;
    }
    if (!hot && !rising) return;
    memory[FROM] = at;
    memory[PEAK] = temp;
    const message = hot
      ? `The coolant is at ${temp} °C.`
      : `The coolant rises fast: ${temp} °C, ${risen} more within ${Math.round((at - memory[RISE_AT]!) / 1_000)} s.`;
    report({ from: at, value: temp, threshold: limit_c, unit: 'degC', message });
  },
  explain(memory, { reading }, { limit_c, rise_above_c, rise_c, rise_s }) {
    const temp = signalIn(reading.signals, 'coolant_temp');
    const measured = memory[RISE_AT] !== NO_TIME;
    const risen = measured && temp !== undefined ? temp - memory[RISE]! : undefined;
    const rises = temp !== undefined && temp > rise_above_c && risen !== undefined && risen >= rise_c;
    const isHot = rises || (temp !== undefined && temp >= limit_c);
    return [
      below('coolant_possible', temp, HIGHEST, 'degC'),
      is('coolant_jumped', temp !== undefined && !measured, false),
      asked(
        'coolant',
        seen(temp),
        [`at least ${limit_c} degC, in two readings`, { code: 'in_two_readings', bound: limit_c, unit: 'degC' }],
        isHot,
      ),
      asked(
        'coolant_rises',
        seen(risen),
        [
          `at least ${rise_c} degC within ${rise_s} s, above ${rise_above_c} degC`,
          { code: 'rise_within', bound: rise_c, within_s: rise_s, above_c: rise_above_c },
        ],
        isHot,
      ),
      notToldYet(memory[FROM] !== NO_TIME),
    ];
  },
  examples: [
    {
      name: 'too hot, and cooled down again',
      given: [105, 109, 113, 116, 118, 110, 99, 94].map((coolant_temp, i) => ({
        at: i * 60_000,
        reading: { signals: { coolant_temp } },
      })),
      finds: [
        { from: 240_000, value: 118, threshold: 115, unit: 'degC' },
        { from: 240_000, to: 360_000, value: 118 },
      ],
    },
    {
      name: 'rising fast, before the limit',
      given: [97, 99, 101, 103].map((coolant_temp, i) => ({ at: i * 10_000, reading: { signals: { coolant_temp } } })),
      finds: [{ from: 30_000, value: 103 }],
    },
    {
      name: 'warming up, then steady in hot weather',
      given: [60, 75, 88, 96, 101, 104, 106, 107, 107].map((coolant_temp, i) => ({
        at: i * 60_000,
        reading: { signals: { coolant_temp } },
      })),
      finds: [],
    },
    {
      name: 'a sensor that breaks',
      given: [90, 215, 215, -40, 128, 90].map((coolant_temp, i) => ({
        at: i * 1_000,
        reading: { signals: { coolant_temp } },
      })),
      finds: [],
    },
  ],
});
