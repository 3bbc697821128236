import { z } from 'zod';
import { signalIn } from '../model/signal-columns.js';
import { placeOfSignal, toldBy } from '../model/told-signals.js';
import { type Instant, seconds } from '../model/units.js';
import { above, lasts, notToldYet } from './condition.js';
import { defineRule } from './define-rule.js';

const RPM = placeOfSignal('engine_rpm');

type RevMemory = { from: Instant | null; newest: Instant; peak: number; told: boolean };

const LONGEST_GAP = seconds(5);

export const overRev = defineRule({
  kind: 'over_rev',
  when: 'the engine turns faster than `petrol_rpm` (or `diesel_rpm`) for `min_s`; told when proven, and at its end with the peak',
  params: z.strictObject({
    petrol_rpm: z.number().positive().default(5_000).describe('rpm; whatever is not a diesel'),
    diesel_rpm: z.number().positive().default(4_000).describe('rpm'),
    min_s: z.number().min(0).default(3),
  }),
  severity: 'info',
  cooldown_s: 60,
  start: (): RevMemory => ({ from: null, newest: 0, peak: 0, told: false }),
  rests({ reading, fuelType }, { petrol_rpm, diesel_rpm }) {
    const rpm = toldBy(reading.signals).known[RPM]!;
    return Number.isNaN(rpm) || rpm <= (fuelType === 'diesel' ? diesel_rpm : petrol_rpm);
  },
  step(memory, { at, reading, fuelType }, { petrol_rpm, diesel_rpm, min_s }, report) {
    const rpm = toldBy(reading.signals).known[RPM]!;
    if (Number.isNaN(rpm)) return;
    const threshold = fuelType === 'diesel' ? diesel_rpm : petrol_rpm;
    const above = rpm > threshold;
    if (memory.from !== null && (!above || at - memory.newest > LONGEST_GAP)) {
      if (memory.told) report(findingOf(memory.from, memory.peak, threshold, memory.newest));
      memory.from = null;
      memory.told = false;
    }
    if (!above) return;
    if (memory.from === null) {
      memory.from = at;
      memory.peak = rpm;
    }
    memory.newest = at;
    if (rpm > memory.peak) memory.peak = rpm;
    if (memory.told || at - memory.from < seconds(min_s)) return;
    memory.told = true;
    report(findingOf(memory.from, memory.peak, threshold));
  },
  explain({ from, told }, { at, reading, fuelType }, { petrol_rpm, diesel_rpm, min_s }) {
    return [
      above('engine_speed', signalIn(reading.signals, 'engine_rpm'), fuelType === 'diesel' ? diesel_rpm : petrol_rpm, 'rpm'),
      lasts('too_fast_for', from, at, min_s),
      notToldYet(told),
    ];
  },
  examples: [
    {
      name: 'three seconds in the red',
      given: [4_900, 5_200, 5_600, 5_900, 5_400, 5_100, 3_000].map((engine_rpm, s) => ({
        at: s * 1_000,
        reading: { signals: { engine_rpm } },
      })),
      finds: [
        { from: 1_000, value: 5_900, threshold: 5_000, unit: 'rpm' },
        { from: 1_000, to: 5_000, value: 5_900 },
      ],
    },
    {
      name: 'a short kick-down',
      given: [4_900, 5_200, 5_600, 4_000].map((engine_rpm, s) => ({ at: s * 1_000, reading: { signals: { engine_rpm } } })),
      finds: [],
    },
    {
      name: 'a diesel is told earlier',
      given: [4_100, 4_200, 4_300, 4_200].map((engine_rpm, s) => ({
        at: s * 1_000,
        fuelType: 'diesel' as const,
        reading: { signals: { engine_rpm } },
      })),
      finds: [{ from: 0, threshold: 4_000 }],
    },
  ],
});

function findingOf(from: Instant, peak: number, threshold: number, to?: Instant) {
  return { from, to, value: Math.round(peak), threshold, unit: 'rpm', message: `The engine turned at ${Math.round(peak)} rpm.` };
}
