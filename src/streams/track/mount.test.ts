// Proves: however an accelerometer is mounted, gravity, speed and heading teach which way it looks, and what it then tells is right; it is not
// believed before, nor where it tells nothing of the driving; and a box that is turned meanwhile is learnt again.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FittedAcceleration } from '../../model/moment.js';
import { type Acceleration, emptyReading, type Reading } from '../../model/reading.js';
import { randomOf } from '../../simulator/random.js';
import { fitAcceleration, newAccelerationMemory } from './fit-acceleration.js';
import { forceInto, forwardOf, leanInto, learnMount, type MountMemory, mountState, newMount, packMount } from './mount.js';

const START = 1_700_000_000_000;

/** A turn of space: three unit vectors, right-handed. */
type Turn = readonly [Acceleration, Acceleration, Acceleration];

/** Any turn, by a unit quaternion. */
const anyTurn = fc
  .tuple(...Array.from({ length: 4 }, () => fc.double({ min: -1, max: 1, noNaN: true })))
  .filter(parts => Math.hypot(...parts) > 0.1)
  .map((parts): Turn => {
    const size = Math.hypot(...parts);
    const [w, x, y, z] = parts.map(part => part / size) as [number, number, number, number];
    return [
      { x: 1 - 2 * (y * y + z * z), y: 2 * (x * y - w * z), z: 2 * (x * z + w * y) },
      { x: 2 * (x * y + w * z), y: 1 - 2 * (x * x + z * z), z: 2 * (y * z - w * x) },
      { x: 2 * (x * z - w * y), y: 2 * (y * z + w * x), z: 1 - 2 * (x * x + y * y) },
    ];
  });

const AS_TOLD: Turn = [
  { x: 1, y: 0, z: 0 },
  { x: 0, y: 1, z: 0 },
  { x: 0, y: 0, z: 1 },
];

const dot = (a: Acceleration, b: Acceleration): number => a.x * b.x + a.y * b.y + a.z * b.z;
const seenBy = (turn: Turn, force: Acceleration): Acceleration => ({
  x: dot(turn[0], force),
  y: dot(turn[1], force),
  z: dot(turn[2], force),
});

interface Step {
  at: number;
  /** In the vehicle's frame. */
  force: Acceleration;
  speed: number;
  heading: number;
}

const SPACING = 100;

/** Minutes of a drive in a town: speeds up, holds, slows, turns; with the vibration of a road. The same for the same seed. */
const townDrive = (seed: string, minutes: number): Step[] => {
  const random = randomOf(seed, 0);
  const noise = () => (random.next() + random.next() + random.next() - 1.5) * 0.8;
  const steps: Step[] = [];
  let speed = 0;
  let heading = 0;
  let along = 0;
  let turning = 0;
  for (let at = 0; at < minutes * 60_000; at += SPACING) {
    if (at % 3_000 === 0) {
      along = (random.next() - 0.5) * 5;
      turning = random.next() < 0.3 ? (random.next() - 0.5) * 40 : 0;
    }
    if ((speed <= 0 && along < 0) || (speed >= 70 && along > 0)) along = 0;
    speed = Math.max(0, speed + (along * 3.6 * SPACING) / 1_000);
    const turn = speed > 15 ? Math.sign(turning) * Math.min(Math.abs(turning), (4 / (speed / 3.6)) * 57.3) : 0;
    heading = (heading + (turn * SPACING) / 1_000 + 360) % 360;
    const across = (speed / 3.6) * ((turn * Math.PI) / 180);
    steps.push({ at, force: { x: across + noise(), y: along + noise(), z: 9.81 + noise() }, speed, heading });
  }
  return steps;
};

const learn = (mount: MountMemory, steps: readonly Step[], turn: Turn): void => {
  for (const { at, force, speed, heading } of steps) {
    const whole = at % 1_000 === 0;
    learnMount(mount, START + at, seenBy(turn, force), whole ? Math.round(speed) : undefined, whole ? heading : undefined);
  }
};

/** Degrees between what was learnt and what is so. */
const off = (mount: MountMemory, turn: Turn): number => {
  const forward = forwardOf(mount) ?? AS_TOLD[1];
  const truth = seenBy(turn, { x: 0, y: 1, z: 0 });
  return (Math.acos(Math.min(1, dot(forward, truth))) * 180) / Math.PI;
};

const drive = townDrive('mount', 8);

describe('a mount', () => {
  test('any way round is learnt within 8°', () => {
    fc.assert(
      fc.property(anyTurn, turn => {
        const mount = newMount();
        learn(mount, drive, turn);
        expect(mountState(mount)).not.toBe('unproven');
        if (mountState(mount) === 'turned') expect(off(mount, turn)).toBeLessThan(8);
        else expect(off(mount, turn)).toBeLessThan(26);
      }),
      { numRuns: 40, seed: 5 },
    );
  });

  test('as the contract says is found to be so', () => {
    const mount = newMount();
    learn(mount, drive, AS_TOLD);
    expect([mountState(mount), forwardOf(mount)]).toEqual(['as_told', null]);
  });

  test('is learnt from straight driving alone too, without any heading', () => {
    const mount = newMount();
    const turn: Turn = [AS_TOLD[1], { x: -1, y: 0, z: 0 }, AS_TOLD[2]];
    for (const { at, force, speed } of drive) {
      const acc = seenBy(turn, { ...force, x: 0 });
      learnMount(mount, START + at, acc, at % 1_000 === 0 ? Math.round(speed) : undefined, undefined);
    }
    expect(mountState(mount)).toBe('turned');
    expect(off(mount, turn)).toBeLessThan(8);
  });

  test('is not proven by a sensor that tells nothing of the driving, nor without any speed', () => {
    const random = randomOf('shaken', 0);
    const shaken = newMount();
    const speedless = newMount();
    for (const { at, speed } of drive) {
      const acc = { x: (random.next() - 0.5) * 6, y: (random.next() - 0.5) * 6, z: 9.81 };
      learnMount(shaken, START + at, acc, at % 1_000 === 0 ? speed : undefined, undefined);
      learnMount(speedless, START + at, acc, undefined, undefined);
    }
    expect([mountState(shaken), mountState(speedless)]).toEqual(['unproven', 'unproven']);
  });

  test('that is turned by half in its holder is learnt again within three quarters of an hour', () => {
    const half: Turn = [{ x: -1, y: 0, z: 0 }, { x: 0, y: -1, z: 0 }, AS_TOLD[2]];
    const mount = newMount();
    learn(mount, drive, AS_TOLD);
    const later = townDrive('later', 45).map(step => ({ ...step, at: step.at + 9 * 60_000 }));
    learn(mount, later, half);
    expect(mountState(mount)).toBe('turned');
    expect(off(mount, half)).toBeLessThan(8);
  });
});

