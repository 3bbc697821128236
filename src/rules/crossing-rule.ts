import { z } from 'zod';
import type { AskedCode } from '../model/condition.js';
import type { Moment } from '../model/moment.js';
import type { Saying } from '../model/saying.js';
import { asked, positionAccepted } from './condition.js';
import type { Rule } from './define-rule.js';

type Crossing = Moment['crossings'][number];

/** What rules about crossing the border of a geofence have in common: they tell of each confirmed crossing to their side. */
export const crossingRule = (
  to: Crossing['side'],
  condition: AskedCode,
  telling: (name: string) => { message: string; said: readonly Saying[] },
) =>
  ({
    params: z.strictObject({}),
    severity: 'warning',
    cooldown_s: 0,
    needs: 'crossings',
    start: () => ({}),
    step(_memory, { crossings }, _params, report) {
      for (const { side, at, geofence, name, location } of crossings)
        if (side === to) report({ from: at, geofence, location, ...telling(name) });
    },
    explain(_memory, { fix, reading, crossings }) {
      const crossed = crossings.filter(({ side }) => side === to);
      return [
        positionAccepted(reading.fix !== undefined, fix !== undefined),
        asked(
          condition,
          crossed.map(({ name }) => name).join(', ') || null,
          ['one that is confirmed', { code: 'one_confirmed' }],
          crossed.length > 0,
        ),
      ];
    },
  }) satisfies Omit<Rule<Record<string, never>, object>, 'kind' | 'when' | 'examples'>;
