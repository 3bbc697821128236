import { crossingRule } from './crossing-rule.js';
import { defineRule } from './define-rule.js';

export const geofenceExit = defineRule({
  kind: 'geofence_exit',
  when: 'the vehicle went out of a geofence whose `on` has `exit`, confirmed beyond the error of its fixes; the first known side is taken silently',
  ...crossingRule('outside', 'crossing_out', name => ({
    message: `Left ${name}.`,
    said: [{ code: 'fence_left', fence: name }],
  })),
  examples: [
    {
      name: 'out of one and into the next, with one fix: one finding',
      given: [
        {
          at: 1_000,
          crossings: [
            { geofence: 'f-1', name: 'Depot', side: 'outside', at: 1_000, provenAt: 1_000, location: { lat: 50, lon: 8 } },
            { geofence: 'f-2', name: 'Town', side: 'inside', at: 1_000, provenAt: 1_000, location: { lat: 50, lon: 8 } },
          ],
        },
      ],
      finds: [{ from: 1_000, geofence: 'f-1', message: 'Left Depot.' }],
    },
  ],
});
