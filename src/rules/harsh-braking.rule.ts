import { defineRule } from './define-rule.js';
import { endHarsh, explainHarsh, type HarshMemory, harshDue, harshParams, restsHarsh, stepHarsh } from './harsh-event.js';
import { windows } from './harsh-examples.js';

/** Insurers' recorders take 0.35–0.45 g for cars; about two thirds of that for trucks and buses (contract §4, obd-facts §5). */
const params = harshParams(-1, { car: -3.5, van: -3.2, truck: -2.5, bus: -2.5 });

export const harshBraking = defineRule({
  kind: 'harsh_braking',
  when: 'the fitted deceleration passes `threshold` for `min_duration_s` at `min_speed_kmh` or more; one finding for one braking',
  params,
  severity: 'warning',
  cooldown_s: 10,
  needs: ({ each_sample }) => (each_sample ? 'force' : 'accelerations'),
  start: (): HarshMemory => ({ open: null }),
  rests: (moment, given) => restsHarsh(moment, given, 'harsh_braking'),
  step: (memory, moment, given, report) => stepHarsh(memory, moment, given, 'harsh_braking', report),
  due: harshDue,
  lapse: (memory, _at, given, report) => endHarsh(memory, given, 'harsh_braking', report),
  explain: (memory, moment, given) => explainHarsh(memory, moment, given, 'harsh_braking'),
  examples: [
    {
      name: 'a car that brakes with 4.2 m/s² at its hardest: told when proven, and at its end with the peak',
      given: windows([-1, 60], [-3.8, 50], [-4.2, 35], [-3.6, 20], [-0.5, 12]),
      finds: [
        { from: 1_000, value: -3.8, severity: 'warning' },
        { from: 1_000, to: 3_000, value: -4.2, severity: 'warning', threshold: -3.5 },
      ],
    },
    {
      name: 'a short let-up does not make two of one',
      given: windows([-3.8, 80], [-2.6, 70], [-5.4, 50], [0, 40]),
      finds: [
        { from: 0, severity: 'warning' },
        { from: 0, severity: 'critical' },
        { from: 0, to: 2_000, value: -5.4, severity: 'critical' },
      ],
    },
    { name: 'just under the threshold', given: windows([-3.4, 60], [-3.4, 48], [-3.4, 36]), finds: [] },
    {
      name: 'the same in a truck',
      given: windows([-3.4, 60], [0, 50]).map(moment => ({ ...moment, class: 'truck' as const })),
      finds: [{ from: 0 }, { from: 0, to: 0 }],
    },
    { name: 'manoeuvring below the minimum speed', given: windows([-4, 9], [-4, 4], [0, 0]), finds: [] },
    {
      name: 'a threshold of one’s own, in either sign',
      params: { threshold: 3 } as never,
      given: windows([-3.1, 60], [0, 50]),
      finds: [{ threshold: -3 }, { to: 0 }],
    },
  ],
});
