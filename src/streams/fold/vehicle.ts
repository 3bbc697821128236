import type { AlertOutcome } from '../../model/alert.js';
import type { DeviceId, DriverId, VehicleId } from '../../model/ids.js';
import type { Reading } from '../../model/reading.js';
import type { Offset, Partition } from '../../model/record.js';
import type { ServiceItem } from '../../model/service-plan.js';
import { hours, type Instant, type Km, type Kmh } from '../../model/units.js';
import type { Assignment, FuelType, PrivateMode, Vehicle as RegisteredVehicle, VehicleClass } from '../../model/vehicle.js';
import type { EngineSpec, VehicleConditions } from '../track/vehicle-conditions.js';
import { type AheadStretch, NO_STRETCHES } from './ahead.js';
import type { JudgedAs } from './asleep/judged-alike.js';
import {
  type Checkpoint,
  type Checkpoints,
  checkpointOf,
  checkpointsBefore,
  checkpointsIn,
  checkpointTime,
  NO_CHECKPOINTS,
  someCheckpoints,
  withCheckpoint,
  withoutOldest,
} from './checkpoints.js';
import { BEFORE_ALL, type FoldMemory, NEVER, newFoldMemory } from './fold-memory.js';
import type { InForce } from './in-force.js';
import { type LiveMemory, newLiveMemory } from './live-memory.js';
import type { Window } from './refold/window.js';
import type { Judging } from './vehicle-fold.js';

/** What the registry said of the vehicle from an offset on. */
export interface Attributes {
  offset: Offset;
  class: VehicleClass;
  fuelType: FuelType | null;
  group: string | null;
  deleted: boolean;
  /** Absent in states of before, and where nothing was said. */
  speedLimit?: Kmh;
  odometer?: Km;
  servicePlan?: readonly ServiceItem[];
  /** Absent: never. */
  private?: PrivateMode;
  /** Left out where nothing is known of it. */
  engine?: EngineSpec;
}

/** What a snapshot holds of a vehicle: plain data. */
export interface VehicleState {
  v: 1;
  fold: FoldMemory;
  /** Event time of the newest reading in the fold, and its arrival. */
  newestAt: Instant;
  newestReceived: Instant;
  /** Up to here deadlines were fired without a reading; one that comes before it makes the vehicle fold again. */
  lapsedTo: Instant;
  /** Arrival of the newest message of any kind. */
  heard: Instant;
  /** The open `device_offline`, if it is. */
  offline: AlertOutcome | null;
  /** It is silent, and soon for too long: seen by the tick `at`, while it was last `heard` then. Absent for nearly all. */
  silent?: { heard: Instant; at: Instant };
  /** The outage that it is counted under instead of an alert of its own. Absent for nearly all. */
  under?: string;
  /** Where those stand that came before their time. */
  ahead: readonly AheadStretch[];
  /** Those of them up to here are in the fold. */
  aheadTo: Instant;
  /** Late readings that wait for the next re-fold. */
  late: readonly Waiting[];
  /** Changes of `assignments` that wait for it, too; absent for nearly all. */
  reassigned?: readonly Reassigned[] | undefined;
  /** It is being folded again at length, beside what comes. Absent for nearly all. */
  again?: FoldingLong;
  /** Offsets of messages that were there already; absent for nearly all. */
  repeats?: Offset[];
  /** Where readings stand that made the fold throw: whatever comes late, they are never folded. Absent for nearly all. */
  poisoned?: Place[];
  /** Ticks before this bring no re-fold: who needs long ones gets them seldom. */
  refoldFrom: Instant;
  attributes: readonly Attributes[];
  assignments: readonly Assignment[];
  checkpoints: Checkpoints;
  /**
   * Readings that were folded after the newest checkpoint. With those of the checkpoints it says how far a re-fold goes back, by which it waits; so it has to
   * follow from the journal alone, and not from what a crash takes.
   */
  folded: number;
  /** The newest checkpoint that went into the archive; absent where none has. */
  archivedAt?: Instant;
  live: LiveMemory;
  /** The newest reading's device and sequence, to tell order at equal times. */
  newestDevice: DeviceId;
  newestSeq: number | null;
}

/** Where a reading stands. */
export interface Place {
  offset: Offset;
  n: number;
}

