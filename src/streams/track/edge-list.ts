import Flatbush from 'flatbush';
import type { Position } from '../../model/geofence.js';
import type { Degrees } from '../../model/units.js';

/** From here on a tree over the edges is cheaper than looking at all of them. */
const INDEXED_FROM = 48;

/**
 * The edges of a fence: `x1, y1, x2, y2` in degrees, one after the other. Long lists carry a tree of their boxes, so that a coast line
 * of 10,000 vertices costs about what a square does.
 */
export class EdgeList {
  readonly coordinates: Float64Array;
  readonly #tree: Flatbush | undefined;
  readonly #all: readonly number[];
  readonly box = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity };

  /** @param lines each a chain of positions: a ring (closed by repeating its first position) or a line; two positions or more */
  constructor(lines: readonly (readonly Position[])[]) {
    const count = lines.reduce((sum, line) => sum + Math.max(line.length - 1, 0), 0);
    this.coordinates = new Float64Array(count * 4);
    let at = 0;
    for (const line of lines) {
      for (let i = 1; i < line.length; i++, at += 4)
        this.coordinates.set([...line[i - 1]!.slice(0, 2), ...line[i]!.slice(0, 2)], at);
    }
    for (let i = 0; i < this.coordinates.length; i += 2) this.#extendBox(this.coordinates[i]!, this.coordinates[i + 1]!);
    this.#all = Array.from({ length: count }, (_, edge) => edge * 4);
    this.#tree = count < INDEXED_FROM ? undefined : this.#grow(count);
  }

  /** Whether looking in a smaller box costs less. */
  get isIndexed(): boolean {
    return this.#tree !== undefined;
  }

  /** Where in `coordinates` the edges begin that may meet the box; for a short list, all of them. */
  meeting(minX: Degrees, minY: Degrees, maxX: Degrees, maxY: Degrees): readonly number[] {
    if (this.#tree === undefined) return this.#all;
    const found = this.#tree.search(minX, minY, maxX, maxY);
    for (let i = 0; i < found.length; i++) found[i]! *= 4;
    return found;
  }

  /** Even-odd rule over all rings: holes and several polygons need nothing more. */
  contains(x: Degrees, y: Degrees): boolean {
    const { coordinates } = this;
    let inside = false;
    for (const i of this.meeting(x, y, Infinity, y)) {
      const y1 = coordinates[i + 1]!;
      const y2 = coordinates[i + 3]!;
      if (y1 > y === y2 > y) continue;
      const x1 = coordinates[i]!;
      if (x < x1 + ((y - y1) / (y2 - y1)) * (coordinates[i + 2]! - x1)) inside = !inside;
    }
    return inside;
  }

  #extendBox(x: Degrees, y: Degrees): void {
    const { box } = this;
    if (x < box.minX) box.minX = x;
    if (x > box.maxX) box.maxX = x;
    if (y < box.minY) box.minY = y;
    if (y > box.maxY) box.maxY = y;
  }

  #grow(count: number): Flatbush {
    const tree = new Flatbush(count);
    const { coordinates } = this;
    for (let i = 0; i < coordinates.length; i += 4) {
      const [x1, y1, x2, y2] = [coordinates[i]!, coordinates[i + 1]!, coordinates[i + 2]!, coordinates[i + 3]!];
      tree.add(Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2));
    }
    tree.finish();
    return tree;
  }
}
