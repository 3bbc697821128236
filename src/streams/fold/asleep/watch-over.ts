import type { Offset } from '../../../model/record.js';
import type { Instant } from '../../../model/units.js';
import type { Conditions } from '../conditions.js';
import type { ActiveRule } from '../in-force.js';
import { judgingAt } from '../judging.js';
import { silenceRule } from '../presence.js';
import type { Vehicle } from '../vehicle.js';

/* What is asked of all vehicles of a partition at once: nobody is woken by it. */

export const heardLast = (vehicle: Vehicle): Instant => vehicle.asleep?.heard ?? vehicle.state.heard;

/** The rule that watches a vehicle for silence at an offset, and what it goes by. */
export const watchOver = (
  known: Conditions,
  vehicle: Vehicle,
  offset: Offset,
): { active: ActiveRule | undefined; group: string | null; deleted: boolean } => {
  const { asleep, id } = vehicle;
  if (asleep !== undefined) {
    const { class: vehicleClass, group, deleted } = asleep.judged;
    return { active: silenceRule(known.at(offset).rulesFor(id, vehicleClass, group)), group, deleted };
  }
  const { rules, conditions } = judgingAt(known, vehicle, offset);
  return { active: silenceRule(rules), group: conditions.group, deleted: vehicle.judgingAttributes?.deleted ?? false };
};
