import { NOT_TOLD, toldOr } from '../../model/not-told.js';
import type { Reading } from '../../model/reading.js';
import { placeOfSignal, toldBy } from '../../model/told-signals.js';
import { hours, type Instant, type Kmh, type Litres, type Metres, type Seconds } from '../../model/units.js';
import { latOf, locationOf, lonOf } from './accept-fix.js';
import { addProvenTrip, addToDay, addTold, dayEntry, dayOutcome, dayRow, settleTrip } from './driver-days.js';
import { engineState } from './engine-state.js';
import { travelByGps, travelByWheels, travelled } from './measure-travel.js';
import { readOdometer } from './odometer-span.js';
import type { OutcomeSink } from './outcome-sink.js';
import { cutAfter, newChunk } from './track-chunk.js';
import type { TrackMemory } from './track-memory.js';
import { AT, NAMED_AT, WOKE_AT, WOKE_GPS, WOKE_OFFSET, WOKE_SPEED } from './track-motion.js';
import {
  ACROSS,
  ACTIVE_AT,
  ALONG,
  END_LAT,
  END_LON,
  ENGINE_SINCE,
  FUEL,
  GPS_AT_END,
  GPS_AT_START,
  IDLE,
  MAX_SPEED,
  MOVING,
  SPEED_AT_END,
  SPEED_AT_START,
  START_LAT,
  START_LON,
  STARTED_AT,
  TO,
} from './trip-numbers.js';
import { LEAD_OUT, nameTrip, openTrip, provesTrip, travelOf, tripLength, tripOutcome, type WakePoint } from './trip-tracker.js';
import type { VehicleConditions } from './vehicle-conditions.js';

const ODOMETER = placeOfSignal('odometer');

/** What one reading adds to the open trip. Speed and fuel are NaN where they are not known. */
export interface TripStep {
  /** The engine is on, or the vehicle moves: the trip reaches to here. */
  active: boolean;
  idle: Seconds;
  moving: Seconds;
  speed: Kmh;
  fuel: Litres;
  /** Time in which the force along the way, and across it, could be measured. */
  along: Seconds;
  across: Seconds;
  noise: Metres;
}

/** The driver at the newest reading: by assignment, else as a device named one. */
const driverAt = (memory: TrackMemory, conditions: VehicleConditions, at: Instant): string | null =>
  conditions.assignedDriver(at) ?? memory.namedDriver;

const placeOf = ({ numbers }: TrackMemory, { at, offset }: Reading): WakePoint => ({
  at,
  offset,
  gps: travelByGps(numbers),
  speed: travelByWheels(numbers),
  location: locationOf(numbers),
});

/** The first reading after a silence. */
const wokeOf = ({ numbers, wokeLocation }: TrackMemory): WakePoint => ({
  at: numbers[WOKE_AT]!,
  offset: numbers[WOKE_OFFSET]!,
  gps: numbers[WOKE_GPS]!,
  speed: numbers[WOKE_SPEED]!,
  location: wokeLocation,
});

/** Notes the first reading after a silence: a trip that begins at once begins there, unless the engine is known to be off. */
export const noteWaking = (memory: TrackMemory, reading: Reading, silent: boolean): void => {
  const { numbers } = memory;
  if (engineState(numbers) === 'off') numbers[WOKE_AT] = 0;
  else if (silent) {
    numbers[WOKE_AT] = reading.at;
    numbers[WOKE_OFFSET] = reading.offset;
    numbers[WOKE_GPS] = travelByGps(numbers);
    numbers[WOKE_SPEED] = travelByWheels(numbers);
    memory.wokeLocation = locationOf(numbers);
  }
};

const begin = (memory: TrackMemory, reading: Reading, conditions: VehicleConditions): void => {
  memory.trip = openTrip(placeOf(memory, reading), wokeOf(memory));
  if (conditions.isPrivate(memory.trip.numbers[STARTED_AT]!)) memory.trip.startHidden = true;
  memory.chunk = newChunk('', conditions.vehicle, 0);
};

/** A candidate has proven itself: from here on the outside sees it, with all it has gathered since its start. */
const prove = (memory: TrackMemory, conditions: VehicleConditions, sink: OutcomeSink): void => {
  const trip = memory.trip!;
  nameTrip(trip, conditions.vehicle);
  memory.chunk!.trip = trip.id;
  const driver = trip.driver ?? '';
  const entry = dayEntry(memory.days, driver, conditions.dayOf(trip.numbers[STARTED_AT]!));
  addProvenTrip(entry, trip.numbers, travelOf(trip), conditions.isNight(trip.numbers[STARTED_AT]!));
  sink.trip(tripOutcome(trip, conditions.vehicle, 'open'));
  sink.driverDay(dayOutcome(memory.days, entry, tripLength(trip)));
};

/** The same step for the day: increments belong to the day of their event time. */
const growDay = (memory: TrackMemory, step: TripStep, metres: Metres, night: boolean, sink: OutcomeSink): void => {
  const { days } = memory;
  const before = days.open.length;
  const entry = dayEntry(days, days.driver, days.day);
  addToDay(entry, step, metres, night);
  if (days.open.length > before) sink.driverDay(dayRow(days, entry));
};

