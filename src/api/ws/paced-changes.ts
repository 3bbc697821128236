import type { VehicleId } from '../../model/ids.js';
import type { Instant, Millis } from '../../model/units.js';

/** Vehicles have their turns spread over the pace: a large fleet is a trickle, and no burst that a socket cannot take. */
const SLOTS = 64;

/** Vehicles that changed and are told every so often only: each has a turn of its own within the pace. Bounded by the fleet. */
export class PacedChanges {
  private readonly slots = Array.from({ length: SLOTS }, () => new Set<VehicleId>());
  private readonly perSlot: Millis;
  private turn = 0;

  constructor(
    every: Millis,
    private turnAt: Instant,
  ) {
    this.perSlot = every / SLOTS;
  }

  add(vehicle: VehicleId): void {
    this.slots[slotOf(vehicle)]!.add(vehicle);
  }

  /** @returns those whose turn has come since the last time */
  due(now: Instant): VehicleId[] {
    const due: VehicleId[] = [];
    // After a long pause everybody's turn has come once.
    const turns = Math.min(SLOTS, Math.floor((now - this.turnAt) / this.perSlot));
    for (let n = 0; n < turns; n++) {
      this.turn = (this.turn + 1) % SLOTS;
      const slot = this.slots[this.turn]!;
      for (const vehicle of slot) due.push(vehicle);
      slot.clear();
    }
    this.turnAt = turns === SLOTS ? now : this.turnAt + turns * this.perSlot;
    return due;
  }
}

/** The same for the same vehicle, and about as many in each. */
const slotOf = (vehicle: VehicleId): number => {
  let hash = 0;
  for (let n = 0; n < vehicle.length; n++) hash = (hash * 31 + vehicle.charCodeAt(n)) | 0;
  return (hash ^ (hash >>> 16)) & (SLOTS - 1);
};
