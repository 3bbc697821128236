import { trackChunkOf } from '../../src/model/drawn-track/drawn-chunk.js';
import { defaultFleetSettings } from '../../src/model/fleet-settings.js';
import { emptyMoment, type Moment } from '../../src/model/moment.js';
import { emptyReading, type Fix, type Reading, type Signals } from '../../src/model/reading.js';
import type { DriverDay, TrackChunk, TripOutcome } from '../../src/model/trip.js';
import { noFences } from '../../src/streams/track/fence-index.js';
import type { OutcomeSink } from '../../src/streams/track/outcome-sink.js';
import {
  newTrackMemory,
  openOutcomes,
  type TrackMemory,
  trackDue,
  trackLapse,
  trackReading,
} from '../../src/streams/track/track-vehicle.js';
import type { VehicleConditions } from '../../src/streams/track/vehicle-conditions.js';
import type { DriveEvent } from '../harness/real-data.js';

/** What holds for a vehicle in tests: default settings, UTC, nobody assigned, no fences. */
export const plainConditions = (vehicle: string, changes: Partial<VehicleConditions> = {}): VehicleConditions => ({
  vehicle,
  class: 'car',
  fuelType: undefined,
  group: null,
  speedLimit: undefined,
  odometer: undefined,
  servicePlan: [],
  zone: 'UTC',
  trip: defaultFleetSettings.trip,
  fences: noFences,
  isNight: () => false,
  isPrivate: () => false,
  dayOf: at => new Date(at).toISOString().slice(0, 10),
  assignedDriver: () => undefined,
  ...changes,
});

/** Every field is set by `trackReading`. */
export const blankMoment: () => Moment = emptyMoment;

const numbers = (signals: DriveEvent['signals']): Signals =>
  Object.fromEntries(Object.entries(signals ?? {}).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));

const fixOf = (gps: NonNullable<DriveEvent['gps']>): Fix => ({
  lat: gps.lat,
  lon: gps.lon,
  speed: gps.speed_kmh as number | undefined,
  heading: gps.heading as number | undefined,
  altitude: gps.alt_m as number | undefined,
  hdop: gps.hdop as number | undefined,
  sats: gps.sats as number | undefined,
  accuracy: gps.accuracy_m as number | undefined,
});

/** Recorded events as readings, in order of event time. Raw frames are left out: the recordings hold them decoded too. */
export const readingsOf = (events: readonly DriveEvent[]): Reading[] =>
  events
    .map((event, n) => ({
      ...emptyReading(event.ts, event.ts, event.device, n, 0),
      fix: event.gps === undefined || event.gps.fix === false ? undefined : fixOf(event.gps),
      signals: numbers(event.signals),
      acc: event.acc,
      driver: event.driver,
    }))
    .sort((a, b) => a.at - b.at);

export interface FoldedDrive {
  /** Closed, in order. */
  trips: TripOutcome[];
  chunks: TrackChunk[];
  /** As they stand at the end. */
  days: DriverDay[];
  /** What happened, in order: `open 12:00:05`, `closed …`, `between`, … with the event time that made it happen. */
  story: { what: string; at: number }[];
  memory: TrackMemory;
}

export interface FoldOptions {
  /** The memory goes through JSON before the readings with these numbers. */
  resumeAt?: readonly number[];
  /** Time is told to lapse so often between readings, and not only when something is due; Infinity = never, not even then. */
  tickEvery?: number;
  /** Called after every reading. */
  each?: (moment: Moment, memory: TrackMemory) => void;
}

/** Folds the readings of one vehicle as the runtime does, time lapsing between them and, at last, for as long as anything is due. */
export const foldTrips = (
  readings: readonly Reading[],
  changes: Partial<VehicleConditions> = {},
  { resumeAt = [], tickEvery, each }: FoldOptions = {},
): FoldedDrive => {
  const conditions = plainConditions(changes.vehicle ?? 'v', changes);
  const moment = emptyMoment();
  const trips: TripOutcome[] = [];
  const chunks: TrackChunk[] = [];
  const told = new Map<string, DriverDay>();
  const story: FoldedDrive['story'] = [];
  let memory = newTrackMemory();
  let now = 0;
  const sink: OutcomeSink = {
    trip: trip => {
      story.push({ what: trip.status, at: now });
      if (trip.status === 'closed') trips.push(structuredClone(trip));
    },
    track: chunk => chunks.push(trackChunkOf(chunk)),
    driverDay: day => told.set(`${day.day} ${day.driver}`, structuredClone(day)),
    record: () => {},
    fuelDay: () => {},
    healthDay: () => {},
    betweenTrips: () => story.push({ what: 'between', at: now }),
  };
  const lapse = (at: number): void => {
    now = at;
    trackLapse(memory, at, conditions, sink);
  };
  readings.forEach((reading, n) => {
    if (resumeAt.includes(n)) memory = JSON.parse(JSON.stringify(memory)) as TrackMemory;
    if (tickEvery === undefined) {
      for (let due = trackDue(memory, conditions); due <= reading.at; due = trackDue(memory, conditions)) lapse(due);
    } else for (let at = now + tickEvery; n > 0 && at <= reading.at; at += tickEvery) lapse(at);
    now = reading.at;
    trackReading(memory, reading, conditions, moment, sink);
    each?.(moment, memory);
  });
  for (let due = trackDue(memory, conditions); due < Infinity; due = trackDue(memory, conditions)) lapse(due);
  for (const day of openOutcomes(memory, 'v').days) told.set(`${day.day} ${day.driver}`, structuredClone(day));
  return { trips, chunks, days: [...told.values()], story, memory };
};
