import type { Outage } from '../../model/outage.js';
import type { Instant } from '../../model/units.js';

/** What shards know of who is heard, for the watch for outages. Plain data: it comes from other threads too. */
export interface Hearing {
  /** Every partition has folded the ticks up to here. */
  tickedUpTo: Instant;
  /** Those that every partition knows. */
  outages: Outage[];
  /** Of the rule that was asked about; null where it watches nobody. */
  params: Record<string, unknown> | null;
  /** When each vehicle that it watches was heard last, by group; '' = of none. */
  groups: Record<string, Instant[]>;
}

/** The answers of several shards as one. */
export const mergeHearing = (answers: readonly Hearing[]): Hearing => {
  const merged: Hearing = { tickedUpTo: Number.MAX_SAFE_INTEGER, outages: [], params: null, groups: {} };
  for (const { tickedUpTo, outages, params, groups } of answers) {
    // Facts come to all partitions in the same order: the shard that is furthest behind knows what all know.
    if (tickedUpTo < merged.tickedUpTo) {
      merged.tickedUpTo = tickedUpTo;
      merged.outages = outages;
    }
    merged.params ??= params;
    for (const [group, times] of Object.entries(groups)) merged.groups[group] = [...(merged.groups[group] ?? []), ...times];
  }
  return merged;
};
