import { z } from 'zod';
import { type Instant, seconds } from '../model/units.js';
import { atLeast, below, lasts, notToldYet } from './condition.js';
import { defineRule } from './define-rule.js';

type DrivingMemory = { from: Instant | null; newest: Instant; driver: string | null; told: boolean };

const DRIVING_KMH = 5;

export const continuousDriving = defineRule({
  kind: 'continuous_driving',
  when: 'somebody drives for `after_s` without a break of `break_s`; told once, and at the break with the whole length; a known change of drivers is a break',
  params: z.strictObject({
    after_s: z.number().positive().default(16_200).describe('4.5 h, as EU 561/2006'),
    break_s: z.number().positive().default(900),
  }),
  severity: 'warning',
  cooldown_s: 0,
  start: (): DrivingMemory => ({ from: null, newest: 0, driver: null, told: false }),
  step(memory, { at, speed, driver }, { after_s, break_s }, report) {
    if (speed === undefined || speed < DRIVING_KMH) return;
    const changed = driver !== undefined && memory.driver !== null && driver !== memory.driver;
    if (memory.from !== null && (changed || at - memory.newest >= seconds(break_s))) {
      if (memory.told) report(findingOf(memory.from, memory.newest - memory.from, after_s, memory.newest));
      memory.from = null;
      memory.driver = null;
      memory.told = false;
    }
    memory.from ??= at;
    memory.newest = at;
    if (driver !== undefined) memory.driver = driver;
    if (memory.told || at - memory.from < seconds(after_s)) return;
    memory.told = true;
    report(findingOf(memory.from, at - memory.from, after_s));
  },
  due: ({ told, newest }, { break_s }) => (told ? newest + seconds(break_s) : undefined),
  lapse(memory, _at, { after_s }, report) {
    if (memory.from !== null && memory.told) report(findingOf(memory.from, memory.newest - memory.from, after_s, memory.newest));
    memory.from = null;
    memory.driver = null;
    memory.told = false;
  },
  explain({ from, newest, told }, { at, speed }, { after_s, break_s }) {
    return [
      atLeast('speed', speed, DRIVING_KMH, 'km/h'),
      below('break_so_far', from === null ? undefined : (at - newest) / 1_000, break_s, 's'),
      lasts('driven_for', from, newest, after_s),
      notToldYet(told),
    ];
  },
  examples: [
    {
      name: 'five hours with stops of ten minutes, then a break',
      given: [
        ...Array.from({ length: 31 }, (_, i) => ({ at: i * 600_000, speed: 80 })),
        { at: 20_000_000, speed: 0 },
        { at: 21_000_000, speed: 50 },
      ],
      finds: [
        { from: 0, value: 16_200, unit: 's' },
        { from: 0, to: 18_000_000, value: 18_000 },
      ],
    },
    {
      name: 'a break of fifteen minutes after four hours',
      given: [
        ...Array.from({ length: 25 }, (_, i) => ({ at: i * 600_000, speed: 80 })),
        { at: 15_300_000, speed: 80 },
        { at: 18_000_000, speed: 80 },
      ],
      finds: [],
    },
    {
      name: 'two drivers in turn',
      given: Array.from({ length: 40 }, (_, i) => ({ at: i * 600_000, speed: 80, driver: i < 20 ? 'd-1' : 'd-2' })),
      finds: [],
    },
  ],
});

function findingOf(from: Instant, length: number, after_s: number, to?: Instant) {
  const value = Math.round(length / 1_000);
  return {
    from,
    to,
    value,
    threshold: after_s,
    unit: 's',
    message: `Driven for ${(value / 3_600).toFixed(1)} h without a break.`,
  };
}
