import type { VehicleId } from '../../model/ids.js';
import type { Reading } from '../../model/reading.js';
import type { Partition } from '../../model/record.js';
import type { Instant } from '../../model/units.js';
import type { Assignment } from '../../model/vehicle.js';
import type { VehicleConditions } from '../track/vehicle-conditions.js';
import type { JudgedAs } from './asleep/judged-alike.js';
import type { Attributes } from './attributes.js';
import type { Checkpoint } from './checkpoints.js';
import { NEVER } from './fold-memory.js';
import type { InForce } from './in-force.js';
import type { Window } from './refold/window.js';
import type { Judging } from './vehicle-fold.js';
import type { VehicleState, Waiting } from './vehicle-state.js';

/** A vehicle that sleeps (awake-vehicles.ts): its state as text of two kilobytes or so, and what is asked of all vehicles together without waking each. */
export interface Asleep {
  /** What is shown of it, and its state (state-packer.ts). One byte a sign: V8 keeps such text without room to spare, and within the heap that is watched. */
  readonly packed: string;
  readonly heard: Instant;
  readonly judged: JudgedAs;
  readonly rejected: Readonly<Record<string, number>> | null;
}

/** Who packs the states of a partition's vehicles, and counts those that are awake. */
export interface Bed {
  unpack(asleep: Asleep): VehicleState;
  woke(vehicle: Vehicle): void;
}

/** What judges all those that the same rules judge, in the same group, with the same private times (judging.ts). */
export interface SharedJudging extends Judging {
  conditions: VehicleConditions & {
    /** From here on it is this one whom they are about. */
    speakOf(vehicle: Vehicle, attributes: Omit<Attributes, 'offset'>, assignments: readonly Assignment[]): void;
  };
}

/* Empty lists are shared: one that gets something is made anew. */
export const NO_READINGS: readonly Reading[] = [];

/** A vehicle in its shard: a memory record, no mailbox, timer or clock of its own. */
export class Vehicle {
  /** Absent while it is awake. */
  asleep: Asleep | undefined = undefined;
  /** Changed since the last snapshot. */
  dirty = false;
  /** The readings since some moment, while late data is about; may be dropped at any time. */
  window: Window | undefined = undefined;
  /** A step threw half way: the memory must be made anew before the next. */
  broken = false;
  /** Those of `state.late` that are at hand decoded; the others are read from the journal. */
  lateReadings: readonly Reading[] = NO_READINGS;
  /** Checkpoints that no snapshot holds yet, as text. Made when there is one: most vehicles have none most of the time. */
  unsaved: Map<Instant, string> | undefined = undefined;
  /** Checkpoints that a snapshot may hold and that no longer count. */
  dropped: Set<Instant> | undefined = undefined;
  /** Checkpoints that no late data can change any more, for the archive. */
  archived: Checkpoint[] | undefined = undefined;
  /** Those of the archive after this are no longer true. */
  unarchivedFrom: Instant | undefined = undefined;
  /** What held for the newest reading, and what it was made of. */
  judging: SharedJudging | undefined = undefined;
  judgingIn: InForce | undefined = undefined;
  judgingAttributes: Omit<Attributes, 'offset'> | undefined = undefined;
  /** When the shard will look at it next without being asked. */
  lookAt: Instant = NEVER;
  /** When that is really due: `lookAt` may be earlier. */
  nextLook: Instant = 0;
  /** Its next look is to be found anew (`NextLooks`). */
  isTouched = false;
  /** Since it woke, or since it was passed over by who looks for somebody to fall asleep. */
  heardAgain = false;
  /** Where it stands among those that are awake. */
  placeAwake = 0;

  /** @param bed absent where none of its like sleeps */
  constructor(
    readonly id: VehicleId,
    readonly partition: Partition,
    private awake: VehicleState | undefined,
    private readonly bed: Bed | undefined,
  ) {}

  /** Wakes it: to be asked for by whoever changes it. */
  get state(): VehicleState {
    return this.awake ?? this.wake();
  }

  /** For whoever changes nothing of it: one that sleeps sleeps on afterwards. */
  look<T>(see: (state: VehicleState) => T): T {
    const { asleep } = this;
    if (asleep === undefined) return see(this.state);
    this.awake = this.bed!.unpack(asleep);
    this.asleep = undefined;
    try {
      return see(this.awake);
    } finally {
      this.fallAsleep(asleep);
    }
  }

  /** From here on its state is what `asleep` holds. */
  fallAsleep(asleep: Asleep): void {
    this.asleep = asleep;
    this.awake = undefined;
    this.heardAgain = false;
    this.judging = undefined;
    this.judgingIn = undefined;
    this.judgingAttributes = undefined;
  }

  private wake(): VehicleState {
    const state = this.bed!.unpack(this.asleep!);
    this.awake = state;
    this.asleep = undefined;
    this.bed!.woke(this);
    return state;
  }
}

export const vehicleOf = (id: VehicleId, partition: Partition, state: VehicleState, bed?: Bed): Vehicle =>
  new Vehicle(id, partition, state, bed);

/** Puts a reading aside until the next re-fold. */
export const putLate = (vehicle: Vehicle, reading: Reading): void => {
  const { offset, n, at } = reading;
  const waiting = { offset, n, at };
  const { state } = vehicle;
  // Once there is one, the list is the vehicle's own.
  if (state.late.length === 0) state.late = [waiting];
  else (state.late as Waiting[]).push(waiting);
  if (vehicle.lateReadings.length === 0) vehicle.lateReadings = [reading];
  else (vehicle.lateReadings as Reading[]).push(reading);
};
