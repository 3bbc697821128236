import { defineRule } from './define-rule.js';
import { endHarsh, explainHarsh, type HarshMemory, harshDue, harshParams, restsHarsh, stepHarsh } from './harsh-event.js';
import { windows } from './harsh-examples.js';

const params = harshParams(1, { car: 3, van: 2.7, truck: 2, bus: 2 });

export const harshAcceleration = defineRule({
  kind: 'harsh_acceleration',
  when: 'the fitted acceleration passes `threshold` for `min_duration_s` and reaches `min_speed_kmh`; one finding for one acceleration',
  params,
  severity: 'warning',
  cooldown_s: 10,
  needs: ({ each_sample }) => (each_sample ? 'force' : 'accelerations'),
  start: (): HarshMemory => ({ open: null }),
  rests: (moment, given) => restsHarsh(moment, given, 'harsh_acceleration'),
  step: (memory, moment, given, report) => stepHarsh(memory, moment, given, 'harsh_acceleration', report),
  due: harshDue,
  lapse: (memory, _at, given, report) => endHarsh(memory, given, 'harsh_acceleration', report),
  explain: (memory, moment, given) => explainHarsh(memory, moment, given, 'harsh_acceleration'),
  examples: [
    {
      name: 'from a standstill: told when the minimum speed is reached, from where it began',
      given: windows([3.1, 6], [3.4, 17], [3.2, 29], [1, 38]),
      finds: [
        { from: 0, value: 3.4, threshold: 3 },
        { from: 0, to: 2_000, value: 3.4 },
      ],
    },
    { name: 'brisk, but within the threshold', given: windows([2.9, 20], [2.9, 30], [2.8, 40]), finds: [] },
    { name: 'braking is another rule', given: windows([-5, 60], [-5, 40]), finds: [] },
  ],
});