test('one of an earlier version, an object with its axes, means what it meant', () => {
  const [forward, right] = [
    { x: 0, y: 0.6, z: -0.8 },
    { x: -1, y: 0, z: 0 },
  ];
  const before = {
    ...{ rest: { x: 0.1, y: 7.8, z: 5.9 }, rests: 900, restFrom: START, restAt: START + 60_000 },
    ...{ since: START + 59_000, speed: 42, heading: 170, sumX: 1, sumY: 2, sumZ: 3, weight: 1.5 },
    ...{ forwardX: 4, forwardY: 5, forwardZ: 6, rightX: 7, rightY: 8, rightZ: 9, known: 90, felt: 80, intervals: 40 },
  };
  const turned = packMount({ ...before, state: 'turned', axes: { forward, right } });
  expect([mountState(turned), forwardOf(turned)]).toEqual(['turned', forward]);
  const force = { forward: 0, right: 0 };
  expect(forceInto(turned, { x: 1, y: 2, z: 3 }, force)).toBe(true);
  expect(force).toEqual({ forward: 2 * 0.6 - 3 * 0.8, right: -1 });
  expect(leanInto(turned, force)).toBe(true);
  expect(force).toEqual({ forward: 7.8 * 0.6 - 5.9 * 0.8, right: -0.1 });
  // Counters, sums and what is known stand where the next sample looks for them.
  const unproven = packMount({ ...before, state: 'unproven', axes: null });
  expect(unproven).toEqual([
    0.1,
    7.8,
    5.9,
    900,
    START,
    START + 60_000,
    START + 59_000,
    42,
    170,
    1,
    2,
    3,
    1.5,
    4,
    5,
    6,
    7,
    8,
    9,
    90,
    80,
    40,
    ...[0, 0, 0, 0, 0, 0, 0],
  ]);
  expect(unproven).toHaveLength(newMount().length);
});

const readingsBy = (steps: readonly Step[], turn: Turn): Reading[] =>
  steps.map(({ at, force, speed, heading }) => {
    const whole = at % 1_000 === 0;
    return {
      ...emptyReading(START + at, START + at, 'd-1', 0, 0),
      acc: seenBy(turn, force),
      fix: whole ? { lat: 50, lon: 8, speed, heading, altitude: undefined, hdop: 1, sats: 9, accuracy: undefined } : undefined,
    };
  });

test('a braking and a curve after some minutes are measured by the accelerometer, the same however it is mounted', () => {
  const calm = drive.at(-1)!;
  const events: Step[] = [];
  const add = (seconds: number, along: number, across: number) => {
    for (let i = 0; i < seconds * 10; i++) {
      const before = events.at(-1) ?? { ...calm, speed: 60 };
      const speed = before.speed + along * 0.36;
      const heading = before.heading + (((across / (speed / 3.6)) * 180) / Math.PI) * 0.1;
      events.push({ at: before.at + SPACING, force: { x: across, y: along, z: 9.81 }, speed, heading: (heading + 360) % 360 });
    }
  };
  add(6, 0, 0);
  add(2, -5, 0);
  add(6, 0, 0);
  add(3, 0, 4.6);
  add(6, 0, 0);
  fc.assert(
    fc.property(anyTurn, turn => {
      const memory = newAccelerationMemory();
      const along: FittedAcceleration[] = [];
      const across: FittedAcceleration[] = [];
      for (const reading of readingsBy([...drive, ...events], turn)) {
        const [foundAlong, foundAcross]: FittedAcceleration[][] = [[], []];
        fitAcceleration(memory, reading, reading.fix, foundAlong!, foundAcross!);
        for (const window of foundAlong!) along.push({ ...window });
        for (const window of foundAcross!) across.push({ ...window });
      }
      const since = (windows: FittedAcceleration[]) => windows.filter(({ at }) => at > START + calm.at + 2_000);
      const hardest = since(along).reduce((a, b) => (b.value < a.value ? b : a));
      const tightest = since(across).reduce((a, b) => (b.value > a.value ? b : a));
      expect(hardest.source).toBe('acc');
      expect(hardest.value).toBeGreaterThan(-5.6);
      expect(hardest.value).toBeLessThan(-4.4);
      expect(tightest.source).toBe('acc');
      expect(tightest.value).toBeGreaterThan(4);
      expect(tightest.value).toBeLessThan(5.2);
    }),
    { numRuns: 12, seed: 6 },
  );
});
