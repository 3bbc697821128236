import { defineRule } from './define-rule.js';
import { endHarsh, explainHarsh, type HarshMemory, harshDue, harshParams, restsHarsh, stepHarsh } from './harsh-event.js';
import { curves } from './harsh-examples.js';

/**
 * Contract §4. Passengers find 2 m/s² uncomfortable, tyres of a car slide at 7 to 9; insurers' recorders take 0.4 g and more for cars. Trucks
 * and buses lean: theirs is that of the recorders of fleets, 0.3 g.
 */
const params = harshParams(1, { car: 4, van: 3.5, truck: 3, bus: 3 });

export const harshCornering = defineRule({
  kind: 'harsh_cornering',
  when: 'the fitted force across the way passes `threshold` for `min_duration_s` at `min_speed_kmh` or more, to either side; positive in a curve to the right, negative to the left; one finding for one curve',
  params,
  severity: 'warning',
  cooldown_s: 10,
  needs: ({ each_sample }) => (each_sample ? 'force' : 'cornerings'),
  start: (): HarshMemory => ({ open: null }),
  rests: (moment, given) => restsHarsh(moment, given, 'harsh_cornering'),
  step: (memory, moment, given, report) => stepHarsh(memory, moment, given, 'harsh_cornering', report),
  due: harshDue,
  lapse: (memory, _at, given, report) => endHarsh(memory, given, 'harsh_cornering', report),
  explain: (memory, moment, given) => explainHarsh(memory, moment, given, 'harsh_cornering'),
  examples: [
    {
      name: 'a curve to the right: told when proven, and at its end with the peak',
      given: curves([1, 60], [4.2, 55], [5.1, 50], [4.1, 50], [0.5, 55]),
      finds: [
        { from: 1_000, value: 4.2, threshold: 4, severity: 'warning' },
        { from: 1_000, to: 3_000, value: 5.1, threshold: 4 },
      ],
    },
    {
      name: 'and one to the left, hard',
      given: curves([-1, 60], [-6.3, 55], [-0.5, 55]),
      finds: [
        { from: 1_000, value: -6.3, threshold: -4, severity: 'critical' },
        { from: 1_000, to: 1_000, value: -6.3 },
      ],
    },
    {
      name: 'a chicane: right, then left, is two',
      given: curves([4.5, 70], [4.4, 70], [-4.6, 70], [-4.3, 70], [0, 70]),
      finds: [
        { from: 0, value: 4.5 },
        { from: 0, to: 1_000, value: 4.5 },
        { from: 2_000, value: -4.6 },
        { from: 2_000, to: 3_000, value: -4.6 },
      ],
    },
    { name: 'a brisk curve', given: curves([3.8, 80], [3.9, 80], [3.6, 80]), finds: [] },
    {
      name: 'the same in a truck',
      given: curves([3.8, 60], [0, 60]).map(moment => ({ ...moment, class: 'truck' as const })),
      finds: [{ from: 0, threshold: 3 }, { to: 0 }],
    },
    { name: 'turning in a yard', given: curves([4.4, 8], [4.2, 7], [0, 5]), finds: [] },
  ],
});
