import type { Condition } from '../../model/condition.js';
import type { Moment } from '../../model/moment.js';
import { seconds } from '../../model/units.js';
import { inSchedule } from '../../model/weekly-hours.js';
import { asked } from '../../rules/condition.js';
import type { FoldMemory, Said } from '../fold/fold-memory.js';
import type { ActiveRule } from '../fold/in-force.js';

/** What a rule itself says of a moment that was just stepped. `own` is its memory; it is not changed. */
export const ownConditions = ({ rule, params }: ActiveRule, own: unknown, moment: Moment): readonly Condition[] => {
  if (rule.explain) return rule.explain(structuredClone(own), moment, params);
  return [{ condition: rule.when, saw: null, needs: 'see docs/rules.md', holds: false }];
};

export const memoryOfRule = (memory: FoldMemory, id: string): unknown => memory.rules.memories[memory.rules.ids.indexOf(id)];

export const saidByRule = (memory: FoldMemory, id: string): Said | undefined => memory.rules.said?.[id];

/** What is asked of every rule besides its own: its schedule, and the cool-down of what it said last. */
export const commonConditions = ({ settings }: ActiveRule, said: Said | undefined, moment: Moment): Condition[] => {
  const { schedule, cooldown_s } = settings;
  const conditions: Condition[] = [];
  if (schedule !== null) {
    const within = inSchedule(schedule, moment.at);
    const { zone } = schedule;
    conditions.push(asked('in_schedule', within, [`yes, in ${zone}`, { code: 'yes_in_zone', zone }], within));
  }
  if (cooldown_s > 0 && said) {
    const last = Math.max(...Object.values(said).map(({ from }) => from));
    const since = moment.at - last;
    conditions.push(
      asked(
        'cooled_down',
        Math.round(since / 1_000),
        [
          `at least ${cooldown_s} s on the same subject, else it is kept under that one`,
          { code: 'since_same_subject', cooldown_s },
        ],
        since >= seconds(cooldown_s),
      ),
    );
  }
  return conditions;
};
