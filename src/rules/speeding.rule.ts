import { z } from 'zod';
import { type Instant, type Kmh, seconds } from '../model/units.js';
import { above, lasts, notToldYet } from './condition.js';
import { defineRule } from './define-rule.js';
import { perClass } from './per-class.js';

type SpeedingMemory = {
  /** Null while within the limit. `newest` is the last reading above it. */
  open: {
    from: Instant;
    newest: Instant;
    peak: Kmh;
    limit: Kmh;
    location: { lat: number; lon: number } | null;
    told: boolean;
  } | null;
};

const LIMITS = { car: 130, van: 130, truck: 90, bus: 100 };
/** Readings further apart say nothing of the time between them. */
const LONGEST_GAP = seconds(60);

type Params = { limit_kmh: typeof LIMITS; min_s: number; tolerance_kmh: Kmh };

const params = z
  .strictObject({
    limit_kmh: perClass(LIMITS).optional().describe('km/h; a number for all classes, or one per class'),
    min_s: z.number().min(0).default(20).describe('above it for so long'),
    tolerance_kmh: z.number().min(0).default(0).describe('km/h above the limit that do not count'),
  })
  .transform(({ limit_kmh = LIMITS, ...rest }): Params => ({ limit_kmh, ...rest }));

export const speeding = defineRule({
  kind: 'speeding',
  when: 'the vehicle is faster for `min_s` than the lowest of `limit_kmh`, its own limit and those of the geofences that it is in; told when that is proven, and at its end with the peak',
  params,
  severity: 'warning',
  cooldown_s: 60,
  start: (): SpeedingMemory => ({ open: null }),
  rests: ({ speed, class: of, vehicleLimit, fenceLimit }, { limit_kmh, tolerance_kmh }) =>
    speed === undefined || speed <= Math.min(limit_kmh[of], vehicleLimit ?? Infinity, fenceLimit ?? Infinity) + tolerance_kmh,
  step(memory, { at, speed, class: of, location, vehicleLimit, fenceLimit }, { limit_kmh, min_s, tolerance_kmh }, report) {
    if (speed === undefined) return;
    const limit = Math.min(limit_kmh[of], vehicleLimit ?? Infinity, fenceLimit ?? Infinity);
    const { open } = memory;
    const above = speed > limit + tolerance_kmh;
    // Another limit is another event: what was too fast in a fence need not be beyond it.
    if (open !== null && (!above || limit !== open.limit || at - open.newest > LONGEST_GAP)) {
      memory.open = null;
      if (open.told) report({ ...findingOf(open), to: open.newest });
    }
    if (!above) return;
    memory.open ??= {
      from: at,
      newest: at,
      peak: speed,
      limit,
      location: location ? { lat: location.lat, lon: location.lon } : null,
      told: false,
    };
    memory.open.newest = at;
    if (speed > memory.open.peak) memory.open.peak = speed;
    if (memory.open.told || at - memory.open.from < seconds(min_s)) return;
    memory.open.told = true;
    report(findingOf(memory.open));
  },
  due: ({ open }) => (open?.told ? open.newest + LONGEST_GAP : undefined),
  lapse(memory, _at, _params, report) {
    if (memory.open?.told) report({ ...findingOf(memory.open), to: memory.open.newest });
    memory.open = null;
  },
  explain({ open }, { at, speed, class: of, vehicleLimit, fenceLimit }, { limit_kmh, min_s, tolerance_kmh }) {
    const limit = Math.min(limit_kmh[of], vehicleLimit ?? Infinity, fenceLimit ?? Infinity);
    return [
      above('speed', speed, limit + tolerance_kmh, 'km/h'),
      lasts('too_fast_for', open?.from, at, min_s),
      notToldYet(open?.told ?? false),
    ];
  },
  examples: [
    {
      name: 'told after 20 s, ended with the peak',
      given: [
        { at: 0, speed: 128 },
        { at: 10_000, speed: 141 },
        { at: 20_000, speed: 152 },
        { at: 30_000, speed: 144 },
        { at: 40_000, speed: 160 },
        { at: 50_000, speed: 120 },
      ],
      finds: [
        { from: 10_000, value: 152, threshold: 130, unit: 'km/h' },
        { from: 10_000, to: 40_000, value: 160 },
      ],
    },
    {
      name: 'a yard with a limit of its own: what was too fast in it is not on the road behind it',
      given: [0, 10, 20, 30, 40, 50].map(s => ({ at: s * 1_000, speed: 60, fenceLimit: s < 40 ? 20 : undefined })),
      finds: [
        { from: 0, value: 60, threshold: 20 },
        { from: 0, to: 30_000, value: 60 },
      ],
    },
    {
      name: 'a vehicle with a limit of its own',
      given: [0, 10, 20].map(s => ({ at: s * 1_000, speed: 90, vehicleLimit: 80 })),
      finds: [{ from: 0, value: 90, threshold: 80 }],
    },
    {
      name: 'overtaking for 15 s',
      given: [
        { at: 0, speed: 140 },
        { at: 15_000, speed: 140 },
        { at: 16_000, speed: 129 },
      ],
      finds: [],
    },
    {
      name: 'a truck, whose limit is lower; its readings stop',
      given: [
        { at: 0, speed: 97, class: 'truck' },
        { at: 20_000, speed: 97, class: 'truck' },
        { at: 600_000, class: 'truck' },
      ],
      finds: [{ threshold: 90 }, { to: 20_000 }],
    },
  ],
});

function findingOf({ from, peak, limit, location }: NonNullable<SpeedingMemory['open']>) {
  const value = Math.round(peak);
  return {
    from,
    value,
    threshold: limit,
    unit: 'km/h',
    location: location ?? undefined,
    message: `${value} km/h where ${limit} are allowed.`,
  };
}
