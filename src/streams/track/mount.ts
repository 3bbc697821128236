import type { Acceleration } from '../../model/reading.js';
import { type Degrees, type Instant, type Kmh, type Millis, STANDARD_GRAVITY } from '../../model/units.js';
import { turned } from './geometry.js';

/**
 * How an accelerometer sits in its vehicle, learnt from what it tells: gravity says where up is, and changes of speed and of heading say
 * where forward and right are. Sums only, which fade: a box that is mounted another way is learnt again.
 */
export interface MountMemory {
  /** Long-run mean: gravity. Counted up to where the mean is one over time. */
  rest: Acceleration;
  rests: number;
  restFrom: Instant;
  restAt: Instant;
  /** The interval between two known speeds that is being looked at; 0 = none. */
  since: Instant;
  speed: Kmh;
  /** −1 where it was not told. */
  heading: Degrees;
  /** Of the samples in it; the first counts half. */
  sumX: number;
  sumY: number;
  sumZ: number;
  weight: number;
  /** Force × acceleration by speed, force × acceleration across by heading, and the squares of both sides. */
  forwardX: number;
  forwardY: number;
  forwardZ: number;
  rightX: number;
  rightY: number;
  rightZ: number;
  known: number;
  felt: number;
  intervals: number;
  /** `as_told`: x right, y forward, z up (contract §3), and speed agrees. `turned`: by `axes`. `unproven`: not enough to say. */
  state: 'unproven' | 'as_told' | 'turned';
  axes: MountAxes | null;
}

/** Unit vectors in the sensor's frame. */
export interface MountAxes {
  forward: Acceleration;
  right: Acceleration;
}

export const newMount = (): MountMemory => ({
  rest: { x: 0, y: 0, z: 0 },
  rests: 0,
  restFrom: 0,
  restAt: 0,
  since: 0,
  speed: 0,
  heading: -1,
  sumX: 0,
  sumY: 0,
  sumZ: 0,
  weight: 0,
  forwardX: 0,
  forwardY: 0,
  forwardZ: 0,
  rightX: 0,
  rightY: 0,
  rightZ: 0,
  known: 0,
  felt: 0,
  intervals: 0,
  state: 'unproven',
  axes: null,
});

/** Gravity that is more than this off is none: a sensor that is out of order, or one that takes gravity off itself. */
const GRAVITY_OFF = 1.5;
/** The mean of gravity is one over so much time: longer than any acceleration lasts. */
const REST_OVER: Millis = 120_000;
/** Two seconds bring the error of whole km/h to 0.14 m/s², and are short enough for most of an acceleration. */
const INTERVAL: Millis = 1_800;
const LONGEST_INTERVAL: Millis = 4_000;
/** Below it an interval says nothing but noise. */
const TELLING = 0.5;
/** Below this the heading of a receiver wanders. */
const HEADED: Kmh = 12;
/** So much of the evidence stays from one interval to the next: that of the last five hundred or so, half an hour of driving in a town. */
const FADES = 0.998;
const FEWEST_INTERVALS = 25;
/** One-sigma error of the direction that is believed, radians: 6°. */
const SURE = 0.1;
/** A force that is far from what the speed shows is something else. */
const LEAST_GAIN = 0.5;
const MOST_GAIN = 1.6;
/** Within 25° the axes are those of the contract; what is left is the lean of a mount, which is taken off as a bias. */
const AS_TOLD = Math.cos((25 * Math.PI) / 180);
/** Before anything is proven: gravity no farther from z than this. */
const LEANING = 2.5;

const dot = (a: Acceleration, b: Acceleration): number => a.x * b.x + a.y * b.y + a.z * b.z;
const length = (a: Acceleration): number => Math.sqrt(dot(a, a));
const cross = (a: Acceleration, b: Acceleration): Acceleration => ({
  x: a.y * b.z - a.z * b.y,
  y: a.z * b.x - a.x * b.z,
  z: a.x * b.y - a.y * b.x,
});
const scaled = ({ x, y, z }: Acceleration, by: number): Acceleration => ({ x: x * by, y: y * by, z: z * by });
const sum = (a: Acceleration, b: Acceleration): Acceleration => ({ x: a.x + b.x, y: a.y + b.y, z: a.z + b.z });
/** What of it lies in the plane. @param up unit vector */
const level = (a: Acceleration, up: Acceleration): Acceleration => sum(a, scaled(up, -dot(a, up)));

/** Before that the mean may be that of one braking. */
const REST_SETTLES: Millis = 30_000;

/** Long enough heard for its mean to be the lean of its mount and of the road. */
export const knowsLean = ({ rests, restFrom, restAt }: MountMemory): boolean => rests > 0 && restAt - restFrom >= REST_SETTLES;

/** Gravity is known, and is gravity. */
export const feelsGravity = ({ rest, rests }: MountMemory): boolean =>
  rests > 0 && Math.abs(length(rest) - STANDARD_GRAVITY) < GRAVITY_OFF;

