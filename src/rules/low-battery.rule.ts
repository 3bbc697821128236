import { z } from 'zod';
import { seconds } from '../model/units.js';
import { atLeast, below, is, lasts, notToldYet } from './condition.js';
import { defineRule } from './define-rule.js';
import { endVoltage, holdVoltage, newVoltageMemory, type VoltageMemory, voltageOf } from './voltage-event.js';

/** Below, the supply is gone, which is another rule's business. */
const NO_BATTERY = 6;

export const lowBattery = defineRule({
  kind: 'low_battery',
  when: 'the battery at rest, engine off, is below `below_v` for `for_s`; told once until it is charged again (24 V systems are halved)',
  params: z.strictObject({
    below_v: z.number().positive().default(11.8).describe('V; 12.6 is full, 12.0 flat, 11.8 may not start'),
    for_s: z.number().min(0).default(120),
  }),
  severity: 'warning',
  cooldown_s: 3_600,
  start: newVoltageMemory,
  step(memory: VoltageMemory, { at, reading, engineOn }, { below_v, for_s }, report) {
    const volts = voltageOf(memory, reading);
    if (engineOn === true) return endVoltage(memory);
    if (volts === undefined || engineOn !== false) return;
    if (volts >= below_v || volts < NO_BATTERY)
      return volts >= below_v + 0.3 || volts < NO_BATTERY ? endVoltage(memory) : undefined;
    if (!holdVoltage(memory, at, volts, seconds(for_s), volts < memory.worst)) return;
    report({
      from: memory.from!,
      value: memory.worst,
      threshold: below_v,
      unit: 'V',
      message: `The battery is at ${memory.worst} V at rest.`,
    });
  },
  explain(memory, { at, reading, engineOn }, { below_v, for_s }) {
    const volts = voltageOf({ ...memory }, reading);
    return [
      is('engine on', engineOn, false),
      below('voltage', volts, below_v, 'V'),
      atLeast('voltage that is still a battery', volts, NO_BATTERY, 'V'),
      lasts('low for', memory.from, at, for_s),
      notToldYet(memory.told),
    ];
  },
  examples: [
    {
      name: 'lights left on',
      given: [12.3, 12, 11.7, 11.6, 11.6, 11.5].map((externalVoltage, minute) => ({
        at: minute * 60_000,
        engineOn: false,
        reading: { externalVoltage },
      })),
      finds: [{ from: 120_000, value: 11.6, threshold: 11.8, unit: 'V' }],
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
      name: 'a healthy 24 V system, and a flat one',
      given: [28.1, 24.9, 23.4, 23.3, 23.2].map((externalVoltage, minute) => ({
        at: minute * 60_000,
        engineOn: minute === 0,
        reading: { externalVoltage },
      })),
      finds: [{ from: 120_000, value: 11.6 }],
    },
  ],
});
