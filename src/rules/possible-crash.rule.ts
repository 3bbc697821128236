import { z } from 'zod';
import type { Location } from '../model/alert.js';
import { NOT_TOLD, toldOr } from '../model/not-told.js';
import { type Instant, type Kmh, type Mps2, STANDARD_GRAVITY, seconds } from '../model/units.js';
import { asked, atLeast, seen } from './condition.js';
import { defineRule } from './define-rule.js';

type CrashMemory = {
  /** Of the newest reading with a speed; `NOT_TOLD` before it, null in memories of before. */
  speed: Kmh | null;
  speedAt: Instant;
  /** A blow that waits for a stop. */
  blow: Blow | null;
  /** The newest reading since. */
  heardAt?: Instant;
};

interface Blow {
  at: Instant;
  peak: Mps2;
  speed: Kmh;
  location: Location | null;
}

const STANDING: Kmh = 3;
/** A speed older than this says nothing of the moment of the blow. */
const SPEED_FRESH = seconds(10);
/** A device that is not heard for so long after a blow may be broken by it. Devices that send in batches do so more often. */
const SILENT = seconds(180);

export const possibleCrash = defineRule({
  kind: 'possible_crash',
  when: 'a blow of `threshold` or more (gravity taken off) at `min_speed_kmh` or more, and the vehicle stands within `stop_within_s` after it, or is heard no more',
  params: z.strictObject({
    threshold: z.number().positive().default(25).describe('m/s²; about 2.5 g: no road and no driver does it'),
    min_speed_kmh: z.number().min(0).default(15).describe('a slammed door of a parked vehicle is no crash'),
    stop_within_s: z.number().positive().default(30),
  }),
  severity: 'critical',
  cooldown_s: 60,
  start: (): CrashMemory => ({ speed: NOT_TOLD, speedAt: 0, blow: null }),
  step(memory, { at, speed, reading, location, blow: felt }, { threshold, min_speed_kmh, stop_within_s }, report) {
    const { acc } = reading;
    if (acc !== undefined && memory.speed !== null && at - memory.speedAt <= SPEED_FRESH && memory.speed >= min_speed_kmh) {
      // As told, where the mounting is not known yet.
      const peak = felt ?? Math.hypot(acc.x, acc.y, acc.z - STANDARD_GRAVITY);
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
    memory.heardAt = at;
    if (speed === undefined || speed > STANDING) return;
    memory.blow = null;
    report({ ...findingOf(blow, threshold, 'a stop'), to: at });
  },
  due: ({ blow, heardAt }, { stop_within_s }) =>
    // Heard for long enough after it, and driving: it was a pot-hole.
    blow === null || (heardAt ?? blow.at) - blow.at > seconds(stop_within_s) ? undefined : (heardAt ?? blow.at) + SILENT,
  lapse(memory, _at, { threshold }, report) {
    const { blow } = memory;
    memory.blow = null;
    if (blow !== null) report({ ...findingOf(blow, threshold, 'silence'), to: memory.heardAt ?? blow.at });
  },
  explain({ speed: before, speedAt, blow }, { at, speed, reading }, { threshold, min_speed_kmh, stop_within_s }) {
    const { acc } = reading;
    const force = blow?.peak ?? (acc && Math.hypot(acc.x, acc.y, acc.z - STANDARD_GRAVITY));
    return [
      atLeast('blow', force, threshold, 'm/s2'),
      atLeast(
        'speed_before',
        blow?.speed ?? (at - speedAt <= SPEED_FRESH ? toldOr(before ?? NOT_TOLD, null) : null),
        min_speed_kmh,
        'km/h',
      ),
      asked(
        'speed_after',
        seen(speed),
        [
          `at most ${STANDING} km/h within ${stop_within_s} s`,
          { code: 'stands_within', bound: STANDING, within_s: stop_within_s },
        ],
        speed !== undefined && speed <= STANDING,
      ),
    ];
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
      name: 'a blow, and the device is heard no more',
      given: [{ at: 0, speed: 90 }, { at: 1_000, speed: 88, reading: { acc: { x: 30, y: -44, z: 12 } } }, { at: 2_000_000 }],
      finds: [{ from: 1_000, to: 1_000, value: 53.3 }],
    },
    {
      name: 'in a box that is mounted upside down, which was found out',
      given: [
        { at: 0, speed: 62 },
        { at: 1_000, speed: 40, blow: 3, reading: { acc: { x: 3, y: 0, z: -9.81 } } },
        { at: 2_000, speed: 0, blow: 2 },
      ],
      finds: [],
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

function findingOf({ at, peak, speed, location }: Blow, threshold: Mps2, then: string) {
  const value = Math.round(peak * 10) / 10;
  return {
    from: at,
    value,
    threshold,
    unit: 'm/s2',
    location: location ?? undefined,
    message: `A blow of ${value} m/s² at ${Math.round(speed)} km/h, and then ${then}.`,
  };
}
