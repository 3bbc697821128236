// Proves: where writes fail and nobody knows whether they are on disk, processes die, and folds begin again from their snapshots, in the end every
// effect stands in the stream once, each alert is what it is where nothing failed, and what was told is what is stored.
import { expect, jest, test } from '@jest/globals';
import { pseudoRandom } from '../../tests/harness/pseudo-random.js';
import { ManualClock } from '../../tests/mqtt/manual-clock.js';
import { MemoryStateStore } from '../../tests/simulation/memory-state-store.js';
import { Counters } from '../model/counters.js';
import type { AlertEntry } from '../ports/live.js';
import type { StateWrite } from '../ports/state-store.js';
import { AlertLog } from './alert-log.js';
import type { AlertEffect } from './fold/effects.js';

jest.setTimeout(60_000);

const PARTITIONS = 3;
const SEEDS = 30;

/** A disk that fails with a chance, and of what it says that it failed it has kept some. */
class TornStore extends MemoryStateStore {
  constructor(
    private readonly chance: () => number,
    public failing: number,
  ) {
    super();
  }

  override async write(writes: readonly StateWrite[]): Promise<void> {
    const fails = this.chance() < this.failing;
    if (!fails || this.chance() < 0.5) await super.write(writes);
    if (fails) throw new Error('input/output error');
  }
}

const outcomeOf = (id: string, vehicle: string, value: number) =>
  ({
    id,
    vehicle,
    kind: 'speeding',
    occurredAt: 1_000,
    endedAt: null,
    raisedAt: 2_000,
    value,
    message: `${value}`,
    evidence: { from: 1, to: 2 },
  }) as never;

/** What the fold of a partition says, always the same: alerts that are raised, grow, are handled, and give way to others. */
const effectsOf = (partition: number): AlertEffect[] => {
  const effects: AlertEffect[] = [];
  for (let offset = 1; offset <= 30; offset++) {
    const [id, older] = [`${partition}-${offset}`, `${partition}-${offset - 2}`];
    const vehicle = `v-${partition}`;
    const at = { partition, offset, vehicle };
    effects.push({ ...at, n: 0, id, change: 'raised', outcome: outcomeOf(id, vehicle, offset) });
    if (offset % 3 === 0) effects.push({ ...at, n: 1, id: older, change: 'updated', outcome: outcomeOf(older, vehicle, offset) });
    if (offset % 4 === 0)
      effects.push({
        ...at,
        n: 2,
        id: older,
        change: 'handled',
        action: 'acknowledged',
        by: 'kim',
        at: 5_000,
        note: `${offset}`,
      });
    if (offset % 5 === 0) effects.push({ ...at, n: 3, id: older, change: 'retracted', reason: 'Late data', replacedBy: id });
  }
  return effects;
};

/** @returns the alerts as they are stored in the end, and the stream; and what was told in all lives */
const live = async (seed: number, failing: number) => {
  const chance = pseudoRandom(Math.imul(seed, 2_654_435_761) >>> 0);
  const state = new TornStore(chance, failing);
  const told: AlertEntry[] = [];
  const begin = async () => {
    const log = await AlertLog.load({ state, clock: new ManualClock(), counters: new Counters(), entriesKept: 10_000 });
    log.onEntry(entry => told.push(entry));
    return log;
  };
  const script = Array.from({ length: PARTITIONS }, (_, p) => effectsOf(p));
  const saved = script.map(() => 0);
  const positions = script.map(() => 0);
  let log = await begin();
  for (let round = 0; positions.some((position, p) => position < script[p]!.length); round++) {
    if (round > 200) state.failing = 0;
    const takes = script.map(async (effects, p) => {
      const some = effects.slice(positions[p]!, positions[p]! + 1 + Math.floor(chance() * 6));
      if (some.length === 0) return;
      await log.take(some);
      positions[p]! += some.length;
      if (chance() < 0.3) saved[p] = positions[p]!;
    });
    const failed = (await Promise.allSettled(takes)).some(({ status }) => status === 'rejected');
    const died = failing > 0 && chance() < 0.1;
    if (died) log = await begin();
    if (failed || died) for (const [p, next] of saved.entries()) positions[p] = next;
  }
  const stored: AlertEntry[] = [];
  for await (const [, text] of state.range('alerts/stream/', 'alerts/stream/~')) stored.push(JSON.parse(text) as AlertEntry);
  const alerts: string[] = [];
  for await (const [, text] of state.range('alerts/by-id/', 'alerts/by-id/~')) alerts.push(text);
  const outbox: string[] = [];
  for await (const [key, cursor] of state.range('alerts/outbox/', 'alerts/outbox/~'))
    outbox.push(`${key} ${stored[Number(cursor) - 1]?.alert.id}`);
  return { told, stored, alerts, outbox };
};

test('what fails, and may be there all the same, is neither lost nor doubled', async () => {
  const calm = await live(0, 0);
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { told, stored, alerts, outbox } = await live(seed, 0.25);
    const changes = (entries: readonly AlertEntry[]) =>
      Array.from({ length: PARTITIONS }, (_, p) =>
        entries.filter(({ alert }) => alert.vehicle === `v-${p}`).map(({ change, alert }) => `${change} ${alert.id}`),
      );
    const cursors = told.map(({ cursor }) => cursor);
    expect({ seed, changes: changes(stored) }).toEqual({ seed, changes: changes(calm.stored) });
    expect({ seed, alerts, outbox }).toEqual({ seed, alerts: calm.alerts, outbox: calm.outbox });
    expect({ seed, cursors: stored.map(({ cursor }) => cursor) }).toEqual({ seed, cursors: stored.map((_, i) => i + 1) });
    expect({ seed, cursors }).toEqual({ seed, cursors: [...new Set(cursors)].sort((a, b) => a - b) });
    const wrong = told.filter(entry => JSON.stringify(entry) !== JSON.stringify(stored[entry.cursor - 1]));
    expect({ seed, wrong }).toEqual({ seed, wrong: [] });
  }
});
