import { z } from 'zod';
import { signalIn } from '../model/signal-columns.js';
import { placeOfSignal, toldBy } from '../model/told-signals.js';
import { type Instant, minutes } from '../model/units.js';
import { atMost, lasts, notToldYet } from './condition.js';
import { defineRule } from './define-rule.js';

const LEVEL = placeOfSignal('fuel_level');

type FuelMemory = { from: Instant | null; told: boolean };

/** The tank sloshes by 3 to 5 %: it is low when it has been so for this long, and full again well above. */
const SETTLED = minutes(2);
const REFUELLED = 5;

export const fuelLow = defineRule({
  kind: 'fuel_low',
  when: 'the tank is at `below_percent` or less for two minutes; told once until it is filled again',
  params: z.strictObject({ below_percent: z.number().min(0).max(100).default(10).describe('% of the tank') }),
  severity: 'info',
  cooldown_s: 0,
  start: (): FuelMemory => ({ from: null, told: false }),
  rests: ({ reading }, { below_percent }) => !(toldBy(reading.signals).known[LEVEL]! <= below_percent),
  step(memory, { at, reading }, { below_percent }, report) {
    const level = toldBy(reading.signals).known[LEVEL]!;
    if (!(level >= 0 && level <= 100)) return;
    if (level > below_percent) {
      if (!memory.told || level >= below_percent + REFUELLED) {
        memory.from = null;
        memory.told = false;
      }
      return;
    }
    memory.from ??= at;
    if (memory.told || at - memory.from < SETTLED) return;
    memory.told = true;
    const value = Math.round(level * 10) / 10;
    report({ from: memory.from, value, threshold: below_percent, unit: '%', message: `${value} % of the fuel is left.` });
  },
  explain({ from, told }, { at, reading }, { below_percent }) {
    return [
      atMost('fuel_level', signalIn(reading.signals, 'fuel_level'), below_percent, '%'),
      lasts('low_for', from, at, SETTLED / 1_000),
      notToldYet(told),
    ];
  },
  examples: [
    {
      name: 'nearly empty, sloshing about the threshold: told once',
      given: [13, 9, 11, 9.5, 9, 9, 11, 9, 8, 8, 8].map((fuel_level, minute) => ({
        at: minute * 60_000,
        reading: { signals: { fuel_level } },
      })),
      finds: [{ from: 180_000, value: 9, threshold: 10, unit: '%' }],
    },
    {
      name: 'half full',
      given: [52, 51, 50].map((fuel_level, i) => ({ at: i * 600_000, reading: { signals: { fuel_level } } })),
      finds: [],
    },
  ],
});
