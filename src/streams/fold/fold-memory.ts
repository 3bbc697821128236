import type { AlertOutcome, Location } from '../../model/alert.js';
import type { DeviceId, DriverId, TripId } from '../../model/ids.js';
import { NOT_TOLD } from '../../model/not-told.js';
import type { Offset } from '../../model/record.js';
import type { Instant } from '../../model/units.js';
import type { FixParts } from '../../protocols/fix-part.js';
import type { PlausibilityMemory } from '../../protocols/obd/plausibility.js';
import { newTrackMemory, type TrackMemory } from '../track/track-vehicle.js';

/** What a rule remembers of one vehicle, and what it said last per subject (fence, code, or '' for the rule itself). */
export interface RuleSlot {
  /** Of the rule as people set it. */
  id: string;
  memory: unknown;
  /** Null until it says something: most rules never do. */
  said: Record<string, { id: string; from: Instant; suppressedFrom: Instant | null }> | null;
}

/**
 * Everything the fold keeps of one vehicle: plain data that survives JSON exactly, so that a checkpoint is its text. It is a function of the
 * accepted readings up to one moment, whatever the order they came in.
 */
export interface FoldMemory {
  track: TrackMemory;
  /** In order of id, as rules are stepped; also of rules that are no longer in force. */
  rules: RuleSlot[];
  /** The newest alerts, oldest first: those that may still be amended in order. */
  alerts: AlertOutcome[];
  /** The newest records and the first reading of each, for evidence: parallel, oldest first. */
  recentAt: Instant[];
  recentOffset: Offset[];
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
  rules: [],
  alerts: [],
  recentAt: [],
  recentOffset: [],
  last: { at: BEFORE_ALL, offset: 0, received: 0, trip: null, driver: null, lat: NOT_TOLD, lon: NOT_TOLD },
  due: NEVER,
});

const RECENT = 32;
/** Cut seldom, so that it costs nothing per record; a list that grows one by one gets room for 41. */
const CUT = 9;

export const rememberPlace = (memory: FoldMemory, at: Instant, offset: Offset): void => {
  // Readings that came in one array stand at one offset.
  if (memory.recentOffset[memory.recentOffset.length - 1] === offset) return;
  memory.recentAt.push(at);
  memory.recentOffset.push(offset);
  if (memory.recentAt.length < RECENT + CUT) return;
  cut(memory.recentAt);
  cut(memory.recentOffset);
};

/** In place: a list that is cut anew each time has its spare room each time. (Memories of before may be longer.) */
const cut = (list: number[]): void => {
  const past = list.length - RECENT;
  for (let i = 0; i < RECENT; i++) list[i] = list[i + past]!;
  while (list.length > RECENT) list.pop();
};

/** The record that holds the newest reading at or before `at`; the oldest one remembered where it is longer ago. */
export const placeAt = (memory: FoldMemory, at: Instant): Offset => {
  for (let i = memory.recentAt.length - 1; i >= 0; i--) if (memory.recentAt[i]! <= at) return memory.recentOffset[i]!;
  return memory.recentOffset[0] ?? memory.last.offset;
};

/** The newest position; null before the first. */
export const lastLocation = ({ lat, lon }: LastStep): Location | null => (lat === NOT_TOLD ? null : { lat, lon });
