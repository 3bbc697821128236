import type { Instant } from '../../model/units.js';
import { aheadDue } from './ahead.js';
import { DeadlineHeap } from './deadline-heap.js';
import type { FoldContext } from './fold-context.js';
import { NEVER } from './fold-memory.js';
import { judgingAt } from './judging.js';
import type { LiveOutput } from './live-output.js';
import { DRIVING_FOR, statusOf } from './live-view.js';
import type { PartitionPosition } from './partition-store.js';
import { offlineDue } from './presence.js';
import type { Vehicle } from './vehicle.js';
import type { VehicleState } from './vehicle-state.js';

/** The partition whose vehicles are looked at. */
interface LookedAt {
  context: Pick<FoldContext, 'conditions'>;
  output: LiveOutput;
  position: PartitionPosition;
}

/** When to look at each vehicle of a partition next where nothing comes of it: a deadline each, so that no tick looks at all. */
export class NextLooks {
  private readonly deadlines = new DeadlineHeap<Vehicle>();
  /** Each once (`isTouched`), up to `count`. No set: one whose table is among V8's old objects gets the next one there too, each time it is emptied. */
  private readonly touched: Vehicle[] = [];
  private count = 0;

  /** Something is otherwise with it: its next look is to be found anew. */
  touch(vehicle: Vehicle): void {
    if (vehicle.isTouched) return;
    vehicle.isTouched = true;
    this.touched[this.count++] = vehicle;
  }

  /** Finds for each vehicle that was touched when to look at it next. */
  find(partition: LookedAt): void {
    const { output } = partition;
    for (let i = 0; i < this.count; i++) {
      const vehicle = this.touched[i]!;
      output.effects.changed.push(vehicle.id);
      const next =
        vehicle.asleep === undefined
          ? nextLook(partition, vehicle, vehicle.state)
          : vehicle.look(state => nextLook(partition, vehicle, state));
      vehicle.nextLook = next;
      // An earlier look that stands in the heap finds out by itself that it is too early.
      if (next >= vehicle.lookAt) continue;
      vehicle.lookAt = next;
      this.deadlines.push(next, vehicle);
    }
    for (let i = 0; i < this.count; i++) this.touched[i]!.isTouched = false;
    this.count = 0;
  }

  /** Takes out those to be looked at now, each once and in the order of their ids; they count as touched. */
  due(at: Instant): Vehicle[] {
    const due = new Set<Vehicle>();
    for (let vehicle = this.deadlines.popDue(at); vehicle; vehicle = this.deadlines.popDue(at)) {
      vehicle.lookAt = NEVER;
      // Nobody is woken to find out that it is too early.
      if (vehicle.asleep !== undefined && vehicle.nextLook > at && !vehicle.isTouched) {
        vehicle.lookAt = vehicle.nextLook;
        if (vehicle.lookAt < NEVER) this.deadlines.push(vehicle.lookAt, vehicle);
        continue;
      }
      this.touch(vehicle);
      due.add(vehicle);
    }
    return [...due].sort(byId);
  }
}

const nextLook = ({ context, position }: LookedAt, vehicle: Vehicle, state: VehicleState): Instant => {
  const lapse = state.fold.due >= NEVER ? NEVER : state.newestReceived + (state.fold.due - state.newestAt);
  const { rules, conditions } = judgingAt(context.conditions, vehicle, position.next);
  const offline = offlineDue(state, conditions.group, rules, position.graceFrom, position.outages);
  const stops = statusOf(state, position.lastTick) === 'driving' ? state.newestReceived + DRIVING_FOR : NEVER;
  return Math.min(lapse, offline, stops, aheadDue(state.ahead));
};

export const byId = (a: Vehicle, b: Vehicle): number => (a.id < b.id ? -1 : 1);
