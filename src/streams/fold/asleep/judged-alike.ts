import type { VehicleClass } from '../../../model/vehicle.js';

/** By what rules are chosen for a vehicle. */
export interface JudgedAs {
  readonly class: VehicleClass;
  readonly group: string | null;
  readonly deleted: boolean;
}

/** People name groups: beyond so many, all begin anew. */
const MOST = 1_024;

/** One object for all those that are judged alike, for whoever sleeps. */
export class JudgedAlike {
  private readonly known = new Map<string, JudgedAs>();

  as({ class: vehicleClass, group, deleted }: JudgedAs): JudgedAs {
    const key = `${vehicleClass}\u0000${deleted}\u0000${group === null ? '' : `g${group}`}`;
    let judged = this.known.get(key);
    if (judged === undefined) {
      if (this.known.size >= MOST) this.known.clear();
      judged = { class: vehicleClass, group, deleted };
      this.known.set(key, judged);
    }
    return judged;
  }
}
