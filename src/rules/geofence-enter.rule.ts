import { crossingRule } from './crossing-rule.js';
import { defineRule } from './define-rule.js';

export const geofenceEnter = defineRule({
  kind: 'geofence_enter',
  when: 'the vehicle came into a geofence whose `on` has `enter`, confirmed beyond the error of its fixes; the first known side is taken silently',
  ...crossingRule('inside', 'crossing_in', name => ({
    message: `Entered ${name}.`,
    said: [{ code: 'fence_entered', fence: name }],
  })),
  examples: [
    {
      name: 'came in a second before the fix that proves it',
      given: [
        { at: 0 },
        {
          at: 2_000,
          crossings: [
            { geofence: 'f-1', name: 'Depot', side: 'inside', at: 1_000, provenAt: 2_000, location: { lat: 50, lon: 8 } },
          ],
        },
        { at: 3_000 },
      ],
      finds: [{ from: 1_000, geofence: 'f-1', location: { lat: 50, lon: 8 }, message: 'Entered Depot.' }],
    },
    {
      name: 'going out is another rule',
      given: [
        {
          at: 0,
          crossings: [{ geofence: 'f-1', name: 'Depot', side: 'outside', at: 0, provenAt: 0, location: { lat: 50, lon: 8 } }],
        },
      ],
      finds: [],
    },
  ],
});
