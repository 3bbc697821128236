import type { Force } from '../../model/moment.js';
import { numbersAtStart, readNumbers } from '../../model/number-list.js';
import type { Acceleration } from '../../model/reading.js';
import { type Degrees, type Instant, type Kmh, type Millis, type Mps2, STANDARD_GRAVITY } from '../../model/units.js';
import { turned } from './geometry.js';
import { hypotOf } from './hypot-of.js';

/**
 * How an accelerometer sits in its vehicle, learnt from what it tells: gravity says where up is, and changes of speed and of heading say
 * where forward and right are. Sums only, which fade: a box that is mounted another way is learnt again. Numbers at the places below, from `from` on in a list that
 * the windows of samples stand in too, and for the same reasons.
 */
export type MountMemory = number[];

/** Long-run mean: gravity, x, y, z. Counted up to where the mean is one over time. */
const REST_X = 0;
const REST_Y = 1;
const REST_Z = 2;
const RESTS = 3;
const REST_FROM = 4;
const REST_AT = 5;
/** The interval between two known speeds that is being looked at; 0 = none. A heading of −1 was not told. */
const SINCE = 6;
const SPEED = 7;
const HEADING = 8;
/** Of the samples in it; the first counts half. */
const SUM_X = 9;
const SUM_Y = 10;
const SUM_Z = 11;
const WEIGHT = 12;
/** Force × acceleration by speed, force × acceleration across by heading, and the squares of both sides. */
const FORWARD_X = 13;
const FORWARD_Y = 14;
const FORWARD_Z = 15;
const RIGHT_X = 16;
const RIGHT_Y = 17;
const RIGHT_Z = 18;
const KNOWN = 19;
const FELT = 20;
const INTERVALS = 21;
const STATE = 22;
/** Here stand the axes of one that is turned: unit vectors in the sensor's frame, forward and right. Of others they mean nothing. */
const AXES = 23;
export const MOUNT_NUMBERS = 29;

/** `AS_CONTRACT`: x right, y forward, z up (contract §3), and speed agrees. `TURNED`: by its axes. `UNPROVEN`: not enough to say. */
const UNPROVEN = 0;
const AS_CONTRACT = 1;
const TURNED = 2;
export type MountState = 'unproven' | 'as_told' | 'turned';
const STATES: readonly MountState[] = ['unproven', 'as_told', 'turned'];

const atStart: MountMemory = numbersAtStart(MOUNT_NUMBERS, [
  [HEADING, -1],
  [STATE, UNPROVEN],
]);

export const newMount = (): MountMemory => atStart.slice();

export const mountState = (mount: MountMemory, from = 0): MountState => STATES[mount[from + STATE]!]!;
export const isProven = (mount: MountMemory, from = 0): boolean => mount[from + STATE] !== UNPROVEN;

/** Where forward is, in the sensor's frame; null where it is as the contract says, or not known. */
export const forwardOf = (mount: MountMemory, from = 0): Acceleration | null =>
  mount[from + STATE] === TURNED ? { x: mount[from + AXES]!, y: mount[from + AXES + 1]!, z: mount[from + AXES + 2]! } : null;

/** As it was kept before, as an object. */
export interface LooseMount {
  rest: Acceleration;
  rests: number;
  restFrom: Instant;
  restAt: Instant;
  since: Instant;
  speed: Kmh;
  heading: Degrees;
  sumX: number;
  sumY: number;
  sumZ: number;
  weight: number;
  forwardX: number;
  forwardY: number;
  forwardZ: number;
  rightX: number;
  rightY: number;
  rightZ: number;
  known: number;
  felt: number;
  intervals: number;
  state: MountState;
  axes: { forward: Acceleration; right: Acceleration } | null;
}

export const packMount = (loose: LooseMount): MountMemory => {
  const { rest, axes } = loose;
  return [
    ...[rest.x, rest.y, rest.z, loose.rests, loose.restFrom, loose.restAt, loose.since, loose.speed, loose.heading],
    ...[loose.sumX, loose.sumY, loose.sumZ, loose.weight],
    ...[loose.forwardX, loose.forwardY, loose.forwardZ, loose.rightX, loose.rightY, loose.rightZ],
    ...[loose.known, loose.felt, loose.intervals, STATES.indexOf(loose.state)],
    ...(axes === null ? [0, 0, 0, 0, 0, 0] : [axes.forward, axes.right].flatMap(({ x, y, z }) => [x, y, z])),
  ];
};

