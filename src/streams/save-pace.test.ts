// Proves: who is due together is saved with four times as long a pause after each as it took, but so that all are saved within half a minute, and nobody is put off for long by that; a partition is saved twice in half a minute at most; far behind it is once in two minutes, the one that is saved least far first, and each has
// its turn within the two minutes also where the process is killed before all had theirs; after it, not all at once; and what presses goes back to half a minute.
import { expect, test } from '@jest/globals';
import type { Offset, Partition } from '../model/record.js';
import { minutes, seconds } from '../model/units.js';
import { SavePace } from './save-pace.js';

const COUNT = 8;

const fold = () => {
  const saved = new Map<Partition, Offset>(Array.from({ length: COUNT }, (_, p) => [p, 0]));
  const at = { now: 1_000_000, behind: false, press: false, next: 1 };
  const start = () =>
    new SavePace({
      clock: { now: () => at.now },
      farBehind: () => at.behind,
      rowsPress: () => at.press,
      positions: () => saved,
      savedUpTo: p => saved.get(p)!,
    });
  /** Asks for all of them each second, as due by ticks as they can be. @returns who was saved in which second */
  const run = (pace: SavePace, forSeconds: number): [number, Partition][] => {
    const turns: [number, Partition][] = [];
    for (let second = 0; second < forSeconds; second++, at.now += seconds(1)) {
      at.next++;
      for (const p of saved.keys()) {
        if (!pace.isTime(p)) continue;
        saved.set(p, at.next);
        turns.push([second, p]);
      }
    }
    return turns;
  };
  return { saved, at, start, run };
};

test('without a clock the ticks alone say when', () => {
  const pace = new SavePace({ farBehind: () => true, rowsPress: () => false, positions: () => new Map(), savedUpTo: () => 0 });
  expect([pace.isTime(1), pace.isTime(1)]).toEqual([true, true]);
});

test('a fold that keeps up saves at its ticks, half a minute apart', () => {
  const { start, run } = fold();
  const turns = run(start(), 61);
  for (let p = 0; p < COUNT; p++) {
    const its = turns.filter(([, whose]) => whose === p).map(([second]) => second);
    expect(its).toEqual([0, 29, 58]);
  }
});

test('one that is far behind saves each once in two minutes, one after the other', () => {
  const { start, run, at } = fold();
  at.behind = true;
  const turns = run(start(), 241);
  expect(turns).toHaveLength(2 * COUNT);
  for (let i = 1; i < turns.length; i++) expect(turns[i]![0] - turns[i - 1]![0]).toBe(minutes(2) / COUNT / 1_000);
});

test('killed again and again, it gets on with those that are least far', () => {
  const { start, run, at, saved } = fold();
  at.behind = true;
  // Each run has time for three of the eight.
  for (let kill = 0; kill < 3; kill++) run(start(), 46);
  expect([...saved.values()].every(offset => offset > 0)).toBe(true);
});

test('when it has caught up, not all are saved at once, and each within half a minute', () => {
  const { start, run, at } = fold();
  at.behind = true;
  const pace = start();
  run(pace, 50);
  at.behind = false;
  const turns = run(pace, 31);
  expect(new Set(turns.slice(0, COUNT).map(([, p]) => p)).size).toBe(COUNT);
  const seen = new Map<number, number>();
  for (const [second] of turns) seen.set(second, (seen.get(second) ?? 0) + 1);
  expect(Math.max(...seen.values())).toBe(1);
});

test('rows that press go to disk each half minute, and a clock that was set back puts nothing off', () => {
  const { start, run, at } = fold();
  at.behind = true;
  at.press = true;
  const pace = start();
  run(pace, 1);
  expect(run(pace, 150).length).toBeGreaterThan(4 * COUNT);
  at.now -= minutes(60);
  expect(pace.isTime(0)).toBe(true);
});

test('those that are due at once are saved with four times as long a pause after each as it took', () => {
  const { start, at } = fold();
  const pace = start();
  expect(pace.isTime(0)).toBe(true);
  at.now += 25;
  pace.saved(0);
  expect(pace.isTime(1)).toBe(false);
  at.now += 99;
  expect(pace.isTime(1)).toBe(false);
  at.now += 1;
  expect(pace.isTime(1)).toBe(true);
  // One that took no time holds up nobody.
  pace.saved(1);
  expect(pace.isTime(2)).toBe(true);
});

test('however long each takes, pauses leave all their turn in half a minute, up to where there is no time for pauses', () => {
  for (const [took, within] of [
    [10, 30],
    [200, 30],
    [400, 30],
  ] as const) {
    const partitions = 64;
    const at = { now: 1_000_000 };
    const positions = new Map(Array.from({ length: partitions }, (_, p) => [p, 1]));
    const pace = new SavePace({
      clock: { now: () => at.now },
      farBehind: () => false,
      rowsPress: () => false,
      positions: () => positions,
      savedUpTo: () => 0,
    });
    const saved = new Set<Partition>();
    const began = at.now;
    for (; saved.size < partitions; at.now += 5) {
      for (const p of positions.keys()) {
        if (saved.has(p) || !pace.isTime(p)) continue;
        saved.add(p);
        at.now += took;
        pace.saved(p);
      }
    }
    // What takes longer than its share has pauses as long as itself.
    expect(at.now - began).toBeLessThanOrEqual(Math.max(seconds(within), 2 * took * partitions + 5 * partitions));
  }
});

test('however long one takes, the pause after it is a second at most', () => {
  const { start, at } = fold();
  const pace = start();
  expect(pace.isTime(0)).toBe(true);
  at.now += seconds(15);
  pace.saved(0);
  at.now += seconds(1) - 1;
  expect(pace.isTime(1)).toBe(false);
  at.now += 1;
  expect(pace.isTime(1)).toBe(true);
});

test('where each takes long, all have their turn', () => {
  const { saved, start, at } = fold();
  const pace = start();
  const turns = new Map<Partition, number>();
  for (let second = 0; second < 300; second++, at.now += seconds(1)) {
    for (const p of saved.keys()) {
      if (!pace.isTime(p)) continue;
      turns.set(p, (turns.get(p) ?? 0) + 1);
      at.now += seconds(10);
      pace.saved(p);
    }
  }
  expect(turns.size).toBe(COUNT);
  expect(Math.max(...turns.values()) - Math.min(...turns.values())).toBeLessThanOrEqual(2);
});

test('a clock that was set back makes no pause longer', () => {
  const { start, at } = fold();
  const pace = start();
  expect(pace.isTime(0)).toBe(true);
  at.now += 25;
  pace.saved(0);
  at.now -= minutes(10);
  expect(pace.isTime(1)).toBe(true);
});
