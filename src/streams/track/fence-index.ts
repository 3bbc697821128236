import Flatbush from 'flatbush';
import type { Geofence } from '../../model/geofence.js';
import type { Schedule } from '../../model/schedule.js';
import { type Degrees, type Kmh, type Metres, type Millis, seconds } from '../../model/units.js';
import { type FenceShape, shapeOf } from './fence-shape.js';
import { METRES_PER_DEGREE, metresPerDegreeOfLongitude, turned } from './geometry.js';

/** A fence ready for use. */
export interface IndexedFence {
  id: string;
  name: string;
  groups: readonly string[];
  /** Whether it counts for vehicles of this group: a fence that names none counts for all. */
  isFor(group: string | null): boolean;
  wantsEnter: boolean;
  wantsExit: boolean;
  /** How long a stay has to last to be told; undefined = never. */
  dwell: Millis | undefined;
  speedLimit: Kmh | undefined;
  /** It counts at these times only; null = always. */
  schedule: Schedule | null;
  shape: FenceShape;
  /** Changes with the geometry: what a memory knew of another shape does not count. */
  revision: number;
}

/** FNV-1a, 32 bit: enough to tell revisions apart, small enough to keep in every vehicle's memory. */
const hashOf = (text: string, seed = 0x811c9dc5): number => {
  let hash = seed;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
};

const indexFence = (fence: Geofence): IndexedFence => {
  const { name, on, groups, radius_m, width_m, dwell_s, speed_limit_kmh, schedule } = fence.properties;
  return {
    id: fence.id,
    name,
    groups,
    isFor: group => groups.length === 0 || (group !== null && groups.includes(group)),
    wantsEnter: on.includes('enter'),
    wantsExit: on.includes('exit'),
    dwell: on.includes('dwell') && dwell_s !== null ? seconds(dwell_s) : undefined,
    speedLimit: speed_limit_kmh ?? undefined,
    schedule,
    shape: shapeOf(fence),
    revision: hashOf(JSON.stringify([fence.geometry, radius_m, width_m])),
  };
};

/** A change of one fence builds the index anew, but not the 9,999 shapes that stayed: fences are never changed in place. */
const indexed = new WeakMap<Geofence, IndexedFence>();

const indexedFence = (fence: Geofence): IndexedFence => {
  const known = indexed.get(fence);
  if (known !== undefined) return known;
  const made = indexFence(fence);
  indexed.set(fence, made);
  return made;
};

/** All fences, found by where they are: 10,000 cost no more than 10, as long as they do not lie on one another. */
export class FenceIndex {
  /** The same fences give the same number in every process. */
  readonly version: number;
  readonly #byId: ReadonlyMap<string, IndexedFence>;
  /** One entry per box in the tree; a fence over the date line has two. */
  readonly #boxed: IndexedFence[] = [];
  readonly #tree: Flatbush | undefined;

  constructor(fences: readonly IndexedFence[]) {
    this.#byId = new Map(fences.map(fence => [fence.id, fence]));
    this.version = fences.reduce((hash, { id, revision, groups }) => hashOf(`${id} ${revision} ${groups.join()}`, hash), 1);
    const boxes: [number, number, number, number][] = [];
    for (const fence of fences) {
      const { minX, minY, maxX, maxY } = fence.shape.box;
      if (!Number.isFinite(minX)) continue; // no positions at all: it lies nowhere
      for (const shift of [0, 360, -360]) {
        if (maxX + shift < -180 || minX + shift > 180) continue;
        boxes.push([minX + shift, minY, maxX + shift, maxY]);
        this.#boxed.push(fence);
      }
    }
    if (boxes.length === 0) return;
    this.#tree = new Flatbush(boxes.length);
    for (const box of boxes) this.#tree.add(...box);
    this.#tree.finish();
  }

  get isEmpty(): boolean {
    return this.#tree === undefined;
  }

  fence(id: string): IndexedFence | undefined {
    return this.#byId.get(id);
  }

  /**
   * Fences of the group whose box comes nearer than `reach` to the way from a to b; each once, in no order.
   * @param group of the vehicle; fences that name groups count for those only
   */
  near(aLon: Degrees, aLat: Degrees, toLon: Degrees, bLat: Degrees, reach: Metres, group: string | null): IndexedFence[] {
    const near: IndexedFence[] = [];
    if (this.#tree === undefined) return near;
    // Over the date line the way is short too.
    const bLon = aLon + turned(toLon - aLon);
    const dy = reach / METRES_PER_DEGREE;
    const dx = Math.min(180, reach / metresPerDegreeOfLongitude(Math.min(90, Math.max(Math.abs(aLat), Math.abs(bLat)) + dy)));
    const minX = Math.min(aLon, bLon) - dx;
    const maxX = Math.max(aLon, bLon) + dx;
    const minY = Math.min(aLat, bLat) - dy;
    const maxY = Math.max(aLat, bLat) + dy;
    this.#collect(minX, minY, maxX, maxY, group, near);
    if (minX < -180) this.#collect(minX + 360, minY, maxX + 360, maxY, group, near);
    if (maxX > 180) this.#collect(minX - 360, minY, maxX - 360, maxY, group, near);
    return near;
  }

  #collect(minX: number, minY: number, maxX: number, maxY: number, group: string | null, near: IndexedFence[]): void {
    for (const found of this.#tree!.search(minX, minY, maxX, maxY)) {
      const fence = this.#boxed[found]!;
      if (fence.isFor(group) && !near.includes(fence)) near.push(fence);
    }
  }
}

/** @param fences geometry as checked when they were put; the objects are not to be changed afterwards */
export const buildFenceIndex = (fences: readonly Geofence[]): FenceIndex => new FenceIndex(fences.map(indexedFence));

export const noFences: FenceIndex = buildFenceIndex([]);
