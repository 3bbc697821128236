import { z } from 'zod';
import type { Location } from '../model/alert.js';
import type { Schedule } from '../model/schedule.js';
import { type Instant, type Kmh, minutes, seconds } from '../model/units.js';
import { inSchedule } from '../model/weekly-hours.js';
import { is, lasts, notToldYet } from './condition.js';
import { defineRule, type Finding } from './define-rule.js';

type UseMemory = {
  /** Used outside of the hours since; null while it is not. */
  from: Instant | null;
  newest: Instant;
  location: Location | null;
  told: boolean;
};

/** A receiver that stands still may tell some speed (data/gpsd-stationary: 6 km/h at most). */
const MOVING: Kmh = 8;
/** Not used for so long: it was another use. */
const LONGEST_PAUSE = minutes(10);

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/);
const days = z.array(z.number().int().min(1).max(7)).min(1).max(7);

const params = z.strictObject({
  working_hours: z
    .strictObject({
      zone: z.string().optional(),
      windows: z
        .array(z.strictObject({ days, from: timeOfDay, to: timeOfDay }))
        .min(1)
        .max(50),
    })
    .nullable()
    .default(null)
    .describe(
      '`{"windows":[{"days":[1,2,3,4,5],"from":"06:00","to":"20:00"}]}`, in the fleet’s zone where it names none; left out: the `schedule` of the rule',
    ),
  min_s: z.number().min(0).default(30).describe('used for so long'),
});

export const afterHoursUse = defineRule({
  kind: 'after_hours_use',
  when: 'the engine runs, or the vehicle moves, outside of its working hours for `min_s`: those are the `schedule` of the rule or its `working_hours`, and where neither is set nothing is told; told once per use, and at its end with its length',
  params,
  severity: 'warning',
  cooldown_s: 0,
  scheduleAs: 'working_hours',
  start: (): UseMemory => ({ from: null, newest: 0, location: null, told: false }),
  rests: (_moment, { working_hours }) => working_hours === null,
  step(memory, { at, engineOn, speed, location, zone }, { working_hours, min_s }, report) {
    if (working_hours === null || (engineOn === undefined && speed === undefined)) return;
    if (memory.from !== null && at - memory.newest > LONGEST_PAUSE) end(memory, report);
    const used = engineOn === true || (speed !== undefined && speed >= MOVING);
    if (!used) return;
    if (inSchedule(hoursOf(working_hours as Hours, zone), at)) {
      end(memory, report);
      return;
    }
    if (memory.from === null) {
      memory.from = at;
      memory.location = location === undefined ? null : { lat: location.lat, lon: location.lon };
    }
    memory.newest = at;
    if (memory.told || at - memory.from < seconds(min_s)) return;
    memory.told = true;
    report(findingOf(memory, memory.from));
  },
  due: ({ from, newest }) => (from === null ? undefined : newest + LONGEST_PAUSE),
  lapse: (memory, _at, _params, report) => end(memory, report),
  explain({ from, told }, { at, engineOn, speed, zone }, { working_hours, min_s }) {
    const used = engineOn === undefined && speed === undefined ? undefined : engineOn === true || (speed ?? 0) >= MOVING;
    return [
      is('hours_are_set', working_hours !== null, true),
      is('engine_on_or_moving', used, true),
      is('within_hours', working_hours === null ? undefined : inSchedule(hoursOf(working_hours as Hours, zone), at), false),
      lasts('used_for', from, at, min_s),
      notToldYet(told),
    ];
  },
  examples: [
    {
      name: 'a drive on Saturday night: told after half a minute, and at its end',
      params: { working_hours: { windows: [{ days: [1, 2, 3, 4, 5], from: '06:00', to: '20:00' }] } },
      // 2026-03-14 is a Saturday.
      given: [0, 15, 30, 600]
        .map(s => ({ at: Date.UTC(2026, 2, 14, 23) + s * 1_000, engineOn: true, speed: 40 }))
        .concat([{ at: Date.UTC(2026, 2, 15, 1), engineOn: false, speed: 0 }]),
      finds: [
        { from: Date.UTC(2026, 2, 14, 23), value: 30, unit: 's' },
        { from: Date.UTC(2026, 2, 14, 23), to: Date.UTC(2026, 2, 14, 23, 10), value: 600 },
      ],
    },
    {
      name: 'on into the evening: from when the hours were over',
      params: { working_hours: { windows: [{ days: [1, 2, 3, 4, 5], from: '06:00', to: '20:00' }] } },
      given: [0, 30, 60, 90, 120].map(s => ({ at: Date.UTC(2026, 2, 13, 19, 59) + s * 1_000, speed: 40 })),
      finds: [{ from: Date.UTC(2026, 2, 13, 20), value: 30 }],
    },
    {
      name: 'no hours are set',
      given: [0, 60, 120].map(s => ({ at: Date.UTC(2026, 2, 15, 3) + s * 1_000, engineOn: true, speed: 40 })),
      finds: [],
    },
  ],
});

type Hours = { zone?: string; windows: Schedule['windows'] };

/** Made once per hours and zone: what is known of a schedule is kept with it. */
function hoursOf(hours: Hours, fleetZone: string): Schedule {
  return { zone: hours.zone ?? fleetZone, windows: hours.windows };
}

function end(memory: UseMemory, report: (finding: Finding) => void): void {
  if (memory.from !== null && memory.told) report({ ...findingOf(memory, memory.from), to: memory.newest });
  memory.from = null;
  memory.told = false;
}

function findingOf({ newest, location }: UseMemory, from: Instant): Finding {
  const value = Math.round((newest - from) / 1_000);
  return {
    from,
    value,
    unit: 's',
    location: location ?? undefined,
    message: `Used outside of the working hours for ${Math.round(value / 60)} min.`,
  };
}
