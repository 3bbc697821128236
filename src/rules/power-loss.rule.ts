import { z } from 'zod';
import type { Location } from '../model/alert.js';
import { UNPLUGGED } from '../model/device-signals.js';
import { placeOfSignal, toldBy } from '../model/told-signals.js';
import { type Instant, seconds, type Volts } from '../model/units.js';
import { atLeast, below, lasts, notToldYet } from './condition.js';
import { defineRule, type Finding } from './define-rule.js';

const SAYS_UNPLUGGED = placeOfSignal(UNPLUGGED);

type SupplyMemory = {
  /** The last healthy voltage; null until one was seen: a device without a supply of its own never lost it. */
  healthy: Volts | null;
  /** The first reading at which the supply was too low, the lowest since, and the newest reading of any kind. */
  low: { from: Instant; volts: Volts; newest: Instant; location: Location | null } | null;
  told: boolean;
  /** The device said that its supply is gone, and has not taken it back. Absent in memories of before. */
  unplugged?: boolean;
};

/** Of the healthy voltage: so that 24 V systems are judged alike. Cranking of a good battery stays above 9.6 of 12.6 V (obd-facts §5). */
const BROWN_OUT = 0.75;
const HEALTHY: Volts = 9;
/** Back is a good deal above brown-out. */
const BACK = 0.85;

const placeOf = (location: Location | undefined): Location | null =>
  location === undefined ? null : { lat: location.lat, lon: location.lon };

const params = z.strictObject({
  gone_below_v: z.number().min(0).default(6).describe('V; the supply is gone: no vehicle runs on it'),
  silence_s: z.number().min(1).default(120).describe('a brown-out with no reading for so long after it is a loss'),
  confirm_s: z.number().min(0).default(10).describe('with the engine running, or above `gone_below_v`, it must last as long'),
});

/** How a supply went, in words. */
const HOW = { cut: 'unplugged or cut', collapsed: 'it collapsed', silent: 'a brown-out and then silence' } as const;

const finding = (
  { from, volts, location }: NonNullable<SupplyMemory['low']>,
  threshold: Volts,
  how: keyof typeof HOW,
): Finding => ({
  from,
  value: volts,
  threshold,
  unit: 'V',
  location: location ?? undefined,
  message: `The supply of the device is gone: ${HOW[how]} at ${volts} V.`,
  said: [{ code: 'supply_gone', how, volts }],
});

