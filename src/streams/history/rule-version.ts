import { EVERY, type Offset } from '../../model/record.js';
import type { RuleVersion } from '../../ports/history.js';
import type { Journal } from '../../ports/journal.js';
import type { Conditions } from '../fold/conditions.js';

/** A rule as it was set at an offset, with the change that made it so. */
export const ruleVersion = async (
  journal: Pick<Journal, 'ofVehicle'>,
  conditions: Conditions,
  id: string,
  at: Offset,
): Promise<RuleVersion | undefined> => {
  const found = conditions.ruleAt(id, at);
  if (!found) return undefined;
  let since: string | null = null;
  for await (const batch of journal.ofVehicle(EVERY, found.offset, found.offset))
    for (const { header } of batch) since = new Date(header.received).toISOString();
  return { ...found.rule, version: { offset: found.offset, since } };
};
