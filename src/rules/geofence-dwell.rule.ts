import { z } from 'zod';
import type { Location } from '../model/alert.js';
import type { FenceStay } from '../model/moment.js';
import type { Instant } from '../model/units.js';
import { nextWithin } from '../model/weekly-hours.js';
import { asked, is, lasts, notToldYet, ONE } from './condition.js';
import { defineRule, type Finding } from './define-rule.js';

type StayMemory = {
  geofence: string;
  name: string;
  since: Instant;
  location: Location;
  dwell: number;
  /** When it has lasted long enough and the fence counts; null while the vehicle may be leaving, or where it never will. */
  dueAt: Instant | null;
  told: boolean;
};

/** In more fences at once nobody dwells; the first ones are kept. */
const MOST_STAYS = 8;
const NAME_KEPT = 64;

export const geofenceDwell = defineRule({
  kind: 'geofence_dwell',
  when: 'the vehicle has been in a geofence whose `on` has `dwell` for its `dwell_s`, since its first fix inside; told once per stay, also where no reading comes, and at its end with its whole length; within the schedule of the fence',
  params: z.strictObject({}),
  severity: 'warning',
  cooldown_s: 0,
  start: (): { stays: StayMemory[] } => ({ stays: [] }),
  rests: ({ stays }) => stays.length === 0,
  step(memory, { at, stays }, _params, report) {
    if (stays.length === 0 && memory.stays.length === 0) return;
    for (let i = memory.stays.length - 1; i >= 0; i--) {
      const known = memory.stays[i]!;
      if (stays.some(({ geofence, since }) => geofence === known.geofence && since === known.since)) continue;
      memory.stays.splice(i, 1);
      if (known.told) report(findingOf(known, at, at));
    }
    for (const stay of stays) {
      const known = memory.stays.find(({ geofence }) => geofence === stay.geofence) ?? begin(memory.stays, stay);
      if (known === undefined || known.told) continue;
      known.dueAt = dueOf(stay);
      if (known.dueAt !== null && known.dueAt <= at) tell(known, at, report);
    }
  },
  due({ stays }) {
    let next: Instant | undefined;
    for (const { told, dueAt } of stays) if (!told && dueAt !== null && dueAt < (next ?? Infinity)) next = dueAt;
    return next;
  },
  lapse({ stays }, at, _params, report) {
    for (const stay of stays) if (!stay.told && stay.dueAt !== null && stay.dueAt <= at) tell(stay, at, report);
  },
  explain(memory, { at, stays }) {
    const longest = memory.stays.find(({ told }) => !told) ?? memory.stays[0];
    return [
      asked('in_dwell_fence', stays.map(({ name }) => name).join(', ') || null, ONE, stays.length > 0),
      lasts('stays_for', longest?.since, at, (longest?.dwell ?? 0) / 1_000),
      is('fence_counts', longest && longest.dueAt !== null, true),
      notToldYet(longest?.told ?? false),
    ];
  },
  examples: [
    {
      name: 'ten minutes in the yard, told after five though no reading came then, and ended when it left',
      given: [
        { at: 0 },
        { at: 60_000, stays: [stayIn('f-1', 60_000)] },
        { at: 500_000, stays: [stayIn('f-1', 60_000)] },
        { at: 660_000 },
      ],
      finds: [
        { from: 60_000, geofence: 'f-1', value: 300, threshold: 300, unit: 's', location: { lat: 50, lon: 8 } },
        { from: 60_000, to: 660_000, value: 600 },
      ],
    },
    {
      name: 'left after four minutes, and came again',
      given: [
        { at: 0, stays: [stayIn('f-1', 0)] },
        { at: 240_000, stays: [stayIn('f-1', 0)] },
        { at: 241_000 },
        { at: 242_000, stays: [stayIn('f-1', 242_000)] },
        { at: 541_000, stays: [stayIn('f-1', 242_000)] },
      ],
      finds: [],
    },
    {
      name: 'a fix outside that proves nothing holds it back until it is known where the vehicle is',
      given: [
        { at: 0, stays: [stayIn('f-1', 0)] },
        { at: 290_000, stays: [{ ...stayIn('f-1', 0), leaving: true }] },
        { at: 310_000, stays: [{ ...stayIn('f-1', 0), leaving: true }] },
        { at: 330_000, stays: [stayIn('f-1', 0)] },
      ],
      finds: [{ from: 0, value: 330 }],
    },
  ],
});

function stayIn(geofence: string, since: Instant): FenceStay {
  const location = { lat: 50, lon: 8 };
  return { geofence, name: 'Yard', since, location, dwell: 300_000, schedule: null, leaving: false };
}

function begin(stays: StayMemory[], { geofence, name, since, location, dwell }: FenceStay): StayMemory | undefined {
  if (stays.length >= MOST_STAYS) return undefined;
  const begun = { geofence, name: name.slice(0, NAME_KEPT), since, location: { ...location }, dwell, dueAt: null, told: false };
  stays.push(begun);
  return begun;
}

function dueOf({ since, dwell, schedule, leaving }: FenceStay): Instant | null {
  if (leaving) return null;
  const lasted = since + dwell;
  return schedule === null ? lasted : (nextWithin(schedule, lasted) ?? null);
}

function tell(stay: StayMemory, at: Instant, report: (finding: Finding) => void): void {
  stay.told = true;
  report(findingOf(stay, at));
}

function findingOf({ geofence, name, since, location, dwell }: StayMemory, at: Instant, to?: Instant): Finding {
  const value = Math.round((at - since) / 1_000);
  return {
    from: since,
    to,
    value,
    threshold: dwell / 1_000,
    unit: 's',
    geofence,
    location: { ...location },
    message: `In ${name} for ${value < 120 ? `${value} s` : `${Math.round(value / 60)} min`}.`,
    said: [{ code: 'fence_stayed', fence: name, stay_s: value }],
  };
}