export const powerLoss = defineRule({
  kind: 'power_loss',
  when: 'the device says that its supply is gone (`device_unplugged`), or its supply falls below `gone_below_v` (unplugged, battery cut), or browns out with no engine running and is low for `confirm_s` or followed by `silence_s` without a reading; told once until it is back',
  params,
  severity: 'critical',
  cooldown_s: 0,
  start: (): SupplyMemory => ({ healthy: null, low: null, told: false }),
  rests: ({ reading }) => reading.externalVoltage === undefined && toldBy(reading.signals).known[SAYS_UNPLUGGED] !== 1,
  step(memory, { at, reading, engineOn, location }, { gone_below_v, confirm_s }, report) {
    if (memory.low !== null) memory.low.newest = at;
    const volts = reading.externalVoltage;
    const said = toldBy(reading.signals).known[SAYS_UNPLUGGED];
    if (said === 1 && memory.unplugged !== true) {
      memory.unplugged = true;
      if (!memory.told) {
        memory.told = true;
        report({
          from: at,
          ...(volts !== undefined && { value: volts, unit: 'V' }),
          threshold: volts === undefined ? undefined : gone_below_v,
          location: placeOf(location) ?? undefined,
          message: 'The device says that its supply is gone: unplugged or cut.',
          said: [{ code: 'supply_gone_told' }],
        });
      }
    } else if (said === 0 && memory.unplugged === true) {
      memory.unplugged = false;
      // Without a voltage its word is all there is; else that decides.
      if (volts === undefined) {
        memory.low = null;
        memory.told = false;
      }
    }
    if (volts === undefined) return;
    if (memory.healthy === null || volts >= (memory.low === null ? BROWN_OUT : BACK) * memory.healthy) {
      if (volts < HEALTHY) return;
      memory.healthy = volts;
      // A device whose voltage never fell takes its word back itself; else one that contradicts itself would tell it again and again.
      if (said !== 1 && memory.low !== null) memory.unplugged = false;
      memory.low = null;
      if (memory.unplugged !== true) memory.told = false;
      return;
    }
    const gone = volts < gone_below_v;
    if (!gone && engineOn === true) return;
    memory.low ??= {
      from: at,
      volts,
      newest: at,
      location: placeOf(location),
    };
    if (volts < memory.low.volts) memory.low.volts = volts;
    if (memory.told) return;
    const lasted = at - memory.low.from >= seconds(confirm_s) && at > memory.low.from;
    if (!lasted && (!gone || engineOn === true)) return;
    memory.told = true;
    report(finding(memory.low, gone_below_v, gone ? 'cut' : 'collapsed'));
  },
  due: ({ low, told }, { silence_s }) => (low === null || told ? undefined : low.newest + seconds(silence_s)),
  lapse(memory, _at, { gone_below_v }, report) {
    if (memory.low === null || memory.told) return;
    memory.told = true;
    report(finding(memory.low, gone_below_v, 'silent'));
  },
  explain({ healthy, low, told }, { at, reading, engineOn }, { gone_below_v, confirm_s }) {
    const volts = reading.externalVoltage;
    const gone = volts !== undefined && volts < gone_below_v;
    return [
      atLeast('supply_before', healthy, HEALTHY, 'V'),
      below('supply', volts, healthy === null ? gone_below_v : (low === null ? BROWN_OUT : BACK) * healthy, 'V'),
      lasts('low_for', low?.from, at, gone && engineOn !== true ? 0 : confirm_s),
      notToldYet(told),
    ];
  },
  examples: [
    {
      name: 'unplugged while parked: told at once, and only once',
      given: [
        { at: 0, reading: { externalVoltage: 12.6 } },
        { at: 60_000, reading: { externalVoltage: 0 } },
        { at: 70_000, reading: { externalVoltage: 0 } },
        { at: 90_000, reading: { externalVoltage: 12.6 } },
      ],
      finds: [{ from: 60_000, value: 0, unit: 'V' }],
    },
    {
      name: 'the device says it, again and again, and then its voltage shows it too: told once; and once more the next time',
      given: [
        { at: 0, reading: { externalVoltage: 12.6, signals: { device_unplugged: 0 } } },
        { at: 60_000, reading: { signals: { device_unplugged: 1 } } },
        { at: 61_000, reading: { externalVoltage: 0, signals: { device_unplugged: 1 } } },
        { at: 600_000, reading: { externalVoltage: 0, signals: { device_unplugged: 1 } } },
        { at: 660_000, reading: { externalVoltage: 0, signals: { device_unplugged: 0 } } },
        { at: 670_000, reading: { externalVoltage: 12.5, signals: { device_unplugged: 0 } } },
        { at: 900_000, reading: { externalVoltage: 0.2, signals: { device_unplugged: 1 } } },
      ],
      finds: [{ from: 60_000 }, { from: 900_000, value: 0.2, unit: 'V' }],
    },
    {
      name: 'a device that tells no voltage: its word alone, with the engine running too',
      given: [
        { at: 0, engineOn: true },
        { at: 5_000, engineOn: true, reading: { signals: { device_unplugged: 1 } } },
        { at: 6_000 },
        { at: 65_000, reading: { signals: { device_unplugged: 0 } } },
        { at: 95_000, reading: { signals: { device_unplugged: 1 } } },
      ],
      finds: [{ from: 5_000 }, { from: 95_000 }],
    },
    {
      name: 'a device that contradicts itself is heard once',
      given: [
        { at: 0, reading: { signals: { device_unplugged: 1 } } },
        { at: 10_000, reading: { externalVoltage: 12.6 } },
        { at: 20_000, reading: { signals: { device_unplugged: 1 } } },
        { at: 30_000, reading: { externalVoltage: 12.6 } },
        { at: 40_000, reading: { signals: { device_unplugged: 1 } } },
      ],
      finds: [{ from: 0 }],
    },
    {
      name: 'cranking is no loss',
      given: [
        { at: 0, reading: { externalVoltage: 12.4 } },
        { at: 1_000, reading: { externalVoltage: 8.9 } },
        { at: 2_000, reading: { externalVoltage: 14.1 }, engineOn: true },
        { at: 300_000, reading: { externalVoltage: 14.2 }, engineOn: true },
      ],
      finds: [],
    },
    {
      name: 'a brown-out and then silence',
      given: [
        { at: 0, reading: { externalVoltage: 12.4 } },
        { at: 1_000, reading: { externalVoltage: 8.2 } },
        { at: 600_000, reading: { externalVoltage: 12.5 } },
      ],
      finds: [{ from: 1_000, value: 8.2 }],
    },
    {
      name: 'with the engine running one odd sample proves nothing, ten seconds do',
      given: [
        { at: 0, reading: { externalVoltage: 14 }, engineOn: true },
        { at: 1_000, reading: { externalVoltage: 0 }, engineOn: true },
        { at: 2_000, reading: { externalVoltage: 14 }, engineOn: true },
        { at: 3_000, reading: { externalVoltage: 0 }, engineOn: true },
        { at: 13_000, reading: { externalVoltage: 0 }, engineOn: true },
      ],
      finds: [{ from: 3_000, value: 0 }],
    },
    {
      name: 'a device that never had a supply',
      given: [
        { at: 0, reading: { externalVoltage: 0 } },
        { at: 600_000, reading: { externalVoltage: 0 } },
      ],
      finds: [],
    },
  ],
});