/** Where a reading stands that is not in the fold yet. */
export interface Waiting extends Place {
  at: Instant;
}

/** The earliest time of some; `NEVER` of none. */
export const earliestOf = (late: readonly { at: Instant }[]): Instant =>
  late.reduce((least, { at }) => Math.min(least, at), NEVER);

/** From when on a vehicle has to be folded again, by what is late of it and by changes of its assignments; `NEVER`: by nothing. */
export const foldedAgainFrom = (late: readonly { at: Instant }[], reassigned: readonly Reassigned[] | undefined): Instant => {
  let from = earliestOf(late);
  for (const { since } of reassigned ?? []) from = Math.min(from, since);
  return from;
};

/**
 * A change of a vehicle's assignments that reaches back (reassigned.ts). What came before it in the journal is judged by who was assigned before it, until all it covers is folded again, as late readings are;
 * what comes after it is judged by it at once. So what was told until then follows from the journal alone, and the re-fold can tell the difference.
 */
export interface Reassigned {
  /** Of the change. */
  offset: Offset;
  /** It covers nothing before this event time. */
  since: Instant;
  before: readonly Assignment[];
  /** How many readings were in the fold. */
  folded: number;
}

/** A long re-fold that is under way (long-refold.ts): all that it began with and that a crash may take, so that it is the same when it is begun once more. */
export interface FoldingLong {
  /** Records up to here are folded beside what comes: of the tick that began it. */
  offset: Offset;
  /** The tick that ends it. */
  until: Instant;
  /** So many of `late` are taken in, and of `reassigned`. */
  late: number;
  reassigned: number;
  /** Of the vehicle as it began: the time of the newest reading, what was ahead of its time and counted, where the earliest stands that is not in it. */
  newestAt: Instant;
  aheadTo: Instant;
  next: Offset;
  /** See `foldedSince`. */
  folded: number;
}

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

const NO_ATTRIBUTES: readonly Attributes[] = [];
const NO_ASSIGNMENTS: readonly Assignment[] = [];
export const NO_WAITING: readonly Waiting[] = [];

export const newVehicleState = (): VehicleState => ({
  v: 1,
  fold: newFoldMemory(),
  newestAt: BEFORE_ALL,
  newestReceived: 0,
  lapsedTo: BEFORE_ALL,
  heard: 0,
  offline: null,
  ahead: NO_STRETCHES,
  aheadTo: BEFORE_ALL,
  late: NO_WAITING,
  refoldFrom: 0,
  attributes: NO_ATTRIBUTES,
  assignments: NO_ASSIGNMENTS,
  checkpoints: NO_CHECKPOINTS,
  folded: 0,
  live: newLiveMemory(),
  newestDevice: '',
  newestSeq: null,
});

export const vehicleOf = (id: VehicleId, partition: Partition, state: VehicleState, bed?: Bed): Vehicle =>
  new Vehicle(id, partition, state, bed);

const UNREGISTERED: Omit<Attributes, 'offset'> = { class: 'car', fuelType: null, group: null, deleted: false };

/** What a fold needs of a vehicle's entry in the registry. */
export const attributesOf = (vehicle: RegisteredVehicle, offset: Offset): Attributes => {
  const { class: vehicleClass, fuel_type: fuelType, group, speed_limit_kmh, odometer_km, service_plan = [] } = vehicle;
  const { displacement_l: displacement, cylinders } = vehicle;
  const attributes: Attributes = { offset, class: vehicleClass, fuelType, group, deleted: false };
  if (speed_limit_kmh !== null) attributes.speedLimit = speed_limit_kmh;
  if (odometer_km !== null) attributes.odometer = odometer_km;
  if (service_plan.length > 0) attributes.servicePlan = service_plan;
  if (vehicle.private) attributes.private = vehicle.private;
  if (displacement || cylinders) attributes.engine = { displacement: displacement ?? 0, cylinders: cylinders ?? 0 };
  return attributes;
};

/** What the registry said at an offset. */
export const attributesAt = (state: VehicleState, offset: Offset): Omit<Attributes, 'offset'> => {
  for (let i = state.attributes.length - 1; i >= 0; i--) if (state.attributes[i]!.offset <= offset) return state.attributes[i]!;
  return UNREGISTERED;
};