/** Gravity is on z, and little of it on the others: the axes may be what they should be. */
export const isUpright = ({ rest }: MountMemory): boolean =>
  Math.abs(rest.z - STANDARD_GRAVITY) < LEANING && Math.abs(rest.x) < LEANING && Math.abs(rest.y) < LEANING;

const feelGravity = (mount: MountMemory, at: Instant, { x, y, z }: Acceleration): void => {
  const { rest } = mount;
  const dt = mount.rests === 0 ? 0 : Math.min(at - mount.restAt, 2_000);
  if (mount.rests === 0) mount.restFrom = at;
  mount.rests = Math.min(mount.rests + 1, 1_000_000);
  mount.restAt = at;
  const part = Math.max(1 / mount.rests, dt / REST_OVER);
  rest.x += (x - rest.x) * part;
  rest.y += (y - rest.y) * part;
  rest.z += (z - rest.z) * part;
};

const begin = (mount: MountMemory, at: Instant, acc: Acceleration, speed: Kmh, heading: Degrees | undefined): void => {
  mount.since = at;
  mount.speed = speed;
  mount.heading = heading ?? -1;
  mount.sumX = acc.x / 2;
  mount.sumY = acc.y / 2;
  mount.sumZ = acc.z / 2;
  mount.weight = 0.5;
};

/** Takes an interval between two speeds as evidence. */
const weigh = (mount: MountMemory, at: Instant, acc: Acceleration, speed: Kmh, heading: Degrees | undefined): void => {
  const dt = (at - mount.since) / 1_000;
  const along = (speed - mount.speed) / 3.6 / dt;
  const headed = heading !== undefined && mount.heading >= 0 && speed >= HEADED && mount.speed >= HEADED;
  const across = headed ? (((turned(heading - mount.heading) * Math.PI) / 180) * (speed + mount.speed)) / 7.2 / dt : 0;
  const known = along * along + across * across;
  if (known < TELLING * TELLING) return;
  const weight = mount.weight - 0.5;
  const { rest } = mount;
  const force = {
    x: (mount.sumX - acc.x / 2) / weight - rest.x,
    y: (mount.sumY - acc.y / 2) / weight - rest.y,
    z: (mount.sumZ - acc.z / 2) / weight - rest.z,
  };
  const flat = level(force, scaled(rest, 1 / length(rest)));
  mount.forwardX = mount.forwardX * FADES + force.x * along;
  mount.forwardY = mount.forwardY * FADES + force.y * along;
  mount.forwardZ = mount.forwardZ * FADES + force.z * along;
  mount.rightX = mount.rightX * FADES + force.x * across;
  mount.rightY = mount.rightY * FADES + force.y * across;
  mount.rightZ = mount.rightZ * FADES + force.z * across;
  mount.known = mount.known * FADES + known;
  mount.felt = mount.felt * FADES + dot(flat, flat);
  mount.intervals = mount.intervals * FADES + 1;
  conclude(mount);
};

/**
 * Forward is where the forces point that go with a rising speed, and a quarter turn to the left of where those point that go with a turn to
 * the right: both together. It is believed when its error is small and its forces are as large as the speed says.
 */
const conclude = (mount: MountMemory): void => {
  if (mount.intervals < FEWEST_INTERVALS) return;
  const { rest, known, felt, intervals } = mount;
  const up = scaled(rest, 1 / length(rest));
  const byForward = level({ x: mount.forwardX, y: mount.forwardY, z: mount.forwardZ }, up);
  const byRight = cross(up, level({ x: mount.rightX, y: mount.rightY, z: mount.rightZ }, up));
  const both = sum(byForward, byRight);
  const strength = length(both);
  const gain = strength / known;
  const coherence2 = Math.min(1, (strength * strength) / (known * felt));
  const error = Math.sqrt((1 - coherence2) / (2 * coherence2 * intervals));
  if (!(error < SURE) || gain < LEAST_GAIN || gain > MOST_GAIN) return;
  const forward = scaled(both, 1 / strength);
  if (up.z >= AS_TOLD && forward.y >= AS_TOLD) {
    mount.state = 'as_told';
    mount.axes = null;
  } else {
    mount.state = 'turned';
    mount.axes = { forward, right: cross(forward, up) };
  }
};

/**
 * Learns from one sample and the speed and heading of the same reading, where it tells them.
 * @param acc specific force in the sensor's own axes   @param speed of the wheels, else of the receiver
 */
export const learnMount = (
  mount: MountMemory,
  at: Instant,
  acc: Acceleration,
  speed: Kmh | undefined,
  heading: Degrees | undefined,
): void => {
  feelGravity(mount, at, acc);
  if (mount.since > 0) {
    mount.sumX += acc.x;
    mount.sumY += acc.y;
    mount.sumZ += acc.z;
    mount.weight += 1;
  }
  if (speed === undefined) return;
  const span = at - mount.since;
  if (mount.since > 0 && span < INTERVAL) return;
  if (mount.since > 0 && span <= LONGEST_INTERVAL && mount.weight >= 2 && feelsGravity(mount))
    weigh(mount, at, acc, speed, heading);
  begin(mount, at, acc, speed, heading);
};
