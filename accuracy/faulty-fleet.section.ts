import { errorsOf, JUDGED_KINDS, spoiltFleet } from './faulty-fleet.js';
import type { Section } from './section.js';
import { shareText } from './share.js';

const VEHICLES = 8;
const MINUTES = 60;

const mean = (some: readonly number[]): number => some.reduce((sum, one) => sum + one, 0) / Math.max(1, some.length);

export const faultyFleetSection: Section = {
  name: 'faulty-fleet',
  title:
    'A simulated fleet whose trips, harsh events, crossings and faults are known, and how much is left when its devices go wrong',
  run: async () => {
    const outcomes = await spoiltFleet(VEHICLES, MINUTES);
    const [asItWas] = outcomes;
    return outcomes.flatMap(outcome => {
      const { distances, borders, tripsMore, scores } = errorsOf(outcome, asItWas!);
      return [
        `${outcome.spoil.name}:`,
        ...JUDGED_KINDS.filter(kind => outcome.precision[kind].of + outcome.recall[kind].of > 0).map(
          kind =>
            `  ${kind.padEnd(26)}precision ${shareText(outcome.precision[kind]).padEnd(26)}recall ${shareText(outcome.recall[kind])}`,
        ),
        `  against the same fleet as it was: distance ${(100 * mean(distances)).toFixed(2)} % off (worst ${(100 * Math.max(0, ...distances)).toFixed(2)} %), starts and ends ${shareText(borders)}, ${tripsMore} trips more, scores ${mean(scores).toFixed(1)} points off (worst ${Math.max(0, ...scores).toFixed(1)})`,
        '',
      ];
    });
  },
};
