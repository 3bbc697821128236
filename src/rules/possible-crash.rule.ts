import { z } from 'zod';
import type { Location } from '../model/alert.js';
import { type Instant, type Kmh, type Mps2, seconds } from '../model/units.js';
import { defineRule } from './define-rule.js';

type CrashMemory = {
  /** The fastest of the seconds before: newest reading with a speed, and the one before it. */
  speed: Kmh | null;
  speedAt: Instant;
  /** A blow that waits for a stop. */
  blow: { at: Instant; peak: Mps2; speed: Kmh; location: Location | null } | null;
};

const GRAVITY: Mps2 = 9.81;
const STANDING: Kmh = 3;
/** A speed older than this says nothing of the moment of the blow. */
const SPEED_FRESH = seconds(10);

export const possibleCrash = defineRule({
  kind: 'possible_crash',
  when: 'a blow of `threshold` or more (gravity taken off) at `min_speed_kmh` or more, and the vehicle stands within `stop_within_s` after it',
  params: z.strictObject({
    threshold: z.number().positive().default(25).describe('m/s²; about 2.5 g: no road and no driver does it'),
    min_speed_kmh: z.number().min(0).default(15).describe('a slammed door of a parked vehicle is no crash'),
    stop_within_s: z.number().positive().default(30),
  }),
  severity: 'critical',
  cooldown_s: 60,
  start: (): CrashMemory => ({ speed: null, speedAt: 0, blow: null }),
  step(memory, { at, speed, reading, location }, { threshold, min_speed_kmh, stop_within_s }, report) {
    const { acc } = reading;
    if (acc !== undefined && memory.speed !== null && at - memory.speedAt <= SPEED_FRESH && memory.speed >= min_speed_kmh) {
      const peak = Math.hypot(acc.x, acc.y, acc.z - GRAVITY);
      if (peak >= threshold && (memory.blow === null || peak > memory.blow.peak)) {
        memory.blow = {
          at: memory.blow?.at ?? at,
          peak,
          speed: memory.speed,
          location: location ? { lat: location.lat, lon: location.lon } : null,
        };
      }
    }
    if (speed !== undefined) {
      memory.speed = speed;
      memory.speedAt = at;
    }
    const { blow } = memory;
    if (blow === null) return;
    if (at - blow.at > seconds(stop_within_s)) {
      memory.blow = null;
      return;
    }
    if (speed === undefined || speed > STANDING) return;
    memory.blow = null;
    const value = Math.round(blow.peak * 10) / 10;
    const message = `A blow of ${value} m/s² at ${Math.round(blow.speed)} km/h, and then a stop.`;
    report({ from: blow.at, to: at, value, threshold, unit: 'm/s2', location: blow.location ?? undefined, message });
  },
  examples: [
    {
      name: 'a blow at 60 km/h and a stop 3 s later',
      given: [
        { at: 0, speed: 62 },
        { at: 1_000, speed: 40, reading: { acc: { x: 4, y: -38, z: 12 } } },
        { at: 2_000, speed: 8 },
        { at: 4_000, speed: 0 },
      ],
      finds: [{ from: 1_000, to: 4_000, value: 38.3, threshold: 25, unit: 'm/s2' }],
    },
    {
      name: 'a pot-hole, and on it goes',
      given: [
        { at: 0, speed: 62 },
        { at: 1_000, speed: 62, reading: { acc: { x: 0, y: 0, z: 40 } } },
        { at: 40_000, speed: 60 },
        { at: 60_000, speed: 0 },
      ],
      finds: [],
    },
    {
      name: 'a blow while parked',
      given: [
        { at: 0, speed: 0 },
        { at: 1_000, speed: 0, reading: { acc: { x: 30, y: 0, z: 10 } } },
        { at: 2_000, speed: 0 },
      ],
      finds: [],
    },
  ],
});
