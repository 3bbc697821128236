import type { AlertKind, Location, Severity } from '../../model/alert.js';
import { trackChunkOf } from '../../model/drawn-track/drawn-chunk.js';
import type { FuelDay } from '../../model/fuel.js';
import type { HealthDay } from '../../model/health.js';
import type { TripId, VehicleId } from '../../model/ids.js';
import type { Crossing, DtcNews, FenceStay, FittedAcceleration, HealthNews, Moment } from '../../model/moment.js';
import type { DtcReport, Fix, Reading } from '../../model/reading.js';
import { placeOfSignal, toldBy } from '../../model/told-signals.js';
import type { DriverDay, TrackChunk, TripOutcome } from '../../model/trip.js';
import { type Instant, type Kmh, type Millis, type Seconds, seconds } from '../../model/units.js';
import type { DtcRecord } from '../../model/vehicle-record.js';
import { acceptFix, type FixVerdict, latOf, locationOf, lonOf, noiseOf } from './accept-fix.js';
import { countOnDay, dayEntry, dayOutcome, dayRow } from './driver-days.js';
import { dtcRecord, openDtcRecords, trackDtcs, trackReadiness } from './dtc-tracker.js';
import { engineStands, engineState, isPtoAtWork, ranThrough, voteEngine } from './engine-state.js';
import { stayInFences } from './fence-stays.js';
import { trackFences } from './fence-tracker.js';
import { fitAcceleration, senseForce } from './fit-acceleration.js';
import { fuelTypeOf } from './fuel-flow.js';
import { distanceBetween } from './geometry.js';
import { openHealthDay } from './health/track-health.js';
import { believesWheels, isProvenAt, measureTravel, PROOF_HOLDS } from './measure-travel.js';
import { fuelDayRow } from './open-fuel-day.js';
import type { OutcomeSink } from './outcome-sink.js';
import { addPoint, isFull, newChunk } from './track-chunk.js';
import { newTrackMemory, type TrackMemory } from './track-memory.js';
import { AT, IDLING, MOVING, MOVING_AT, SPEED, SPEED_AT, SPEED_BY_WHEELS } from './track-motion.js';
import { closeUpkeepDays, trackUpkeep, type UpkeepStep } from './track-upkeep.js';
import { endTrip, growTrip, noteWaking, type TripStep, turnDay } from './trip-life.js';
import { CHUNK_NO } from './trip-numbers.js';
import { parkedWithin, tripDue, tripLength, tripOutcome } from './trip-tracker.js';
import type { VehicleConditions } from './vehicle-conditions.js';

export { newTrackMemory, type TrackMemory };

/** Obd-facts §6; 255 is "not available". */
const HIGHEST_SPEED: Kmh = 250;
/** A polled speed stands for the time up to the next one, but not longer (data/README: 15 s). */
const SPEED_FRESH: Millis = seconds(15);
/** Idling: obd-facts §5 says 1 km/h at most; but wheels that tell 1 are creeping, and a receiver that stands tells less than 1. */
const GPS_STANDS_BELOW: Kmh = 1;
/** Up to here a step counts as what its beginning was, up to the second as what both its ends are; longer ones are not known. */
const SHORT_STEP: Millis = seconds(10);
const LONG_STEP: Millis = seconds(120);

const WHEEL_SPEED = placeOfSignal('vehicle_speed');
const LAMP = placeOfSignal('mil_on');
const CLEARED = placeOfSignal('dtc_clear_ack');

const speedInRange = (speed: number | undefined): Kmh | undefined =>
  speed !== undefined && speed >= 0 && speed <= HIGHEST_SPEED ? speed : undefined;

/** The vehicle stands with its engine off or unknown: the clock of parking runs. */
const isStanding = ({ numbers }: TrackMemory): boolean => {
  if (numbers[MOVING] === 1) return false;
  const engine = engineState(numbers);
  return engine !== 'on' && engine !== 'standby';
};

/** Judges a silence by the reading that ends it; nothing of the reading has been taken into the memory yet. */
const parkedInSilence = ({ trip: open, numbers }: TrackMemory, reading: Reading, { trip }: VehicleConditions): boolean => {
  const silence = reading.at - numbers[AT]!;
  if (open === null || silence <= trip.parkedAfter || ranThrough(numbers, reading)) return false;
  const { fix } = reading;
  const location = locationOf(numbers);
  const way = fix === undefined || location === null ? undefined : distanceBetween(location.lat, location.lon, fix.lat, fix.lon);
  return parkedWithin(silence, way, numbers[MOVING] === 1, trip.parkedAfter);
};

