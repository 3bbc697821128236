import type { Moment } from '../../model/moment.js';
import { recordOf } from '../../model/signal-columns.js';

/**
 * What of a moment somebody looks at: `speed`, `acc` (of the reading), `signals.coolant_temp`. Found by letting them look, so that it is never
 * another list than what the code does.
 */
export const lookedAt = (moment: Moment, look: (moment: Moment) => unknown): ReadonlySet<string> => {
  const seen = new Set<string>();
  const watched = <T extends object>(target: T, prefix: string, inner: Record<string, object> = {}): T =>
    new Proxy(target, {
      get: (of, name) => {
        if (typeof name === 'string') {
          if (name in inner) return inner[name];
          seen.add(prefix + name);
        }
        return Reflect.get(of, name);
      },
    });
  const signals = watched(recordOf(moment.reading.signals), 'signals.');
  look(watched(moment, '', { reading: watched(moment.reading, '', { signals }) }));
  return seen;
};
