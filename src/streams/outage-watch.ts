import type { Counters } from '../model/counters.js';
import type { Fact } from '../model/fact.js';
import { derivedId } from '../model/ids.js';
import type { Outage, Silence } from '../model/outage.js';
import { type Instant, type Millis, minutes, type Seconds, seconds } from '../model/units.js';
import type { FoldShards } from './fold/fold-shards.js';
import { outageOf } from './fold/presence.js';

/** Whoever falls silent within so long of each other fell silent together. */
const TOGETHER: Millis = minutes(2);
/** Those that speak so seldom were heard last that long before the others. */
const SELDOM: Millis = minutes(5);
/** Who counts as one that was heard shortly before. */
const ALIVE: Millis = minutes(15);
/** Silent is who was not heard for a third of the limit, five minutes at most. */
const SILENT_AT_MOST: Millis = minutes(5);
/** What was foreseen longer ago was folded again after a start, or is told by now. */
const FRESH: Millis = seconds(10);
const LOOK_AGAIN: Millis = seconds(10);
/** An outage is over when fewer than so many of those that were silent still are. */
const OVER_BELOW = 0.5;
const MOST_NOTED = 10_000;

export interface OutageWatchParts {
  shards(): Pick<FoldShards, 'hearing'>;
  append(fact: Fact): Promise<unknown>;
  counters: Counters;
}

/** Parameters of `device_offline`. */
interface Limits {
  after_s: Seconds;
  outage_percent: number;
  outage_vehicles: number;
}

/**
 * Sees over all partitions whether a device that is about to be told silent is one of many: then it says so by a fact, before any of them is
 * due, and the fold, which knows only its own vehicles, tells of all in one alert. A fact it has to be: what counts here depends on when it
 * was counted.
 */
export class OutageWatch {
  private noted: Silence[] = [];
  /** Told, but not folded yet. */
  private unfolded: Outage[] = [];
  private lookedAt: Instant = 0;
  /** What the clock said when it was asked to look. */
  private seenAt: Instant = 0;
  /** Ticks before this are those of an earlier process, folded again. */
  private since: Instant;

  constructor(
    private readonly parts: OutageWatchParts,
    startedAt: Instant,
  ) {
    this.since = startedAt;
  }

  /** Takes what the fold foresees. */
  note(silences: readonly Silence[]): void {
    for (const silence of silences) {
      if (this.noted.length >= MOST_NOTED) this.parts.counters.add('silences_not_looked_at_total');
      else this.noted.push(silence);
    }
  }

  /** To be called about once a second, not while an earlier call goes on. */
  async look(now: Instant): Promise<void> {
    if (now < this.seenAt) {
      // The clock was set back: nothing that it said before is a reason to wait.
      this.since = Math.min(this.since, now);
      this.lookedAt = now;
    }
    this.seenAt = now;
    const noted = this.noted.filter(({ at }) => at >= this.since && now - at <= FRESH);
    this.noted = [];
    if (noted.length === 0 && now - this.lookedAt < LOOK_AGAIN) return;
    this.lookedAt = now;
    const { tickedUpTo, outages } = await this.parts.shards().hearing(null, now);
    if (tickedUpTo < this.since) return;
    this.unfolded = this.unfolded.filter(({ id }) => !outages.some(outage => outage.id === id));
    const open = outages.filter(({ over }) => !over);
    for (const outage of open) await this.follow(outage, now);
    const told = [...open, ...this.unfolded];
    const alone = noted.filter(({ rule, group, heard }) => outageOf(told, rule, group, heard) === undefined);
    for (const rule of new Set(alone.map(silence => silence.rule))) {
      const silences = alone.filter(silence => silence.rule === rule);
      await this.judge(rule, silences, now);
    }
  }

  /** Says how many it is now, and when it is over. */
  private async follow(outage: Outage, now: Instant): Promise<void> {
    const { rule, group, from, to } = outage;
    const { groups } = await this.parts.shards().hearing(rule, from);
    const times = group === null ? Object.values(groups).flat() : (groups[group] ?? []);
    const silent = times.filter(heard => heard >= from && heard <= to).length;
    if (silent < outage.silent * OVER_BELOW) await this.tell({ ...outage, at: now, over: true });
    else if (silent > outage.silent) await this.tell({ ...outage, silent, of: Math.max(outage.of, silent), at: now });
  }

  private async judge(rule: string, silences: readonly Silence[], now: Instant): Promise<void> {
    const from = Math.min(...silences.map(({ heard }) => heard)) - TOGETHER;
    const { groups, params } = await this.parts.shards().hearing(rule, from - ALIVE);
    const { after_s = 900, outage_percent = 50, outage_vehicles = 10 } = (params ?? {}) as Partial<Limits>;
    const silentSince = now - Math.min(SILENT_AT_MOST, seconds(after_s) / 3);
    const told: Outage[] = [];
    // All that the rule watches first: a group is told of only where it is not they all.
    for (const group of [
      null,
      ...Object.keys(groups)
        .filter(name => name !== '')
        .sort(),
    ]) {
      const alive = group === null ? Object.values(groups).flat() : groups[group]!;
      const quiet = alive.filter(heard => heard >= from && heard <= silentSince);
      const densest = densestOf(quiet, TOGETHER);
      if (densest.count < outage_vehicles || densest.count * 100 < outage_percent * alive.length) continue;
      const window = { rule, group, from: densest.from - SELDOM, to: densest.to };
      // The first whose time comes: who was heard last the longest ago.
      const [lead] = silences
        .filter(silence => isIn([window], silence) && !isIn(told, silence))
        .sort((a, b) => a.heard - b.heard || (a.vehicle < b.vehicle ? -1 : 1));
      if (lead === undefined) continue;
      const silent = quiet.filter(heard => heard >= window.from && heard <= window.to).length;
      const id = derivedId('outage', rule, group ?? '', densest.from, lead.vehicle);
      const of = alive.length;
      const outage: Outage = { id, ...window, began: densest.from, lead: lead.vehicle, silent, of, at: now, over: false };
      told.push(outage);
      this.unfolded.push(outage);
      await this.tell(outage);
      this.parts.counters.add('outages_total');
    }
  }

  private async tell({ id, rule, group, began, from, to, lead, silent, of, at, over }: Outage): Promise<void> {
    await this.parts.append({ type: 'outage', id, rule, group, began, from, to, lead, silent, of, at, over });
  }
}

const isIn = (outages: readonly Pick<Outage, 'rule' | 'group' | 'from' | 'to'>[], { rule, group, heard }: Silence): boolean =>
  outageOf(outages, rule, group, heard) !== undefined;

/** The stretch of `width` at most with the most of `times` in it. */
const densestOf = (times: Instant[], width: Millis): { from: Instant; to: Instant; count: number } => {
  times.sort((a, b) => a - b);
  let best = { from: 0, to: 0, count: 0 };
  for (let first = 0, last = 0; last < times.length; last++) {
    while (times[last]! - times[first]! > width) first++;
    if (last - first + 1 > best.count) best = { from: times[first]!, to: times[last]!, count: last - first + 1 };
  }
  return best;
};