/** Seconds of the step since the reading before that count as a state which held at its beginning, at its end. */
const stepIn = (step: Millis, before: boolean, now: boolean): Seconds =>
  before && (step <= SHORT_STEP || (now && step <= LONG_STEP)) ? step / 1_000 : 0;

const isIdling = (memory: TrackMemory, { at }: Reading, { fuelType }: VehicleConditions): boolean => {
  const { numbers } = memory;
  return (
    engineState(numbers) === 'on' &&
    fuelTypeOf(memory, fuelType) !== 'electric' &&
    numbers[SPEED_AT]! > 0 &&
    at - numbers[SPEED_AT]! <= SPEED_FRESH &&
    (numbers[SPEED_BY_WHEELS] === 1 ? numbers[SPEED] === 0 : numbers[SPEED]! < GPS_STANDS_BELOW) &&
    !engineStands(numbers, at) &&
    !isPtoAtWork(numbers)
  );
};

/** Used again at each reading. */
const upkeepStep: UpkeepStep = { since: 0, idle: 0, speed: Number.NaN, speedBefore: Number.NaN, speedSince: 0 };
const tripStep: TripStep = {
  active: false,
  idle: 0,
  moving: 0,
  speed: Number.NaN,
  fuel: Number.NaN,
  along: 0,
  across: 0,
  noise: 0,
};

/** An object that rules may keep: another one where the vehicle is elsewhere than the one before. */
const locationAt = (numbers: TrackMemory['numbers'], before: Location | undefined): Location | undefined =>
  before !== undefined && before.lat === latOf(numbers) && before.lon === lonOf(numbers)
    ? before
    : (locationOf(numbers) ?? undefined);

/** Takes position, speed, engine and motion into the memory. @returns what the open trip grows by */
const takeIn = (memory: TrackMemory, reading: Reading, conditions: VehicleConditions, moment: Moment): TripStep => {
  const { at } = reading;
  const { numbers } = memory;
  const step = numbers[AT]! === 0 ? 0 : at - numbers[AT]!;
  let fix: Fix | undefined;
  let verdict: FixVerdict = 'rejected';
  if (reading.fix !== undefined) {
    verdict = acceptFix(numbers, reading.fix, at);
    if (verdict !== 'rejected') fix = reading.fix;
  }
  const told = speedInRange(toldBy(reading.signals).known[WHEEL_SPEED]);
  const wheels = told !== undefined && believesWheels(numbers, told) ? told : undefined;
  const gps = speedInRange(fix?.speed);
  const speed = wheels ?? gps;
  const speedBefore = numbers[SPEED_AT]! > 0 && at - numbers[SPEED_AT]! <= SPEED_FRESH ? numbers[SPEED]! : Number.NaN;
  const speedSince = at - numbers[SPEED_AT]!;
  const engine = voteEngine(numbers, reading, wheels, gps);
  const motion = measureTravel(memory, at, fix, verdict, wheels, conditions.trip.movingSpeed, reading.device);
  if (speed !== undefined && (wheels !== undefined || numbers[SPEED_BY_WHEELS] === 0 || at - numbers[SPEED_AT]! > SHORT_STEP)) {
    numbers[SPEED] = speed;
    numbers[SPEED_AT] = at;
    numbers[SPEED_BY_WHEELS] = Number(wheels !== undefined);
  }
  const wasMoving = numbers[MOVING] === 1;
  const wasIdling = numbers[IDLING] === 1;
  if (motion === 'driving') {
    numbers[MOVING] = 1;
    numbers[MOVING_AT] = at;
  } else if (motion === 'standing') numbers[MOVING] = 0;
  else if (at - numbers[MOVING_AT]! > (isProvenAt(numbers, numbers[MOVING_AT]!) ? PROOF_HOLDS : SPEED_FRESH)) numbers[MOVING] = 0;
  numbers[IDLING] = Number(isIdling(memory, reading, conditions));

  moment.fix = fix;
  moment.location = locationAt(numbers, moment.location);
  moment.speed = speed;
  moment.engineOn = engine === 'on' ? true : engine === 'off' ? false : undefined;
  tripStep.active = engine === 'on' || motion === 'driving';
  tripStep.idle = stepIn(step, wasIdling, numbers[IDLING] === 1);
  tripStep.moving = stepIn(step, wasMoving, numbers[MOVING] === 1);
  tripStep.speed = speed ?? Number.NaN;
  upkeepStep.since = step;
  upkeepStep.idle = tripStep.idle;
  upkeepStep.speed = numbers[SPEED_AT]! > 0 && at - numbers[SPEED_AT]! <= SPEED_FRESH ? numbers[SPEED]! : Number.NaN;
  upkeepStep.speedBefore = speedBefore;
  upkeepStep.speedSince = numbers[SPEED_AT]! === at ? speedSince : 0;
  tripStep.fuel = trackUpkeep(memory, reading, conditions, upkeepStep);
  tripStep.noise = fix === undefined ? 0 : noiseOf(fix);
  return tripStep;
};

