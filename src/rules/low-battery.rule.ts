import { z } from 'zod';
import { NO_TIME, numbersAtStart } from '../model/number-list.js';
import { hours, type Instant, type Millis, seconds } from '../model/units.js';
import { atLeast, below, is, lasts, notToldYet } from './condition.js';
import { defineRule } from './define-rule.js';
import {
  endVoltage,
  holdVoltage,
  isTold,
  type LooseVoltage,
  outSince,
  restartVoltage,
  settledVoltage,
  takeVoltage,
  VOLTAGE_NUMBERS,
  voltageAtStart,
  voltageOf,
  worstOf,
} from './voltage-event.js';

/** Below, the supply is gone, which is another rule's business. */
const NO_BATTERY = 6;
/** Trackers of parked vehicles report by the hour; a battery at rest does not recover in between. */
const LONGEST_SLEEP: Millis = hours(6);

/** Numbers: the voltage, and the first reading that said that the engine is off, `NO_TIME` while it may run. */
type RestMemory = number[];
const BATTERY = 0;
const RESTS_FROM = VOLTAGE_NUMBERS;
const AT_START = numbersAtStart(RESTS_FROM + 1, [...voltageAtStart(BATTERY), [RESTS_FROM, NO_TIME]]);

export const lowBattery = defineRule({
  kind: 'low_battery',
  when: 'the battery at rest, engine off for `rest_s`, is below `below_v` for `for_s`; told once until it is charged again (the median of three readings; 24 V systems are halved)',
  params: z.strictObject({
    below_v: z.number().positive().default(11.8).describe('V; 12.6 is full, 12.0 flat, 11.8 may not start'),
    for_s: z.number().min(0).default(120),
    rest_s: z.number().min(0).default(60).describe('after the engine stopped; fans and lamps run on for a while'),
  }),
  severity: 'warning',
  cooldown_s: 3_600,
  start: (): RestMemory => AT_START.slice(),
  read(saved) {
    if (!('worst' in saved && 'highest' in saved)) return undefined;
    const loose = saved as LooseVoltage & { restsFrom?: Instant | null };
    const memory = AT_START.slice();
    takeVoltage(memory, BATTERY, loose);
    memory[RESTS_FROM] = loose.restsFrom ?? NO_TIME;
    return memory;
  },
  rests: ({ engineOn }) => engineOn !== false,
  step(memory, { at, reading, engineOn }, { below_v, for_s, rest_s }, report) {
    if (engineOn === true) {
      memory[RESTS_FROM] = NO_TIME;
      return restartVoltage(memory, BATTERY);
    }
    if (engineOn !== false) return;
    if (memory[RESTS_FROM] === NO_TIME) memory[RESTS_FROM] = at;
    if (at - memory[RESTS_FROM]! < seconds(rest_s)) return;
    const volts = voltageOf(memory, BATTERY, reading);
    if (volts === undefined) return;
    if (volts >= below_v || volts < NO_BATTERY)
      return volts >= below_v + 0.3 || volts < NO_BATTERY ? endVoltage(memory, BATTERY) : undefined;
    if (!holdVoltage(memory, BATTERY, at, volts, seconds(for_s), LONGEST_SLEEP, volts < worstOf(memory, BATTERY))) return;
    report({
      from: outSince(memory, BATTERY)!,
      value: worstOf(memory, BATTERY),
      threshold: below_v,
      unit: 'V',
      message: `The battery is at ${worstOf(memory, BATTERY)} V at rest.`,
    });
  },
  explain(memory, { at, engineOn }, { below_v, for_s, rest_s }) {
    const volts = settledVoltage(memory, BATTERY);
    const restsFrom = memory[RESTS_FROM] === NO_TIME ? null : memory[RESTS_FROM]!;
    return [
      is('engine_on', engineOn, false),
      lasts('engine_off_for', restsFrom, at, rest_s),
      below('voltage', volts, below_v, 'V'),
      atLeast('still_a_battery', volts, NO_BATTERY, 'V'),
      lasts('low_for', outSince(memory, BATTERY), at, for_s),
      notToldYet(isTold(memory, BATTERY)),
    ];
  },
  examples: [
    {
      name: 'lights left on',
      given: [12.3, 12, 11.7, 11.6, 11.6, 11.5, 11.5].map((externalVoltage, minute) => ({
        at: minute * 60_000,
        engineOn: false,
        reading: { externalVoltage },
      })),
      finds: [{ from: 180_000, value: 11.6, threshold: 11.8, unit: 'V' }],
    },
    {
      name: 'a tracker that wakes once an hour',
      given: [12.1, 11.9, 11.6, 11.5, 11.4, 11.3].map((externalVoltage, hour) => ({
        at: hour * 3_600_000,
        engineOn: false,
        reading: { externalVoltage },
      })),
      finds: [{ from: 3 * 3_600_000, value: 11.5 }],
    },
    {
      name: 'a low moment while cranking',
      given: [12.3, 9.9, 14.1, 14.2].map((externalVoltage, s) => ({
        at: s * 1_000,
        engineOn: s > 1,
        reading: { externalVoltage },
      })),
      finds: [],
    },
    {
      name: 'odd samples, one of them as of a 24 V system, and fans that run on after the engine stopped',
      given: [14.1, 11.6, 12.5, 12.5, 25, 12.5, 12.4, 9, 12.4, 12.4, 11, 12.4].map((externalVoltage, i) => ({
        at: i * 60_000,
        engineOn: i === 0,
        reading: { externalVoltage },
      })),
      finds: [],
    },
    {
      name: 'a 24 V system that goes flat',
      given: [28.1, 24.9, 24.6, 23.5, 23.4, 23.4, 23.3, 23.2, 23.2].map((externalVoltage, minute) => ({
        at: minute * 60_000,
        engineOn: minute === 0,
        reading: { externalVoltage },
      })),
      finds: [{ from: 240_000, value: 11.7 }],
    },
    {
      name: 'a healthy 24 V system',
      given: [28.1, 24.9, 24.8, 24.8, 24.7, 24.7, 24.7].map((externalVoltage, minute) => ({
        at: minute * 60_000,
        engineOn: minute === 0,
        reading: { externalVoltage },
      })),
      finds: [],
    },
  ],
});
