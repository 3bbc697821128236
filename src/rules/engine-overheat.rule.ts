import { z } from 'zod';
import { placeOfSignal, toldBy } from '../model/told-signals.js';
import { type Instant, seconds } from '../model/units.js';
import { atLeast, below, is, notToldYet } from './condition.js';
import { defineRule } from './define-rule.js';

const COOLANT = placeOfSignal('coolant_temp');

type HeatMemory = {
  /** Where a rise is measured from: the oldest reading within `rise_s`, and the newest. */
  rise: { at: Instant; temp: number } | null;
  newest: { at: Instant; temp: number } | null;
  /** The engine is too hot since; and the hottest. */
  from: Instant | null;
  peak: number;
};

/** −40 and 215 are a broken sensor (obd-facts §5, §6: plausible to 130, at most 3 degC a second). */
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
  start: (): HeatMemory => ({ rise: null, newest: null, from: null, peak: 0 }),
  step(memory, { at, reading }, { limit_c, rise_above_c, rise_c, rise_s }, report) {
    const temp = toldBy(reading.signals).known[COOLANT]!;
    if (!(temp < HIGHEST && temp > -40)) return;
    const { newest } = memory;
    const before = newest?.temp ?? Number.NaN;
    const beforeAt = newest?.at ?? 0;
    const jump = Math.abs(temp - before) > FASTEST_PER_SECOND * Math.max(1, (at - beforeAt) / 1_000);
    // In place: the coolant is told with nearly every reading.
    if (newest === null) memory.newest = { at, temp };
    else {
      newest.at = at;
      newest.temp = temp;
    }
    if (jump) {
      memory.rise = null; // a lost or wrong sensor, or the end of one
      return;
    }
    if (memory.rise === null || at - memory.rise.at > seconds(rise_s) || temp < memory.rise.temp)
      memory.rise = newest !== null && at - beforeAt <= seconds(rise_s) ? { at: beforeAt, temp: before } : { at, temp };
    const hot = temp >= limit_c && before >= limit_c;
    const rising = temp > rise_above_c && temp - memory.rise.temp >= rise_c;
    if (memory.from !== null) {
      if (temp > memory.peak) memory.peak = temp;
      if (temp > Math.min(limit_c, rise_above_c + rise_c) - 5) return;
      report({
        from: memory.from,
        to: at,
        value: memory.peak,
        threshold: limit_c,
        unit: 'degC',
        message: `The coolant was at ${memory.peak} °C.`,
      });
      memory.from = null;
      return;
    }
    if (!hot && !rising) return;
    memory.from = at;
    memory.peak = temp;
    const message = hot
      ? `The coolant is at ${temp} °C.`
      : `The coolant rises fast: ${temp} °C, ${temp - memory.rise.temp} more within ${Math.round((at - memory.rise.at) / 1_000)} s.`;
    report({ from: at, value: temp, threshold: limit_c, unit: 'degC', message });
  },
  explain({ rise, from }, { reading }, { limit_c, rise_above_c, rise_c, rise_s }) {
    const temp = reading.signals.coolant_temp;
    const hot = atLeast('coolant', temp, limit_c, 'degC, in two readings');
    const risen = rise === null || temp === undefined ? undefined : temp - rise.temp;
    const rises = temp !== undefined && temp > rise_above_c && risen !== undefined && risen >= rise_c;
    const rising = atLeast(`or rising, above ${rise_above_c} degC`, risen, rise_c, `degC within ${rise_s} s`);
    return [
      below('a temperature that a sensor can mean', temp, HIGHEST, 'degC'),
      is('jumped as no coolant can', temp !== undefined && rise === null, false),
      { ...hot, holds: hot.holds || rises },
      { ...rising, holds: rises || hot.holds },
      notToldYet(from !== null),
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
