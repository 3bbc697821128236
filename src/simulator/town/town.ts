import type { Kmh, Metres } from '../../model/units.js';
import type { Point } from './plane.js';

export const ROAD_CLASSES = ['motorway', 'primary', 'secondary', 'residential'] as const;
export type RoadClass = (typeof ROAD_CLASSES)[number];

/** One direction of a road between two junctions. */
export interface RoadEdge {
  from: number;
  to: number;
  class: RoadClass;
  name: string;
  limit: Kmh;
  length: Metres;
  /** The way as drawn and driven, both ends included. */
  shape: readonly Point[];
}

/** A stretch of one street without a gap, for drawing. */
export interface Street {
  class: RoadClass;
  name: string;
  bridge: boolean;
  shape: readonly Point[];
}

const AREA_KINDS = ['land', 'urban', 'wood', 'park', 'industrial', 'water'] as const;
export type AreaKind = (typeof AREA_KINDS)[number];

/** A closed outline; the first point is the last. */
export interface Area {
  kind: AreaKind;
  class: string;
  name: string | undefined;
  outline: readonly Point[];
}

export interface Place {
  class: 'town' | 'district' | 'village' | 'park' | 'water';
  name: string;
  at: Point;
}

/** The invented town: what vehicles drive on and what the map draws, from one plan. */
export interface Town {
  name: string;
  nodes: readonly Point[];
  edges: readonly RoadEdge[];
  /** Of each node, the indices of the edges that leave it. */
  leaving: readonly (readonly number[])[];
  streets: readonly Street[];
  areas: readonly Area[];
  places: readonly Place[];
}