/** Who was assigned at an event time: the latest assignment that covers it. */
export const assignedDriver = (assignments: readonly Assignment[], at: Instant): DriverId | undefined => {
  for (let i = assignments.length - 1; i >= 0; i--) {
    const { from, to, driver } = assignments[i]!;
    if (from <= at && (to === null || at < to)) return driver;
  }
  return undefined;
};

export const MOST_CHECKPOINTS = 256;

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

/** Keeps the text of a checkpoint for the next snapshot. */
export const keepText = (vehicle: Vehicle, at: Instant, text: string): void => {
  vehicle.unsaved ??= new Map();
  vehicle.unsaved.set(at, text);
};

/** A checkpoint no longer counts, whether a snapshot holds it or not. */
export const dropText = (vehicle: Vehicle, at: Instant): void => {
  vehicle.unsaved?.delete(at);
  vehicle.dropped ??= new Set();
  vehicle.dropped.add(at);
};

/** Keeps the memory of now as a moment to fold again from. @param to come: nothing that is not in the fold stands before, but what waits */
export const takeCheckpoint = (vehicle: Vehicle, at: Instant, to: { come: Offset; last: Offset }, lateness: number): void => {
  const { state } = vehicle;
  const next = [...state.ahead, ...state.late].reduce((least, waiting) => Math.min(least, waiting.offset), to.come);
  let list = withCheckpoint(state.checkpoints, { at, next, last: to.last, folded: state.folded });
  state.folded = 0;
  keepText(vehicle, at, JSON.stringify(state.fold));
  // The newest one before the lateness bound stays, and before what waits: everything that may still come is after it.
  const bound = Math.min(at - lateness, foldedAgainFrom(state.late, state.reassigned));
  while (checkpointsIn(list) > MOST_CHECKPOINTS || (checkpointTime(list, 1) ?? at) < bound) {
    const oldest = checkpointOf(list, 0);
    list = withoutOldest(list);
    if (oldest.at >= at - lateness || oldest.at < (state.archivedAt ?? -ARCHIVED_EVERY) + ARCHIVED_EVERY)
      dropText(vehicle, oldest.at);
    else archive(vehicle, oldest);
  }
  state.checkpoints = list;
};

/** One a day: the past is asked about as long as its records are kept, and begins at most a day before what is asked. */
const ARCHIVED_EVERY = hours(20);

/** Its text stays where it is, and is found by the archive from now on. */
const archive = (vehicle: Vehicle, checkpoint: Checkpoint): void => {
  vehicle.archived ??= [];
  vehicle.archived.push(checkpoint);
  vehicle.state.archivedAt = checkpoint.at;
};

/** Something has changed after a time: memories after it are others. */
export const dropArchivedAfter = (vehicle: Vehicle, at: Instant): void => {
  if ((vehicle.state.archivedAt ?? Number.NEGATIVE_INFINITY) <= at) return;
  vehicle.unarchivedFrom = Math.min(vehicle.unarchivedFrom ?? at, at);
  for (const one of vehicle.archived ?? []) if (one.at > at) dropText(vehicle, one.at);
  vehicle.archived = vehicle.archived?.filter(one => one.at <= at);
  vehicle.state.archivedAt = at;
};

/** A further reading of the time of the newest checkpoint: that one no longer holds everything up to there. */
export const spoilCheckpoint = (vehicle: Vehicle, at: Instant): void => {
  const { state } = vehicle;
  vehicle.window?.spoil(at);
  const newest = checkpointsIn(state.checkpoints) - 1;
  if (newest < 0 || checkpointTime(state.checkpoints, newest) !== at) return;
  state.folded += checkpointOf(state.checkpoints, newest).folded;
  state.checkpoints = someCheckpoints(state.checkpoints, 0, newest);
  dropText(vehicle, at);
};

/** Readings that were folded after the newest checkpoint before `since`: so many a re-fold steps that begins there. */
export const foldedSince = ({ checkpoints, folded }: Pick<VehicleState, 'checkpoints' | 'folded'>, since: Instant): number => {
  let sum = folded;
  for (let i = checkpointsBefore(checkpoints, since); i < checkpointsIn(checkpoints); i++)
    sum += checkpointOf(checkpoints, i).folded;
  return sum;
};
