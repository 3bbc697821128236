import { z } from 'zod';
import { asked } from './condition.js';
import { defineRule } from './define-rule.js';

/**
 * The one rule that is not about event time: silence is measured by arrival, in ticks. So it is the runtime that watches and raises it
 * (with these parameters, and one grace period after a start), and `step` has nothing to do. It stands here for its settings, its page
 * and its default.
 */
export const deviceOffline = defineRule({
  kind: 'device_offline',
  when: 'nothing arrived from the device for `after_s` while it should be heard; measured by the server’s ticks, not by event time; where `outage_percent` or more of the vehicles that the rule watches (or of a group of them), `outage_vehicles` at least, fell silent within two minutes, one alert tells of all, and the others are counted in it',
  params: z.strictObject({
    after_s: z.number().min(10).default(900).describe('seconds without any message'),
    outage_percent: z
      .number()
      .positive()
      .max(100)
      .default(50)
      .describe('of those heard shortly before; so many at once are an outage'),
    outage_vehicles: z.int().min(2).default(10).describe('fewer are never an outage'),
  }),
  severity: 'warning',
  cooldown_s: 0,
  start: () => ({}),
  rests: () => true,
  step() {},
  explain(_memory, _moment, { after_s }) {
    return [asked('silence', 0, [`at least ${after_s} s without any message`, { code: 'silent_for', after_s }], false)];
  },
  examples: [{ name: 'readings alone never raise it', given: [{ at: 0 }, { at: 7_200_000 }], finds: [] }],
});
