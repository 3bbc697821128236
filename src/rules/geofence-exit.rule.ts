import { z } from 'zod';
import { asked, positionAccepted } from './condition.js';
import { defineRule } from './define-rule.js';

export const geofenceExit = defineRule({
  kind: 'geofence_exit',
  when: 'the vehicle went out of a geofence whose `on` has `exit`, confirmed beyond the error of its fixes; the first known side is taken silently',
  params: z.strictObject({}),
  severity: 'warning',
  cooldown_s: 0,
  needs: 'crossings',
  start: () => ({}),
  step(_memory, { crossings }, _params, report) {
    for (const { side, at, geofence, name, location } of crossings) {
      if (side === 'outside')
        report({ from: at, geofence, location, message: `Left ${name}.`, said: [{ code: 'fence_left', fence: name }] });
    }
  },
  explain(_memory, { fix, reading, crossings }) {
    const crossed = crossings.filter(({ side }) => side === 'outside');
    return [
      positionAccepted(reading.fix !== undefined, fix !== undefined),
      asked(
        'crossing_out',
        crossed.map(({ name }) => name).join(', ') || null,
        ['one that is confirmed', { code: 'one_confirmed' }],
        crossed.length > 0,
      ),
    ];
  },
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