/** As earlier versions kept it: an object; or a list of its own, without axes where it had none. */
export const readMount = (read: MountMemory | LooseMount): MountMemory =>
  Array.isArray(read) ? readNumbers(read, atStart) : packMount(read);

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
export const knowsLean = (mount: MountMemory, from = 0): boolean =>
  mount[from + RESTS]! > 0 && mount[from + REST_AT]! - mount[from + REST_FROM]! >= REST_SETTLES;

const restOf = (mount: MountMemory, from: number): Acceleration => ({
  x: mount[from + REST_X]!,
  y: mount[from + REST_Y]!,
  z: mount[from + REST_Z]!,
});

/** Gravity is known, and is gravity. */
const feelsGravity = (mount: MountMemory, from: number): boolean => {
  const x = mount[from + REST_X]!;
  const y = mount[from + REST_Y]!;
  const z = mount[from + REST_Z]!;
  return mount[from + RESTS]! > 0 && Math.abs(Math.sqrt(x * x + y * y + z * z) - STANDARD_GRAVITY) < GRAVITY_OFF;
};

/** Gravity is on z, and little of it on the others: the axes may be what they should be. */
const isUpright = (mount: MountMemory, from: number): boolean =>
  Math.abs(mount[from + REST_Z]! - STANDARD_GRAVITY) < LEANING &&
  Math.abs(mount[from + REST_X]!) < LEANING &&
  Math.abs(mount[from + REST_Y]!) < LEANING;

/** Puts a sample into the vehicle's axes. @returns false where they are not known: then `out` is as it was */
export const forceInto = (mount: MountMemory, { x, y, z }: Acceleration, out: Force, from = 0): boolean =>
  turnInto(mount, from, x, y, z, out);

const turnInto = (mount: MountMemory, from: number, x: Mps2, y: Mps2, z: Mps2, out: Force): boolean => {
  if (!feelsGravity(mount, from)) return false;
  if (mount[from + STATE] === TURNED) {
    out.forward = x * mount[from + AXES]! + y * mount[from + AXES + 1]! + z * mount[from + AXES + 2]!;
    out.right = x * mount[from + AXES + 3]! + y * mount[from + AXES + 4]! + z * mount[from + AXES + 5]!;
    return true;
  }
  if (!isUpright(mount, from)) return false;
  out.forward = y;
  out.right = x;
  return true;
};

/** What is there all the time, in the same axes: a slope of the road, a mount that leans. */
export const leanInto = (mount: MountMemory, out: Force, from = 0): boolean =>
  turnInto(mount, from, mount[from + REST_X]!, mount[from + REST_Y]!, mount[from + REST_Z]!, out);

/** What a sample differs from rest. */
export const blowOf = (mount: MountMemory, { x, y, z }: Acceleration, from = 0): Mps2 =>
  hypotOf(x - mount[from + REST_X]!, y - mount[from + REST_Y]!, z - mount[from + REST_Z]!);

const feelGravity = (mount: MountMemory, from: number, at: Instant, { x, y, z }: Acceleration): void => {
  const first = mount[from + RESTS] === 0;
  const dt = first ? 0 : Math.min(at - mount[from + REST_AT]!, 2_000);
  if (first) mount[from + REST_FROM] = at;
  mount[from + RESTS] = Math.min(mount[from + RESTS]! + 1, 1_000_000);
  mount[from + REST_AT] = at;
  const part = Math.max(1 / mount[from + RESTS]!, dt / REST_OVER);
  mount[from + REST_X]! += (x - mount[from + REST_X]!) * part;
  mount[from + REST_Y]! += (y - mount[from + REST_Y]!) * part;
  mount[from + REST_Z]! += (z - mount[from + REST_Z]!) * part;
};

const begin = (
  mount: MountMemory,
  from: number,
  at: Instant,
  acc: Acceleration,
  speed: Kmh,
  heading: Degrees | undefined,
): void => {
  mount[from + SINCE] = at;
  mount[from + SPEED] = speed;
  mount[from + HEADING] = heading ?? -1;
  mount[from + SUM_X] = acc.x / 2;
  mount[from + SUM_Y] = acc.y / 2;
  mount[from + SUM_Z] = acc.z / 2;
  mount[from + WEIGHT] = 0.5;
};

const fade = (mount: MountMemory, place: number, by: number): void => {
  mount[place] = mount[place]! * FADES + by;
};

