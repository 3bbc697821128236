import type { Kmh } from '../model/units.js';
import { type DrivePlan, planDrive } from './drive-plan.js';
import type { Random } from './random.js';
import { findRoute } from './town/find-route.js';
import { distance, type Point } from './town/plane.js';
import type { Town } from './town/town.js';

/** Where a vehicle stands, and where it goes next: places of the town at driving distance from each other. */
export class Itinerary {
  node: number;

  constructor(
    private readonly town: Town,
    private readonly random: Random,
  ) {
    this.node = random.below(town.nodes.length);
  }

  get place(): Point {
    return this.town.nodes[this.node]!;
  }

  /** The way to the next place; the vehicle is expected there when it has been driven. */
  next(most: Kmh): DrivePlan {
    for (;;) {
      const to = this.random.below(this.town.nodes.length);
      const away = distance(this.town.nodes[to]!, this.place);
      if (away < 900 || away > 4_200) continue;
      const route = findRoute(this.town, this.node, to);
      this.node = to;
      return planDrive(this.town, route, this.random, most);
    }
  }
}
