import type { AlertOutcome, Location } from '../../model/alert.js';
import type { DeviceId, DriverId, TripId } from '../../model/ids.js';
import { internedNames } from '../../model/interned-names.js';
import { NOT_TOLD } from '../../model/not-told.js';
import type { Offset } from '../../model/record.js';
import type { Instant } from '../../model/units.js';
import type { FixParts } from '../../protocols/fix-part.js';
import type { PlausibilityMemory } from '../../protocols/obd/plausibility.js';
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
  alerts: AlertOutcome[];
  recent: RecentPlaces;
  last: LastStep;
  /** Positions that are not whole yet, of devices that send them in parts. */
  fixParts?: Record<DeviceId, FixParts>;
  /** The newest believed samples, and how many were not; absent before the first reading. */
  plausible?: PlausibilityMemory;
  /** The next event time at which something happens without a reading; `NEVER` when nothing will. */
  due: Instant;
}

/** What the newest step left behind, for findings that come without a reading. */
export interface LastStep {
  at: Instant;
  offset: Offset;
  received: Instant;
  trip: TripId | null;
  driver: DriverId | null;
  /** Of the newest position; `NOT_TOLD` before the first. */
  lat: number;
  lon: number;
  /** The trip is private: no alert says where. Absent = it is not. */
  hidden?: boolean;
}

/** Infinity does not survive JSON. */
export const NEVER: Instant = Number.MAX_SAFE_INTEGER;
export const BEFORE_ALL: Instant = -1;

export const newFoldMemory = (): FoldMemory => ({
  track: newTrackMemory(),
  rules: { ids: internedNames([]), memories: [], said: null },
  alerts: [],
  recent: [],
  last: { at: BEFORE_ALL, offset: 0, received: 0, trip: null, driver: null, lat: NOT_TOLD, lon: NOT_TOLD },
  due: NEVER,
});

/** The record that holds the newest reading at or before `at`; the oldest one remembered where it is longer ago. */
export const placeAt = (memory: FoldMemory, at: Instant): Offset => placeBefore(memory.recent, at) ?? memory.last.offset;

/** The newest position; null before the first. */
export const lastLocation = ({ lat, lon }: LastStep): Location | null => (lat === NOT_TOLD ? null : { lat, lon });
