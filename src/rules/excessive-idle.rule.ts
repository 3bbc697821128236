import { z } from 'zod';
import { signalIn } from '../model/signal-columns.js';
import { placeOfSignal, toldBy } from '../model/told-signals.js';
import { type Instant, seconds } from '../model/units.js';
import { atMost, is, lasts, notToldYet } from './condition.js';
import { defineRule } from './define-rule.js';

const RPM = placeOfSignal('engine_rpm');
const PTO = placeOfSignal('pto_active');

type IdleMemory = {
  from: Instant | null;
  newest: Instant;
  told: boolean;
  /** A PTO is at work, as told last: it is polled seldom. */
  pto?: boolean;
};

/** Walking pace of a GPS that stands still is not driving. */
const STANDING_KMH = 2;
/** Longer without a word from the engine: it may have been off in between. */
const LONGEST_GAP = seconds(180);

export const excessiveIdle = defineRule({
  kind: 'excessive_idle',
  when: 'the engine runs in a standing vehicle for `after_s` or longer, and no PTO is at work; told once per stop, and at its end with its length',
  params: z.strictObject({ after_s: z.number().positive().default(300).describe('from so long on it is told') }),
  severity: 'info',
  cooldown_s: 0,
  start: (): IdleMemory => ({ from: null, newest: 0, told: false }),
  step(memory, { at, speed, engineOn, reading, fuelType }, { after_s }, report) {
    if (fuelType === 'electric') return;
    const { from, newest, told } = memory;
    const { known } = toldBy(reading.signals);
    const pto = known[PTO]!;
    if (!Number.isNaN(pto)) memory.pto = pto === 1;
    // An engine that a stop-start system has stopped does not idle.
    const ends = engineOn === false || known[RPM] === 0 || (speed !== undefined && speed > STANDING_KMH) || memory.pto === true;
    if (from !== null && (ends || at - newest > LONGEST_GAP)) {
      memory.from = null;
      memory.told = false;
      if (told) {
        const end = ends && at - newest <= LONGEST_GAP ? at : newest;
        report({
          from,
          to: end,
          value: Math.round((end - from) / 1_000),
          threshold: after_s,
          unit: 's',
          message: messageOf(end - from),
        });
      }
    }
    if (ends || engineOn !== true || speed === undefined) return; // not sent is not zero
    memory.from ??= at;
    memory.newest = at;
    if (memory.told || at - memory.from < seconds(after_s)) return;
    memory.told = true;
    const idle = at - memory.from;
    report({ from: memory.from, value: Math.round(idle / 1_000), threshold: after_s, unit: 's', message: messageOf(idle) });
  },
  explain({ from, told }, { at, speed, engineOn, reading, fuelType }, { after_s }) {
    return [
      is('electric_vehicle', fuelType === 'electric', false),
      is('engine_on', engineOn, true),
      atMost('speed', speed, STANDING_KMH, 'km/h'),
      is('pto', signalIn(reading.signals, 'pto_active') === 1, false),
      lasts('idles_for', from, at, after_s),
      notToldYet(told),
    ];
  },
  examples: [
    {
      name: 'five minutes at the kerb, and a few more',
      given: [
        ...Array.from({ length: 8 }, (_, minute) => ({ at: minute * 60_000, speed: 0, engineOn: true })),
        { at: 450_000, speed: 9, engineOn: true },
      ],
      finds: [
        { from: 0, value: 300 },
        { from: 0, to: 450_000, value: 450 },
      ],
    },
    {
      name: 'a PTO at work',
      given: Array.from({ length: 8 }, (_, minute) => ({
        at: minute * 60_000,
        speed: 0,
        engineOn: true,
        reading: { signals: { pto_active: 1 } },
      })),
      finds: [],
    },
    {
      name: 'a PTO at work that is asked once only',
      given: Array.from({ length: 8 }, (_, minute) => ({
        at: minute * 60_000,
        speed: 0,
        engineOn: true,
        reading: { signals: minute === 0 ? { pto_active: 1 } : {} },
      })),
      finds: [],
    },
    {
      name: 'a stop-start engine that stands meanwhile',
      given: Array.from({ length: 40 }, (_, i) => ({
        at: i * 15_000,
        speed: 0,
        engineOn: i % 8 < 2 ? undefined : true,
        reading: { signals: { engine_rpm: i % 8 < 2 ? 0 : 800 } },
      })),
      finds: [],
    },
    {
      name: 'off and on again in between',
      given: [0, 100, 200, 299, 301, 400].map(s => ({ at: s * 1_000, speed: 0, engineOn: s !== 299 })),
      finds: [],
    },
  ],
});

function messageOf(idle: number): string {
  return `The engine idles for ${Math.floor(idle / 60_000)} min.`;
}
