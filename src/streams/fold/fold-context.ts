import type { Counters } from '../../model/counters.js';
import type { Offset } from '../../model/record.js';
import type { GiveWay } from '../../ports/give-way.js';
import type { Journal } from '../../ports/journal.js';
import type { JudgedAlike } from './asleep/judged-alike.js';
import type { StatePacker } from './asleep/state-packer.js';
import type { Conditions, SharedFact } from './conditions.js';
import type { PartitionStore } from './partition-store.js';
import type { LongShare } from './refold/long-share.js';
import type { PastBounds } from './refold/past-bounds.js';
import type { RefoldPace } from './refold/refold-pace.js';
import type { UnknownFields } from './unknown-fields.js';
import type { Vehicle } from './vehicle.js';
import type { VehicleFold } from './vehicle-fold.js';

/** What a fold reads of the journal; a thread reads it over its line. */
export interface FoldJournal extends Pick<Journal, 'ofVehicle'> {
  /** The oldest offset that is still kept. */
  oldest(): Offset | Promise<Offset>;
}

/** What the partitions of one shard share. */
export interface FoldContext {
  journal: FoldJournal;
  store: PartitionStore;
  conditions: Conditions;
  /** Facts for every partition that no snapshot holds yet, in order. */
  unsavedFacts: { offset: Offset; fact: SharedFact }[];
  fold: VehicleFold;
  counters: Counters;
  giveWay: GiveWay;
  /** How much of a past is held while it is folded again; left out but in tests. */
  pastBounds: PastBounds | undefined;
  pace: RefoldPace;
  longShare: LongShare;
  unknownFields: UnknownFields;
  packer: StatePacker;
  judgedAlike: JudgedAlike;
  /** So many vehicles of each partition may be awake. */
  mostAwake: number;
  /** Vehicles with a window, the one used last at the end; bounded by the shard. */
  windows: Set<Vehicle>;
  /** Vehicles with rows that have grown since they were last asked for. */
  growing: Set<Vehicle>;
}
