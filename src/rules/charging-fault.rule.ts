import { z } from 'zod';
import { numbersAtStart } from '../model/number-list.js';
import { hours, type Millis, minutes, seconds, type Volts } from '../model/units.js';
import { above, below, is, lasts, notToldYet } from './condition.js';
import { defineRule } from './define-rule.js';
import {
  endVoltage,
  HELD_NUMBERS,
  heldAtStart,
  holdVoltage,
  isTold,
  type LooseVoltage,
  outFor,
  outSince,
  restartVoltage,
  settledVoltage,
  takeHeld,
  takeVoltage,
  toldVoltage,
  VOLTAGE_NUMBERS,
  voltageAtStart,
  voltageOf,
  worstOf,
} from './voltage-event.js';

/** A running engine that is silent for longer may have been another drive. */
const LONGEST_GAP: Millis = minutes(10);

/**
 * A smart alternator lets the voltage sag for minutes and lifts it again while the engine runs; one that fails does not come back. So often,
 * and for so long at least, it has to be seen before it counts as smart: then it is judged by the hour (obd-facts §5), or where the battery is
 * drained below half.
 */
const DIPS_OF_A_SMART_ONE = 3;
const SHORTEST_DIP: Millis = minutes(1);
const SMART_FOR: Millis = hours(1);
const HALF_EMPTY = 12.2;

/** Numbers: the voltage as one that may be too low, the same as one that may be too high, how often it sagged and came back. */
type ChargingMemory = number[];
const LOW = 0;
const HIGH = VOLTAGE_NUMBERS;
const DIPS = HIGH + HELD_NUMBERS;
const AT_START = numbersAtStart(DIPS + 1, [...voltageAtStart(LOW), ...heldAtStart(HIGH)]);

const isSmart = (memory: ChargingMemory): boolean => memory[DIPS]! >= DIPS_OF_A_SMART_ONE;

const lowFor = (memory: ChargingMemory, volts: Volts | undefined, low_s: number): Millis =>
  isSmart(memory) && volts !== undefined && volts >= HALF_EMPTY ? Math.max(SMART_FOR, seconds(low_s)) : seconds(low_s);