/** Codes as a reading tells them: as lists, by the lamp among its signals, or by the answer to a command that clears them. */
const dtcsIn = ({ dtcs, signals }: Reading): DtcReport | undefined => {
  const { known } = toldBy(signals);
  const lamp = known[LAMP]!;
  const cleared = known[CLEARED] === 1;
  if (!cleared && (Number.isNaN(lamp) || dtcs?.milOn !== undefined)) return dtcs;
  return {
    // Permanent ones stay until their monitor has passed.
    stored: dtcs?.stored ?? (cleared ? [] : undefined),
    pending: dtcs?.pending ?? (cleared ? [] : undefined),
    permanent: dtcs?.permanent,
    milOn: dtcs?.milOn ?? (Number.isNaN(lamp) ? undefined : lamp === 1),
    ...(dtcs?.frozen && { frozen: dtcs.frozen }),
  };
};

/** Detectors that keep memories of their own; what they found goes into the moment's own lists. */
const detect = (
  memory: TrackMemory,
  reading: Reading,
  conditions: VehicleConditions,
  moment: Moment,
  sink: OutcomeSink,
): void => {
  const crossings = moment.crossings as Crossing[];
  const accelerations = moment.accelerations as FittedAcceleration[];
  const cornerings = moment.cornerings as FittedAcceleration[];
  const dtcNews = moment.dtcNews as DtcNews[];
  // Setting the length of an array is a slow call.
  while (crossings.length > 0) crossings.pop();
  while (accelerations.length > 0) accelerations.pop();
  while (cornerings.length > 0) cornerings.pop();
  while (dtcNews.length > 0) dtcNews.pop();
  if (moment.fix !== undefined)
    trackFences(memory.fences, moment.fix, reading.at, conditions.group, conditions.fences, crossings);
  const { along, across } = fitAcceleration(memory.acceleration, reading, moment.fix, accelerations, cornerings);
  senseForce(memory.acceleration, reading, moment);
  // What stands is measured too, but it is driving that is asked about.
  const moving = memory.numbers[MOVING] === 1;
  tripStep.along = moving ? along : 0;
  tripStep.across = moving ? across : 0;
  const stays = moment.stays as FenceStay[];
  while (stays.length > 0) stays.pop();
  moment.fenceLimit =
    memory.fences.near.length === 0
      ? undefined
      : stayInFences(memory.fences, reading.at, conditions.group, conditions.fences, stays);
  trackReadiness(memory.dtcs, reading, dtcNews);
  const dtcs = dtcsIn(reading);
  if (dtcs === undefined) return;
  trackDtcs(memory.dtcs, reading.at, dtcs, memory, dtcNews);
  const { vehicle } = conditions;
  for (const { code } of dtcNews) {
    const record = dtcRecord(memory.dtcs, vehicle, code);
    if (record) sink.record(record);
  }
};

/** Adds the moment to the track of the open trip; a chunk that is full is told and the next one begun. */
const drawTrack = (memory: TrackMemory, moment: Moment, active: boolean, hidden: boolean, sink: OutcomeSink): void => {
  const { trip, chunk } = memory;
  if (trip === null || chunk === null) return;
  if (active && trip.id !== '' && isFull(chunk, moment.at)) {
    sink.track(chunk);
    trip.numbers[CHUNK_NO]! += 1;
    memory.chunk = newChunk(trip.id, chunk.vehicle, trip.numbers[CHUNK_NO]!);
  }
  addPoint(
    memory.chunk!,
    moment.reading,
    moment.fix !== undefined && !hidden,
    moment.speed,
    moment.accelerations.at(-1)?.value,
    active,
  );
};

/**
 * Takes the next reading of a vehicle, in order of event time, and says in `moment` what it means. Pure: the same readings in the
 * same order give the same memory and outcomes, whether or not time was told to lapse between them.
 * @param memory changed in place   @param moment every field is set; its lists are emptied and filled
 */
