import type { VehicleId } from './ids.js';
import type { Instant } from './units.js';

/** Many devices that one rule watches, heard last within a short time: not they have failed, but what lies between them and the server. */
export interface Outage {
  id: string;
  /** The rule for silence that watches them. */
  rule: string;
  /** Of one group of vehicles only; null = of all that the rule watches. */
  group: string | null;
  /** When the first of those that fell silent within a short time was heard last. */
  began: Instant;
  /** Whoever was heard last between these and is silent is part of it: those too that speak seldom. */
  from: Instant;
  to: Instant;
  /** Whose alert tells of it: the first whose own was due. */
  lead: VehicleId;
  /** So many are silent, of so many that were heard shortly before. */
  silent: number;
  of: number;
  /** When this was found. */
  at: Instant;
  /** Most of them are heard again. */
  over: boolean;
}

/** A device will be silent for too long in a moment. */
export interface Silence {
  vehicle: VehicleId;
  rule: string;
  group: string | null;
  /** When it was heard last. */
  heard: Instant;
  /** The tick that saw it coming. */
  at: Instant;
}
