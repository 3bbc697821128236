import { z } from 'zod';
import type { Location } from '../model/alert.js';
import { signalIn } from '../model/signal-columns.js';
import { placeOfSignal, toldBy } from '../model/told-signals.js';
import type { Instant } from '../model/units.js';
import { atLeast, atMost, is, notToldYet, positionAccepted } from './condition.js';
import { defineRule } from './define-rule.js';
import { metresBetween } from './metres-between.js';

const WHEEL_SPEED = placeOfSignal('vehicle_speed');

type TowMemory = {
  /** Where it was parked, engine off; null while it is not. */
  parked: Location | null;
  /** The first fix of a row that is far from there. */
  away: { from: Instant; fixes: number; farthest: number } | null;
  told: boolean;
  /** As told last, on until it is told off: many devices tell it when it changes only. */
  ignition?: boolean;
};

/** One wild fix is no tow. */
const FIXES = 3;

export const tow = defineRule({
  kind: 'tow',
  when: 'with the engine off, and no wheel speed on the bus, the position is `distance_m` or more from where it was parked for three fixes in a row; told once, until the engine runs',
  params: z.strictObject({ distance_m: z.number().positive().default(200) }),
  severity: 'critical',
  cooldown_s: 0,
  start: (): TowMemory => ({ parked: null, away: null, told: false, ignition: true }),
  rests: ({ engineOn, reading }) =>
    reading.ignition !== false &&
    (engineOn === true || reading.ignition === true || toldBy(reading.signals).known[WHEEL_SPEED]! > 0),
  step(memory, { at, engineOn, fix, reading, fuelType }, { distance_m }, report) {
    // A bus that tells wheel speed is awake: somebody drives, coasting or on a battery.
    // One that drives without its engine is off when its ignition is.
    if (reading.ignition !== undefined) memory.ignition = reading.ignition;
    const quiet = fuelType === 'electric' || fuelType === 'hybrid';
    const silentEngine = quiet ? memory.ignition === false : engineOn === false;
    const awake = reading.ignition === true || toldBy(reading.signals).known[WHEEL_SPEED]! > 0;
    if (engineOn === true || awake) {
      memory.parked = null;
      memory.away = null;
      memory.told = false;
      return;
    }
    if (fix === undefined || !silentEngine) return;
    memory.parked ??= { lat: fix.lat, lon: fix.lon };
    if (memory.told) return;
    const distance = metresBetween(memory.parked, fix);
    if (distance < distance_m) {
      memory.away = null;
      return;
    }
    memory.away ??= { from: at, fixes: 0, farthest: 0 };
    memory.away.fixes++;
    memory.away.farthest = Math.max(memory.away.farthest, distance);
    if (memory.away.fixes < FIXES) return;
    memory.told = true;
    const value = Math.round(memory.away.farthest);
    report({
      from: memory.away.from,
      value,
      threshold: distance_m,
      unit: 'm',
      location: { ...memory.parked },
      message: `Moved ${value} m with the engine off.`,
    });
    memory.away = null;
  },
  explain({ parked, away, told }, { engineOn, fix, reading, fuelType }, { distance_m }) {
    const ignitionTells = fuelType === 'electric' || fuelType === 'hybrid';
    return [
      is(ignitionTells ? 'ignition_on' : 'engine_on', ignitionTells ? reading.ignition : engineOn, false),
      atMost('wheel_speed', signalIn(reading.signals, 'vehicle_speed') ?? 0, 0, 'km/h'),
      positionAccepted(reading.fix !== undefined, fix !== undefined),
      atLeast('moved_away', parked && fix && metresBetween(parked, fix), distance_m, 'm'),
      atLeast('fixes_far_away', told ? FIXES : (away?.fixes ?? 0), FIXES, 'fixes'),
      notToldYet(told),
    ];
  },
  examples: [
    {
      name: 'carried away: told with the third fix beyond 200 m',
      given: [0, 0, 150, 300, 450, 600, 900].map((metres, i) => ({ at: i * 10_000, engineOn: false, fix: fixAt(metres) })),
      finds: [{ from: 30_000, value: 600, threshold: 200, unit: 'm' }],
    },
    {
      name: 'an electric car whose ignition was told off once, carried away',
      given: [0, 0, 150, 300, 450, 600].map((metres, i) => ({
        at: i * 10_000,
        fuelType: 'electric' as const,
        engineOn: undefined,
        fix: fixAt(metres),
        reading: i === 0 ? { ignition: false } : {},
      })),
      finds: [{ from: 30_000, value: 600 }],
    },
    {
      name: 'an electric car of which nobody tells whether it is on',
      given: [0, 0, 150, 300, 450, 600].map((metres, i) => ({
        at: i * 10_000,
        fuelType: 'electric' as const,
        engineOn: false,
        fix: fixAt(metres),
      })),
      finds: [],
    },
    {
      name: 'one wild fix',
      given: [0, 0, 900, 0, 0].map((metres, i) => ({ at: i * 10_000, engineOn: false, fix: fixAt(metres) })),
      finds: [],
    },
    {
      name: 'driven away',
      given: [0, 100, 400, 900, 1_400].map((metres, i) => ({ at: i * 10_000, engineOn: i > 0, fix: fixAt(metres) })),
      finds: [],
    },
  ],
});

function fixAt(metres: number) {
  return {
    lat: 50 + metres / 111_195,
    lon: 8,
    speed: undefined,
    heading: undefined,
    altitude: undefined,
    hdop: 1,
    sats: 9,
    accuracy: undefined,
  };
}
