// Proves: the time in the journal goes on, over restarts and while the fold still comes to the ticks of the process before; a clock that is
// behind by less than a minute is waited for; one that is further behind sets time back, once, and says so, also where the disk fails just then.
import { expect, test } from '@jest/globals';
import { TelltaleError } from '../model/errors.js';
import type { Fact } from '../model/fact.js';
import type { NewRecord } from '../model/record.js';
import type { Clock } from '../ports/clock.js';
import type { Journal } from '../ports/journal.js';
import { tickerActor } from './ticker.actor.js';

const NOON = Date.UTC(2026, 2, 10, 12);
const MINUTE = 60_000;

class DiskFullError extends TelltaleError {
  readonly code = 'DISK_FULL';
  readonly fault = 'outage';
}

/** A ticker whose clock, disk and fold do as told. */
class Scene {
  now = NOON;
  folded = 0;
  diskTakes = true;
  readonly ticks: { at: number; set?: true }[] = [];
  readonly setBackBy: number[] = [];
  private second: () => void = () => {};

  async start(): Promise<this> {
    const clock = {
      now: () => this.now,
      every: (_: number, run: () => void) => {
        this.second = run;
        return () => {};
      },
    } as unknown as Clock;
    const journal = {
      append: async ([record]: readonly NewRecord[]) => {
        if (!this.diskTakes) throw new DiskFullError('no space left on device');
        const { type: _, ...tick } = JSON.parse(Buffer.from(record!.body).toString()) as Extract<Fact, { type: 'tick' }>;
        this.ticks.push(tick);
      },
    } as unknown as Journal;
    const ticker = tickerActor(
      journal,
      clock,
      () => this.folded,
      by => this.setBackBy.push(by),
    );
    await ticker.start({ fail: () => {} } as never);
    return this;
  }

  /** A second goes by. */
  async tick(): Promise<void> {
    this.now += 1_000;
    this.second();
    await new Promise(resolve => setImmediate(resolve));
  }
}

test('after a start it is not before what the process before told, as far as that is folded', async () => {
  const scene = await new Scene().start();
  scene.folded = NOON + 20_000;
  await scene.tick();
  scene.folded = NOON + 40_000;
  await scene.tick();
  await scene.tick();
  expect(scene.ticks).toEqual([NOON + 20_000, NOON + 40_000, NOON + 40_000].map(at => ({ at })));
  expect(scene.setBackBy).toEqual([]);
});

test('a clock that is set back by less than a minute is waited for', async () => {
  const scene = await new Scene().start();
  await scene.tick();
  scene.now -= 3_000;
  for (let i = 0; i < 4; i++) await scene.tick();
  expect(scene.ticks.map(({ at }) => (at - NOON) / 1_000)).toEqual([1, 1, 1, 1, 2]);
});

test('a clock that was a day ahead sets time back once, whether the fold has come there or not', async () => {
  const scene = await new Scene().start();
  scene.now += 24 * 60 * MINUTE;
  await scene.tick();
  scene.now = NOON;
  scene.folded = scene.ticks[0]!.at;
  for (let i = 0; i < 3; i++) await scene.tick();
  scene.folded = scene.ticks.at(-1)!.at;
  await scene.tick();
  expect(scene.ticks.slice(1)).toEqual([
    { at: NOON + 1_000, set: true },
    { at: NOON + 2_000 },
    { at: NOON + 3_000 },
    { at: NOON + 4_000 },
  ]);
  expect(scene.setBackBy).toEqual([24 * 60 * MINUTE]);
});

test('after a start with a clock that is set back, a tail that is folded later sets time back as well', async () => {
  const scene = await new Scene().start();
  await scene.tick();
  scene.folded = NOON + 10 * MINUTE;
  await scene.tick();
  await scene.tick();
  expect(scene.ticks).toEqual([{ at: NOON + 1_000 }, { at: NOON + 2_000, set: true }, { at: NOON + 3_000 }]);
});

test('where the disk did not take it, the next tick sets time back', async () => {
  const scene = await new Scene().start();
  scene.folded = NOON + 10 * MINUTE;
  scene.diskTakes = false;
  await scene.tick();
  scene.diskTakes = true;
  await scene.tick();
  await scene.tick();
  expect(scene.ticks).toEqual([{ at: NOON + 2_000, set: true }, { at: NOON + 3_000 }]);
});