/** Takes an interval between two speeds as evidence. */
const weigh = (
  mount: MountMemory,
  from: number,
  at: Instant,
  acc: Acceleration,
  speed: Kmh,
  heading: Degrees | undefined,
): void => {
  const dt = (at - mount[from + SINCE]!) / 1_000;
  const speedBefore = mount[from + SPEED]!;
  const headingBefore = mount[from + HEADING]!;
  const along = (speed - speedBefore) / 3.6 / dt;
  const headed = heading !== undefined && headingBefore >= 0 && speed >= HEADED && speedBefore >= HEADED;
  const across = headed ? (((turned(heading - headingBefore) * Math.PI) / 180) * (speed + speedBefore)) / 7.2 / dt : 0;
  const known = along * along + across * across;
  if (known < TELLING * TELLING) return;
  const weight = mount[from + WEIGHT]! - 0.5;
  const rest = restOf(mount, from);
  const force = {
    x: (mount[from + SUM_X]! - acc.x / 2) / weight - rest.x,
    y: (mount[from + SUM_Y]! - acc.y / 2) / weight - rest.y,
    z: (mount[from + SUM_Z]! - acc.z / 2) / weight - rest.z,
  };
  const flat = level(force, scaled(rest, 1 / length(rest)));
  fade(mount, from + FORWARD_X, force.x * along);
  fade(mount, from + FORWARD_Y, force.y * along);
  fade(mount, from + FORWARD_Z, force.z * along);
  fade(mount, from + RIGHT_X, force.x * across);
  fade(mount, from + RIGHT_Y, force.y * across);
  fade(mount, from + RIGHT_Z, force.z * across);
  fade(mount, from + KNOWN, known);
  fade(mount, from + FELT, dot(flat, flat));
  fade(mount, from + INTERVALS, 1);
  conclude(mount, from);
};

/**
 * Forward is where the forces point that go with a rising speed, and a quarter turn to the left of where those point that go with a turn to
 * the right: both together. It is believed when its error is small and its forces are as large as the speed says.
 */
const conclude = (mount: MountMemory, from: number): void => {
  const intervals = mount[from + INTERVALS]!;
  if (intervals < FEWEST_INTERVALS) return;
  const rest = restOf(mount, from);
  const known = mount[from + KNOWN]!;
  const up = scaled(rest, 1 / length(rest));
  const byForward = level({ x: mount[from + FORWARD_X]!, y: mount[from + FORWARD_Y]!, z: mount[from + FORWARD_Z]! }, up);
  const byRight = cross(up, level({ x: mount[from + RIGHT_X]!, y: mount[from + RIGHT_Y]!, z: mount[from + RIGHT_Z]! }, up));
  const both = sum(byForward, byRight);
  const strength = length(both);
  const gain = strength / known;
  const coherence2 = Math.min(1, (strength * strength) / (known * mount[from + FELT]!));
  const error = Math.sqrt((1 - coherence2) / (2 * coherence2 * intervals));
  if (!(error < SURE) || gain < LEAST_GAIN || gain > MOST_GAIN) return;
  const forward = scaled(both, 1 / strength);
  if (up.z >= AS_TOLD && forward.y >= AS_TOLD) {
    mount[from + STATE] = AS_CONTRACT;
    return;
  }
  mount[from + STATE] = TURNED;
  const right = cross(forward, up);
  mount[from + AXES] = forward.x;
  mount[from + AXES + 1] = forward.y;
  mount[from + AXES + 2] = forward.z;
  mount[from + AXES + 3] = right.x;
  mount[from + AXES + 4] = right.y;
  mount[from + AXES + 5] = right.z;
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
  from = 0,
): void => {
  feelGravity(mount, from, at, acc);
  const since = mount[from + SINCE]!;
  if (since > 0) {
    mount[from + SUM_X]! += acc.x;
    mount[from + SUM_Y]! += acc.y;
    mount[from + SUM_Z]! += acc.z;
    mount[from + WEIGHT]! += 1;
  }
  if (speed === undefined) return;
  const span = at - since;
  if (since > 0 && span < INTERVAL) return;
  if (since > 0 && span <= LONGEST_INTERVAL && mount[from + WEIGHT]! >= 2 && feelsGravity(mount, from))
    weigh(mount, from, at, acc, speed, heading);
  begin(mount, from, at, acc, speed, heading);
};
