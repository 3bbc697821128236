import type { Degrees, Kmh, Metres, Mps2, Seconds } from '../model/units.js';
import type { Random } from './random.js';
import { bearing, between, distance, type Point } from './town/plane.js';
import { ROAD_CLASSES, type RoadEdge, type Town } from './town/town.js';

/** Metres per second. */
type Speed = number;

/** A place on the way that asks for a speed; 0 is a stop for `wait`. */
export interface Checkpoint {
  at: Metres;
  speed: Speed;
  wait: Seconds;
}

/** One way from door to door, as metres along it. */
export interface DrivePlan {
  length: Metres;
  /** Where a limit begins, ascending. */
  limits: readonly { at: Metres; speed: Speed }[];
  /** Ascending; the last is the destination. */
  checkpoints: readonly Checkpoint[];
  points: readonly Point[];
  /** Metres along at each point. */
  along: readonly Metres[];
}

const RANKS = [...ROAD_CLASSES].reverse();
const kmh = (n: number): Speed => n / 3.6;

/**
 * Lays a route out with what its junctions ask for: lights, giving way, turning slowly, ramps.
 * @param most no limit on the way is above it, whatever the road allows
 */
export const planDrive = (town: Town, route: readonly number[], random: Random, most: Kmh): DrivePlan => {
  const edges = route.map(index => town.edges[index]!);
  const points: Point[] = [edges[0]!.shape[0]!];
  const along: Metres[] = [0];
  const limits: { at: Metres; speed: Speed }[] = [];
  const checkpoints: Checkpoint[] = [];
  for (const [i, edge] of edges.entries()) {
    limits.push({ at: along.at(-1)!, speed: kmh(Math.min(most, edge.limit)) });
    for (const point of edge.shape.slice(1)) {
      along.push(along.at(-1)! + distance(points.at(-1)!, point));
      points.push(point);
    }
    const next = edges[i + 1];
    const asked = next && atJunction(town, edge, next, random);
    if (asked) checkpoints.push({ at: along.at(-1)!, ...asked });
  }
  const length = along.at(-1)!;
  checkpoints.push({ at: length, speed: 0, wait: 0 });
  return { length, limits, checkpoints, points, along };
};

const atJunction = (town: Town, edge: RoadEdge, next: RoadEdge, random: Random): Omit<Checkpoint, 'at'> | undefined => {
  const [rank, nextRank] = [RANKS.indexOf(edge.class), RANKS.indexOf(next.class)];
  const angle = turning(edge, next);
  const slow = angle > 110 ? 8 : angle > 50 ? 18 : angle > 28 ? 32 : undefined;
  if (rank === 3 || nextRank === 3) return rank === nextRank ? undefined : { speed: kmh(38), wait: 0 };
  const arms = town.leaving[edge.to]!.map(index => town.edges[index]!);
  const highest = Math.max(...arms.map(arm => RANKS.indexOf(arm.class)));
  if (arms.length > 2 && rank < highest) {
    return random.chance(0.55) ? { speed: 0, wait: random.between(1, 7) } : { speed: kmh(12), wait: 0 };
  }
  const mainArms = arms.filter(arm => RANKS.indexOf(arm.class) >= 1).length;
  if (mainArms >= 4 && random.chance(0.35)) return { speed: 0, wait: random.between(4, 28) };
  if (arms.length > 2 && highest === 0) return { speed: kmh(Math.min(slow ?? 25, 25)), wait: 0 };
  return slow === undefined ? undefined : { speed: kmh(slow), wait: 0 };
};

/** How much the way turns at the junction, 0 … 180. */
const turning = (edge: RoadEdge, next: RoadEdge): Degrees => {
  const turn = Math.abs(bearing(edge.shape.at(-2)!, edge.shape.at(-1)!) - bearing(next.shape[0]!, next.shape[1]!));
  return Math.min(turn, 360 - turn);
};

/** Where a vehicle is that has gone `at` metres. */
export const placeOn = ({ points, along }: DrivePlan, at: Metres): { point: Point; heading: Degrees } => {
  let low = 0;
  let high = points.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (along[middle]! <= at) low = middle;
    else high = middle;
  }
  const [a, b] = [points[low]!, points[high]!];
  const leg = along[high]! - along[low]!;
  const part = leg === 0 ? 0 : Math.min(1, Math.max(0, (at - along[low]!) / leg));
  return { point: between(a, b, part), heading: bearing(a, b) };
};

/** The most that may be driven at `at` so that every speed asked for ahead is met with `braking`. */
export const allowedSpeed = (plan: DrivePlan, at: Metres, checkpoint: number, braking: Mps2, pace: number): Speed => {
  const limit = plan.limits.findLast(entry => entry.at <= at)?.speed ?? kmh(30);
  const horizon = at + (limit * pace * limit * pace) / (2 * braking) + 20;
  let allowed = limit * pace;
  for (let i = checkpoint; i < plan.checkpoints.length && plan.checkpoints[i]!.at < horizon; i++) {
    const { at: place, speed } = plan.checkpoints[i]!;
    allowed = Math.min(allowed, Math.sqrt(speed * speed + 2 * braking * Math.max(0, place - at)));
  }
  for (const { at: place, speed } of plan.limits) {
    if (place > horizon) break;
    if (place > at) allowed = Math.min(allowed, Math.sqrt((speed * pace) ** 2 + 2 * braking * (place - at)));
  }
  return allowed;
};
