import type { AlertOutcome, Location } from '../../model/alert.js';
import type { DeviceId, DriverId, TripId } from '../../model/ids.js';
import { internedNames } from '../../model/interned-names.js';
import type { Offset } from '../../model/record.js';
import type { Instant } from '../../model/units.js';
import type { FixParts } from '../../protocols/fix-part.js';
import type { PlausibilityMemory } from '../../protocols/obd/plausibility.js';
import { locationOf } from '../track/accept-fix.js';
import { OFFSET } from '../track/newest-record.js';
import { newTrackMemory, type TrackMemory } from '../track/track-vehicle.js';
import { placeBefore, type RecentPlaces } from './recent-places.js';

/** What a rule said last, by subject: a fence, a code, or '' for the rule itself. */
export type Said = Record<string, { id: string; from: Instant; suppressedFrom: Instant | null }>;

/** What rules remember of one vehicle. */
export interface RuleMemories {
  /** Of the rules as people set them, in order, as they are stepped; also of those no longer in force. One list for all vehicles: never changed in place. */
  ids: readonly string[];
  /** Parallel. */
  memories: unknown[];
  /** By id of those that said something: most rules never do. */
  said: Record<string, Said> | null;
}

/**
 * Everything the fold keeps of one vehicle: plain data that survives JSON exactly, so that a checkpoint is its text. It is a function of the
 * accepted readings up to one moment, whatever the order they came in.
 */
export interface FoldMemory {
  track: TrackMemory;
  rules: RuleMemories;
  /** The newest alerts, oldest first: those that may still be amended in order. */
  alerts: readonly AlertOutcome[];
  recent: RecentPlaces;
  last: LastStep;
  /** Positions that are not whole yet, of devices that send them in parts. */
  fixParts?: Record<DeviceId, FixParts> | undefined;
  /** Which samples were not believed; absent while all were. */
  plausible?: PlausibilityMemory | undefined;
  /** The next event time at which something happens without a reading; `NEVER` when nothing will. */
  due: Instant;
}

/** What the newest step left behind, for findings that come without a reading; its record: newest-record.ts. */
export interface LastStep {
  trip: TripId | null;
  driver: DriverId | null;
  /** The trip is private: no alert says where. Absent = it is not. */
  hidden?: boolean;
}

/** Infinity does not survive JSON. */
export const NEVER: Instant = Number.MAX_SAFE_INTEGER;
export const BEFORE_ALL: Instant = -1;

/** Shared: a list that gets an alert is made anew. */
const NO_ALERTS: readonly AlertOutcome[] = [];

export const newFoldMemory = (): FoldMemory => ({
  track: newTrackMemory(),
  rules: { ids: internedNames([]), memories: [], said: null },
  alerts: NO_ALERTS,
  recent: [],
  last: { trip: null, driver: null },
  due: NEVER,
  // There from the beginning, in the object itself: V8 keeps what comes later in another one. JSON leaves them out.
  plausible: undefined,
  fixParts: undefined,
});

/** The record that holds the newest reading at or before `at`; the oldest one remembered where it is longer ago. */
export const placeAt = (memory: FoldMemory, at: Instant): Offset => placeBefore(memory.recent, at) ?? lastOffset(memory);

/** Where the newest reading stands; 0 before the first. */
export const lastOffset = ({ track }: FoldMemory): Offset => track.numbers[OFFSET]!;

/** The newest position; null before the first. */
export const lastLocation = ({ track }: FoldMemory): Location | null => locationOf(track.numbers);