export const chargingFault = defineRule({
  kind: 'charging_fault',
  when: 'with the engine running the voltage is below `below_v` for `low_s`, or above `above_v` for `high_s`; told once until it is right again (the median of three readings; 24 V systems are halved); an alternator that was seen to sag and come back three times is a smart one: it is told of after an hour, or below 12.2 V',
  params: z.strictObject({
    below_v: z.number().positive().default(13).describe('V; 13.5 to 14.8 are normal'),
    low_s: z.number().min(0).default(300).describe('smart alternators let it sag for a while'),
    above_v: z.number().positive().default(15.2).describe('V'),
    high_s: z.number().min(0).default(30),
  }),
  severity: 'warning',
  cooldown_s: 3_600,
  start: (): ChargingMemory => AT_START.slice(),
  read(saved) {
    if (!('low' in saved && 'high' in saved)) return undefined;
    const { low, high, dips = 0 } = saved as { low: LooseVoltage; high: LooseVoltage; dips?: number };
    const memory = AT_START.slice();
    takeVoltage(memory, LOW, low);
    takeHeld(memory, HIGH, high);
    memory[DIPS] = dips;
    return memory;
  },
  rests: ({ reading, engineOn, fuelType }) => fuelType === 'electric' || !engineOn || toldVoltage(reading) === undefined,
  step(memory, { at, reading, engineOn, fuelType }, { below_v, low_s, above_v, high_s }, report) {
    if (fuelType === 'electric' || engineOn === undefined) return;
    if (!engineOn) {
      restartVoltage(memory, LOW);
      endVoltage(memory, HIGH);
      return;
    }
    const volts = voltageOf(memory, LOW, reading);
    if (volts === undefined) return;
    if (volts >= below_v) {
      if (!isTold(memory, LOW) && outFor(memory, LOW) >= SHORTEST_DIP && !isSmart(memory)) memory[DIPS]! += 1;
      endVoltage(memory, LOW);
    } else if (holdVoltage(memory, LOW, at, volts, lowFor(memory, volts, low_s), LONGEST_GAP, volts < worstOf(memory, LOW))) {
      report({
        from: outSince(memory, LOW)!,
        value: worstOf(memory, LOW),
        threshold: below_v,
        unit: 'V',
        message: `Not charging: ${worstOf(memory, LOW)} V with the engine running.`,
      });
    }
    if (volts <= above_v) endVoltage(memory, HIGH);
    else if (holdVoltage(memory, HIGH, at, volts, seconds(high_s), LONGEST_GAP, volts > worstOf(memory, HIGH))) {
      report({
        from: outSince(memory, HIGH)!,
        value: worstOf(memory, HIGH),
        threshold: above_v,
        unit: 'V',
        message: `Overcharging: ${worstOf(memory, HIGH)} V with the engine running.`,
      });
    }
  },
  explain(memory, { at, engineOn, fuelType }, { below_v, low_s, above_v, high_s }) {
    const volts = settledVoltage(memory, LOW);
    const highSince = outSince(memory, HIGH);
    const isHigh = highSince !== null;
    return [
      is('electric_vehicle', fuelType === 'electric', false),
      is('engine_on', engineOn, true),
      isHigh ? above('voltage', volts, above_v, 'V') : below('voltage', volts, below_v, 'V'),
      isHigh
        ? lasts('too_high_for', highSince, at, high_s)
        : lasts(
            isSmart(memory) ? 'too_low_smart_for' : 'too_low_for',
            outSince(memory, LOW),
            at,
            lowFor(memory, volts, low_s) / 1_000,
          ),
      notToldYet(isTold(memory, isHigh ? HIGH : LOW)),
    ];
  },
  examples: [
    {
      name: 'a torn belt',
      given: [14.2, 12.9, 12.7, 12.5, 12.4, 12.3, 12.2, 12.1, 12].map((externalVoltage, minute) => ({
        at: minute * 60_000,
        engineOn: true,
        reading: { externalVoltage },
      })),
      finds: [{ from: 120_000, value: 12.2, threshold: 13, unit: 'V' }],
    },
    {
      name: 'a broken regulator',
      given: [14.2, 15.4, 15.8, 15.9, 15.9, 15.9].map((externalVoltage, i) => ({
        at: i * 15_000,
        engineOn: true,
        reading: { externalVoltage },
      })),
      finds: [{ from: 30_000, value: 15.9, threshold: 15.2 }],
    },
    {
      name: 'a 24 V system whose belt is torn',
      given: [28.2, 28.1, 28.1, 25.2, 25, 24.8, 24.6, 24.4, 24.2, 24].map((externalVoltage, minute) => ({
        at: minute * 60_000,
        engineOn: true,
        reading: { externalVoltage },
      })),
      finds: [{ from: 240_000, value: 12.1, threshold: 13 }],
    },
    {
      name: 'odd samples, minutes apart',
      given: [14.2, 14.1, 16.5, 14.2, 14.1, 29, 14.1, 14.2, 9.5, 14.2, 14.2].map((externalVoltage, minute) => ({
        at: minute * 60_000,
        engineOn: true,
        reading: { externalVoltage },
      })),
      finds: [],
    },
    {
      name: 'a smart alternator, seen to come back, cruises for half an hour without charging',
      given: [...[0, 1, 2].flatMap(() => [14.4, 14.4, 12.6, 12.6, 12.6, 12.5]), 14.4, 14.4, ...Array(30).fill(12.5)].map(
        (externalVoltage, minute) => ({ at: minute * 60_000, engineOn: true, reading: { externalVoltage } }),
      ),
      finds: [],
    },
    {
      name: 'a smart alternator that fails: the battery is drained',
      given: [
        ...[0, 1, 2].flatMap(() => [14.4, 14.4, 12.6, 12.6, 12.6, 12.5]),
        14.4,
        14.4,
        ...Array.from({ length: 20 }, (_, minute) => 12.6 - minute / 20),
      ].map((externalVoltage, minute) => ({ at: minute * 60_000, engineOn: true, reading: { externalVoltage } })),
      finds: [{ from: 21 * 60_000, threshold: 13, unit: 'V' }],
    },
    {
      name: 'a smart alternator, and the engine off',
      given: [14.2, 12.8, 12.8, 12.8, 14.4, 12.6, 12.5, 12.5, 12.5, 12.5, 12.5, 12.5].map((externalVoltage, minute) => ({
        at: minute * 60_000,
        engineOn: minute < 5,
        reading: { externalVoltage },
      })),
      finds: [],
    },
  ],
});
