import type { Metres } from '../../model/units.js';
import { type Random, randomOf } from '../random.js';
import { type Landscape, within } from './landscape.js';
import { RING_NAME, streetNames, VILLAGE_NAMES } from './names.js';
import { crosses, distance, nearestOn, type Point } from './plane.js';
import type { Place, RoadClass } from './town.js';

/** A street as planned: the junctions it passes, in order. Each line of the grid has its rank for its whole length. */
export interface PlannedStreet {
  name: string;
  class: RoadClass;
  path: number[];
  /** Leads over the river where it meets it; other streets end at the bank. */
  bridges: boolean;
}

export interface RoadPlan {
  nodes: Point[];
  streets: PlannedStreet[];
  villages: Place[];
}

const BLOCK: Metres = 195;
const LINES = 13;
const GRID_TURN = 0.24;
const BANK: Metres = 75;

/** A jittered, bent grid within a ring motorway, and roads out to the villages. Nothing is cut yet: see `layRoads`. */
export const planRoads = (seed: string, landscape: Landscape): RoadPlan => {
  const random = randomOf(seed, 'roads');
  const plan: RoadPlan = { nodes: [], streets: [], villages: [] };
  const ring = ringRoad(plan);
  const nameOf = streetNames(random);
  const grid = gridNodes(random, plan, landscape);
  for (let line = -LINES; line <= LINES; line++) {
    for (const alongX of [true, false]) {
      const rank = line % 6 === 0 ? 'primary' : line % 3 === 0 ? 'secondary' : 'residential';
      const path: number[] = [];
      for (let k = -LINES; k <= LINES; k++) path.push(...(grid.get(alongX ? `${k}/${line}` : `${line}/${k}`) ?? []));
      if (path.length < 2) continue;
      // The long lines end at the interchanges of the ring.
      if (rank === 'primary') path.push(nearestOf(ring, plan.nodes, path.at(-1)!));
      if (rank === 'primary') path.unshift(nearestOf(ring, plan.nodes, path[0]!));
      plan.streets.push({
        name: nameOf(rank),
        class: rank,
        path,
        bridges: rank === 'primary' || (rank === 'secondary' && line % 2 !== 0),
      });
    }
  }
  const roadsOut = [
    { x: -3_700, y: -2_050 },
    { x: 3_650, y: 700 },
    { x: 1_250, y: 4_050 },
  ];
  for (const [i, middle] of roadsOut.entries()) village(random, plan, ring, VILLAGE_NAMES[i]!, middle, nameOf);
  return plan;
};

/** A rounded square, about 5.8 km across. */
const ringRadius = (angle: number): Metres => {
  const square = (Math.abs(Math.cos(angle)) ** 3 + Math.abs(Math.sin(angle)) ** 3) ** (-1 / 3);
  return 2_780 * square * (1 + 0.035 * Math.sin(2 * angle + 1) + 0.02 * Math.sin(5 * angle));
};

const ringRoad = (plan: RoadPlan): number[] => {
  const count = 120;
  const path = Array.from({ length: count }, (_, i) => {
    const angle = (i / count) * 2 * Math.PI;
    const r = ringRadius(angle);
    return plan.nodes.push({ x: r * Math.cos(angle + GRID_TURN), y: r * Math.sin(angle + GRID_TURN) }) - 1;
  });
  plan.streets.push({ name: RING_NAME, class: 'motorway', path: [...path, path[0]!], bridges: true });
  return path;
};

/** Junctions by "column/row", as far as they lie within the ring. One or none each. */
const gridNodes = (random: Random, plan: RoadPlan, landscape: Landscape): Map<string, [number] | []> => {
  const nodes = new Map<string, [number] | []>();
  for (let column = -LINES; column <= LINES; column++) {
    for (let row = -LINES; row <= LINES; row++) {
      const main = column % 3 === 0 || row % 3 === 0;
      const jitter = main ? 16 : 42;
      const x = column * BLOCK + random.between(-jitter, jitter);
      const y = row * BLOCK + random.between(-jitter, jitter);
      if (Math.hypot(x, y) > ringRadius(Math.atan2(y, x)) - 190) continue;
      if (!main && landscape.parks.some(park => within(park.outline, turn(bend({ x, y }))))) continue;
      nodes.set(`${column}/${row}`, [plan.nodes.push(offTheWater(turn(bend({ x, y })), landscape.river)) - 1]);
    }
  }
  return nodes;
};

/** Streets of grown towns are not straight. Gentle near the ring, where there is no room. */
const bend = ({ x, y }: Point): Point => {
  const room = Math.max(0, 1 - (Math.hypot(x, y) / 2_900) ** 2);
  return { x: x + 210 * room * Math.sin(y / 780 + 0.6), y: y + 190 * room * Math.sin(x / 860 + 2) };
};

const turn = ({ x, y }: Point): Point => ({
  x: x * Math.cos(GRID_TURN) - y * Math.sin(GRID_TURN),
  y: x * Math.sin(GRID_TURN) + y * Math.cos(GRID_TURN),
});

/** Junctions stand on a bank, never in the river. */
const offTheWater = (point: Point, river: readonly Point[]): Point => {
  const { at, away } = nearestOn(river, point);
  if (away >= BANK || away === 0) return point;
  const push = BANK / away;
  return { x: at.x + (point.x - at.x) * push, y: at.y + (point.y - at.y) * push };
};

const nearestOf = (among: readonly number[], nodes: readonly Point[], node: number): number =>
  among.reduce((best, other) => (distance(nodes[other]!, nodes[node]!) < distance(nodes[best]!, nodes[node]!) ? other : best));

/** A handful of lanes around a crossing, and a winding road to the ring. */
const village = (
  random: Random,
  plan: RoadPlan,
  ring: readonly number[],
  name: string,
  middle: Point,
  nameOf: ReturnType<typeof streetNames>,
): void => {
  const add = (point: Point): number => plan.nodes.push(point) - 1;
  const centre = add(middle);
  const exit = nearestOf(ring, plan.nodes, centre);
  const from = plan.nodes[exit]!;
  const winding = [0.25, 0.5, 0.75].map(part =>
    add({
      x: from.x + (middle.x - from.x) * part + random.between(-60, 60),
      y: from.y + (middle.y - from.y) * part + random.between(-60, 60),
    }),
  );
  plan.streets.push({ name: `${name} Road`, class: 'primary', path: [exit, ...winding, centre], bridges: true });
  const spokes = Array.from({ length: 5 }, (_, i) => {
    const angle = (i / 5) * 2 * Math.PI + random.between(-0.2, 0.2);
    const spoke = [1, 2].map(step =>
      add({ x: middle.x + step * 150 * Math.cos(angle), y: middle.y + step * 150 * Math.sin(angle) }),
    );
    plan.streets.push({ name: nameOf('residential'), class: 'residential', path: [centre, ...spoke], bridges: false });
    return spoke[0]!;
  });
  plan.streets.push({ name: nameOf('residential'), class: 'residential', path: [...spokes, spokes[0]!], bridges: false });
  plan.villages.push({ class: 'village', name, at: middle });
};

/** True where the straight way between two junctions leads over the river. */
export const overRiver = (river: readonly Point[], a: Point, b: Point): boolean => {
  for (let i = 1; i < river.length; i++) if (crosses(a, b, river[i - 1]!, river[i]!)) return true;
  return false;
};