/** Begins a candidate at the first active reading, grows what is open, and names the trip once it is proven. */
export const growTrip = (
  memory: TrackMemory,
  reading: Reading,
  step: TripStep,
  conditions: VehicleConditions,
  sink: OutcomeSink,
): void => {
  const { at } = reading;
  if (memory.trip === null) {
    if (!step.active) return;
    begin(memory, reading, conditions);
  }
  const trip = memory.trip!;
  const proven = trip.id !== '';
  const travelBefore = travelOf(trip);
  const { numbers } = trip;
  if (at > numbers[STARTED_AT]!) {
    numbers[IDLE]! += step.idle;
    numbers[MOVING]! += step.moving;
    if (!Number.isNaN(step.fuel)) addTold(numbers, FUEL, step.fuel);
    if (step.along > 0 || step.across > 0) {
      addTold(numbers, ALONG, step.along);
      addTold(numbers, ACROSS, step.across);
    }
  }
  if (step.active) {
    numbers[ACTIVE_AT] = at;
    numbers[TO] = reading.offset;
    numbers[END_LAT] = latOf(memory.numbers);
    numbers[END_LON] = lonOf(memory.numbers);
    if (numbers[START_LAT] === NOT_TOLD) {
      numbers[START_LAT] = numbers[END_LAT]!;
      numbers[START_LON] = numbers[END_LON]!;
    }
    const hidden = conditions.isPrivate(at);
    if (hidden || trip.endHidden) trip.endHidden = hidden;
    numbers[GPS_AT_END] = travelByGps(memory.numbers);
    numbers[SPEED_AT_END] = travelByWheels(memory.numbers);
    trip.driver ??= driverAt(memory, conditions, at);
    if (step.speed > toldOr(numbers[MAX_SPEED]!, -1)) numbers[MAX_SPEED] = step.speed;
  }
  if (engineState(memory.numbers) !== 'on') numbers[ENGINE_SINCE] = 0;
  else if (numbers[ENGINE_SINCE] === 0) numbers[ENGINE_SINCE] = at;
  const odometer = reading.odometer ?? toldBy(reading.signals).known[ODOMETER]!;
  if (!Number.isNaN(odometer)) {
    const travel = travelled(memory.numbers) - numbers[GPS_AT_START]! - numbers[SPEED_AT_START]!;
    readOdometer(trip, reading.device, at, odometer, travel);
  }
  if (proven) growDay(memory, step, travelOf(trip) - travelBefore, step.moving > 0 && conditions.isNight(at), sink);
  else if (provesTrip(trip, at, step.noise)) prove(memory, conditions, sink);
};

/** Ends what is open: a candidate leaves no trace, a trip is told closed at its last active reading. */
export const endTrip = (memory: TrackMemory, conditions: VehicleConditions, sink: OutcomeSink): void => {
  const { trip, chunk } = memory;
  memory.trip = null;
  memory.chunk = null;
  if (trip === null || trip.id === '') return;
  const { numbers } = trip;
  // Whoever ends a trip has waited for much longer than this: after the newest reading nothing was heard.
  const heard = memory.numbers[AT]!;
  if (engineState(memory.numbers) !== 'off' && heard - numbers[ACTIVE_AT]! <= LEAD_OUT)
    numbers[ACTIVE_AT] = Math.max(numbers[ACTIVE_AT]!, heard);
  if (chunk !== null) {
    cutAfter(chunk, numbers[ACTIVE_AT]!);
    if (chunk.points.length > 0) sink.track(chunk);
  }
  sink.trip(tripOutcome(trip, conditions.vehicle, 'closed'));
  settleTrip(memory.days, tripLength(trip));
  // Who logged in for this trip need not be who drives the next one.
  if (memory.numbers[NAMED_AT]! <= numbers[ACTIVE_AT]!) memory.namedDriver = null;
  closeDays(memory, numbers[ACTIVE_AT]!, conditions, sink);
  sink.betweenTrips();
};

/**
 * Tells the days that are over and forgets them. One day is kept beyond its end: a change of zone can bring a day back for some
 * hours, and its row must not start again at zero.
 */
export const closeDays = (memory: TrackMemory, at: Instant, conditions: VehicleConditions, sink: OutcomeSink): void => {
  if (memory.trip !== null || memory.days.open.length === 0) return;
  const oldest = conditions.dayOf(at - hours(26));
  memory.days.open = memory.days.open.filter(entry => {
    if (entry.day >= oldest) return true;
    sink.driverDay(dayRow(memory.days, entry));
    return false;
  });
};

/** Who drives and what day it is, at the newest reading. */
export const turnDay = (memory: TrackMemory, reading: Reading, conditions: VehicleConditions, sink: OutcomeSink): void => {
  const { at } = reading;
  if (reading.driver !== undefined) {
    memory.namedDriver = reading.driver;
    memory.numbers[NAMED_AT] = at;
  }
  memory.days.driver = driverAt(memory, conditions, at) ?? '';
  memory.days.vehicle = conditions.vehicle;
  const day = conditions.dayOf(at);
  if (day === memory.days.day) return;
  memory.days.day = day;
  closeDays(memory, at, conditions, sink);
};
