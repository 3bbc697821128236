import type { Kmh } from '../../model/units.js';
import { randomOf } from '../random.js';
import { type Landscape, shapeLandscape } from './landscape.js';
import { TOWN_NAME } from './names.js';
import { distance, type Point, smooth } from './plane.js';
import { overRiver, type PlannedStreet, planRoads, type RoadPlan } from './road-plan.js';
import type { RoadClass, RoadEdge, Street, Town } from './town.js';

export const SPEED_LIMITS: Readonly<Record<RoadClass, Kmh>> = { motorway: 100, primary: 60, secondary: 50, residential: 30 };

/** The seed of the town that is drawn as the demo basemap. Another seed is another town, without a map. */
const DEFAULT_TOWN_SEED = 'brindlemere';

/** How many of the lanes are left out, so that there are long blocks, T junctions and dead ends. */
const LEFT_OUT = 0.2;
const CURVE_STEPS = 4;

/** One stretch of a street between two neighbouring junctions. */
interface Leg {
  street: PlannedStreet;
  from: number;
  to: number;
  bridge: boolean;
}

/** @returns the town of that seed: every junction can be reached from every other, all roads lead both ways */
export const buildTown = (seed: string = DEFAULT_TOWN_SEED): Town => {
  const landscape = shapeLandscape(seed);
  const plan = planRoads(seed, landscape);
  const legs = reachable(plan.nodes.length, passableLegs(seed, plan, landscape));

  const numbers = new Map<number, number>();
  const nodes: Point[] = [];
  for (const node of legs.flatMap(leg => [leg.from, leg.to])) {
    if (numbers.has(node)) continue;
    numbers.set(node, nodes.length);
    nodes.push(plan.nodes[node]!);
  }

  const edges: RoadEdge[] = [];
  const streets: Street[] = [];
  for (const stretch of stretches(legs)) {
    const { name, class: rank } = stretch[0]!.street;
    const shapes = smooth(
      [stretch[0]!.from, ...stretch.map(leg => leg.to)].map(node => plan.nodes[node]!),
      CURVE_STEPS,
    );
    for (const [i, leg] of stretch.entries()) {
      const road = { class: rank, name, limit: SPEED_LIMITS[rank], length: lengthOf(shapes[i]!) };
      const [from, to] = [numbers.get(leg.from)!, numbers.get(leg.to)!];
      edges.push({ from, to, ...road, shape: shapes[i]! }, { from: to, to: from, ...road, shape: shapes[i]!.toReversed() });
    }
    streets.push(...drawn(stretch, shapes));
  }
  const leaving: number[][] = nodes.map(() => []);
  for (const [i, edge] of edges.entries()) leaving[edge.from]!.push(i);
  return {
    name: TOWN_NAME,
    nodes,
    edges,
    leaving,
    streets,
    areas: landscape.areas,
    places: [...landscape.places, ...plan.villages],
  };
};

const passableLegs = (seed: string, plan: RoadPlan, { river }: Landscape): Leg[] => {
  const random = randomOf(seed, 'gaps');
  const legs: Leg[] = [];
  for (const street of plan.streets) {
    for (let i = 1; i < street.path.length; i++) {
      const [from, to] = [street.path[i - 1]!, street.path[i]!];
      const leftOut = random.chance(LEFT_OUT) && street.class === 'residential';
      const bridge = overRiver(river, plan.nodes[from]!, plan.nodes[to]!);
      // Where a junction was left out (a park), what is left of the line would be a street across it.
      const tooLong = street.class === 'residential' && distance(plan.nodes[from]!, plan.nodes[to]!) > 330;
      if (!leftOut && !tooLong && (!bridge || street.bridges)) legs.push({ street, from, to, bridge });
    }
  }
  return legs;
};

/** The legs of the largest part that hangs together. */
const reachable = (nodeCount: number, legs: readonly Leg[]): Leg[] => {
  const group = Array.from({ length: nodeCount }, (_, i) => i);
  const rootOf = (node: number): number => {
    let root = node;
    while (group[root] !== root) root = group[root]!;
    group[node] = root;
    return root;
  };
  for (const leg of legs) group[rootOf(leg.from)] = rootOf(leg.to);
  const sizes = new Map<number, number>();
  for (const leg of legs) sizes.set(rootOf(leg.from), (sizes.get(rootOf(leg.from)) ?? 0) + 1);
  const largest = [...sizes].reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0];
  return legs.filter(leg => rootOf(leg.from) === largest);
};

/** Legs of one street that follow each other without a gap: they are curved, and drawn, as one line. */
const stretches = (legs: readonly Leg[]): Leg[][] => {
  const found: Leg[][] = [];
  for (const leg of legs) {
    const before = found.at(-1)?.at(-1);
    if (before?.street === leg.street && before.to === leg.from) found.at(-1)!.push(leg);
    else found.push([leg]);
  }
  return found;
};

/** Bridges are drawn apart. */
const drawn = (stretch: readonly Leg[], shapes: readonly Point[][]): Street[] => {
  const streets: { class: RoadClass; name: string; bridge: boolean; shape: Point[] }[] = [];
  for (const [i, { street, bridge }] of stretch.entries()) {
    const last = streets.at(-1);
    if (last?.bridge === bridge) last.shape.push(...shapes[i]!.slice(1));
    else streets.push({ class: street.class, name: street.name, bridge, shape: [...shapes[i]!] });
  }
  return streets;
};

const lengthOf = (shape: readonly Point[]): number => {
  let length = 0;
  for (let i = 1; i < shape.length; i++) length += distance(shape[i - 1]!, shape[i]!);
  return length;
};