export const trackReading = (
  memory: TrackMemory,
  reading: Reading,
  conditions: VehicleConditions,
  moment: Moment,
  sink: OutcomeSink,
): void => {
  const { at } = reading;
  const heard = memory.numbers[AT]!;
  // Before anything of the reading is taken in: between two trips the memory is as it was after the reading before.
  if (trackDue(memory, conditions) <= at || parkedInSilence(memory, reading, conditions)) endTrip(memory, conditions, sink);
  moment.at = at;
  moment.vehicle = conditions.vehicle;
  moment.class = conditions.class;
  moment.vehicleLimit = conditions.speedLimit;
  moment.zone = conditions.zone;
  moment.servicePlan = conditions.servicePlan;
  moment.registeredOdometer = conditions.odometer;
  moment.reading = reading;
  // Two stores, not one of a conditional: V8 (Node 20) optimises and gives up on that one for ever, which doubles the cost of a reading.
  if (heard === 0) moment.since = undefined;
  else moment.since = at - heard;
  const dayBefore = memory.days.day;
  turnDay(memory, reading, conditions, sink);
  const healthNews = moment.healthNews as HealthNews[];
  while (healthNews.length > 0) healthNews.pop();
  if (memory.days.day !== dayBefore) closeUpkeepDays(memory, at, conditions, sink, healthNews);
  moment.driver = memory.days.driver === '' ? undefined : memory.days.driver;
  const step = takeIn(memory, reading, conditions, moment);
  moment.fuelType = fuelTypeOf(memory, conditions.fuelType);
  detect(memory, reading, conditions, moment, sink);
  memory.numbers[AT] = at;
  noteWaking(memory, reading, heard === 0 || at - heard > conditions.trip.parkedAfter);
  growTrip(memory, reading, step, conditions, sink);
  moment.trip = memory.trip === null || memory.trip.id === '' ? undefined : memory.trip.id;
  moment.tripDistance = conditions.servicePlan.length === 0 || memory.trip === null ? undefined : tripLength(memory.trip) / 1_000;
  drawTrack(memory, moment, step.active, conditions.isPrivate(at), sink);
};

/** The event time at which something happens without a further reading; Infinity if nothing will. */
export const trackDue = (memory: TrackMemory, conditions: VehicleConditions): Instant =>
  memory.trip === null ? Infinity : tripDue(memory.trip, isStanding(memory), conditions.trip);

/** Does what is due at `at`: ends the trip, at its last active reading. Nothing, when nothing is due. */
export const trackLapse = (memory: TrackMemory, at: Instant, conditions: VehicleConditions, sink: OutcomeSink): void => {
  if (trackDue(memory, conditions) <= at) endTrip(memory, conditions, sink);
};

/** The trip that is open and has been told; null between trips. */
export const openTripId = ({ trip }: TrackMemory): TripId | null => (trip === null || trip.id === '' ? null : trip.id);

/** The chunk that is still growing, as it stands now. */
export const openChunk = ({ trip, chunk }: TrackMemory): TrackChunk | undefined =>
  trip === null || chunk === null || trip.id === '' ? undefined : trackChunkOf(chunk);

export interface OpenOutcomes {
  trip?: TripOutcome;
  days: readonly DriverDay[];
  dtcs: readonly DtcRecord[];
  fuelDays: readonly FuelDay[];
  healthDay?: HealthDay;
}

const NO_CODES: readonly DtcRecord[] = [];

/** What else is still growing, as it stands now. Trip and days belong to the memory: copy what is kept. */
export const openOutcomes = (memory: TrackMemory, vehicle: VehicleId): OpenOutcomes => {
  const { trip, chunk, days } = memory;
  const dtcs = memory.dtcs.codes.length === 0 ? NO_CODES : openDtcRecords(memory.dtcs, vehicle);
  const fuelDays = memory.fuelDays.map(day => fuelDayRow(day, vehicle));
  const healthDay = openHealthDay(memory.health ?? null, vehicle, memory.dtcs);
  if (trip === null || chunk === null || trip.id === '')
    return { days: days.open.map(entry => dayRow(days, entry)), dtcs, fuelDays, healthDay };
  const length = tripLength(trip);
  return {
    trip: tripOutcome(trip, chunk.vehicle, 'open'),
    days: days.open.map(entry => dayOutcome(days, entry, length)),
    dtcs,
    fuelDays,
    healthDay,
  };
};

/**
 * Counts alerts in the open trip and on the newest reading's day.
 * @param n how many more; negative takes retracted ones back
 */
export const countAlert = (memory: TrackMemory, kind: AlertKind, severity: Severity, n: number): void => {
  const { trip, days } = memory;
  if (trip !== null) {
    trip.counts ??= {};
    trip.counts[kind] = (trip.counts[kind] ?? 0) + n;
  }
  if (days.day !== '') countOnDay(dayEntry(days, days.driver, days.day), kind, severity, n);
};
