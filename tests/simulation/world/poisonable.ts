import { signalIn } from '../../../src/model/signal-columns.js';
import { ruleOf } from '../../../src/rules/index.js';

/** An event whose step throws half way, as a fault of ours would have it. */
export const poisonedEvent = (ts: number): string =>
  JSON.stringify({ ts, seq: 9_000_000 + (ts % 1_000_000), signals: { poison: 1, vehicle_speed: 250 }, ignition: false });

/** From here on the fold of this process throws at such events: a rule ruins its memory, says something, and throws. */
export const makePoisonable = (): void => {
  const rule = ruleOf('over_rev')! as { step: (...given: never[]) => void; rests: (moment: never, params: never) => boolean };
  const { step, rests } = rule;
  if ('poisonable' in rule) return;
  type Seen = { reading: { signals: never } };
  const isPoison = (moment: Seen): boolean => signalIn(moment.reading.signals, 'poison') === 1;
  Object.assign(rule, {
    poisonable: true,
    rests: (moment: never, params: never) => !isPoison(moment as Seen) && rests(moment, params),
    step: (memory: object, moment: never, params: never, report: never) => {
      if (isPoison(moment as Seen)) {
        Object.assign(memory, { from: -1 });
        throw new Error('poisoned');
      }
      step(memory as never, moment, params, report);
    },
  });
};
