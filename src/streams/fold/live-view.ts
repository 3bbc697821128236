import { withName } from '../../model/interned-names.js';
import type { LivePosition, LiveState, VehicleStatus } from '../../model/live-state.js';
import { NOT_TOLD, toldOr } from '../../model/not-told.js';
import type { Reading } from '../../model/reading.js';
import { placeOfSignal, toldBy } from '../../model/told-signals.js';
import { type Instant, seconds } from '../../model/units.js';
import { openTripId } from '../track/track-vehicle.js';
import { HEADING, LAT, type LiveMemory, LON, MOVED_AT, SIGNALS, SPEED, SPEED_AT } from './live-memory.js';
import type { VehicleState } from './vehicle.js';

/** At or above this a vehicle drives, and for how long after it did (contract §5). */
const DRIVING_SPEED = 5;
export const DRIVING_FOR = seconds(60);
const RUNNING_RPM = 400;
const WHEEL_SPEED = placeOfSignal('vehicle_speed');
const RPM = placeOfSignal('engine_rpm');
const SIGNALS_KEPT = 128;

/**
 * The newest reading of the fold is this one now. Called in order of their time only, so nothing shown jumps back.
 * @param hidden the trip is private: not where it is
 */
export const showNewest = (state: VehicleState, reading: Reading, hidden: boolean): void => {
  state.newestAt = reading.at;
  state.newestReceived = reading.received;
  state.newestDevice = reading.device;
  state.newestSeq = reading.seq ?? null;
  showReading(state.live, reading, hidden);
};

const showReading = (live: LiveMemory, reading: Reading, hidden: boolean): void => {
  const { fix, signals, at } = reading;
  const { numbers } = live;
  if (hidden) {
    numbers[LAT] = NOT_TOLD;
    numbers[LON] = NOT_TOLD;
    numbers[HEADING] = NOT_TOLD;
  } else if (fix) {
    numbers[LAT] = fix.lat;
    numbers[LON] = fix.lon;
    if (fix.heading !== undefined) numbers[HEADING] = fix.heading;
  }
  const { count, names, values, known } = toldBy(signals);
  const speed = Number.isNaN(known[WHEEL_SPEED]!) ? fix?.speed : known[WHEEL_SPEED];
  if (speed !== undefined) {
    numbers[SPEED] = speed;
    numbers[SPEED_AT] = at;
    if (speed >= DRIVING_SPEED) numbers[MOVED_AT] = at;
  }
  if (reading.ignition !== undefined) live.ignition = reading.ignition;
  const rpm = known[RPM]!;
  if (!Number.isNaN(rpm)) live.engineOn = rpm > RUNNING_RPM;
  else if (reading.ignition !== undefined) live.engineOn = reading.ignition;
  let place = 0;
  for (let i = 0; i < count; i++) place = showSignal(live, place, names[i]!, values[i]!, at);
  if (reading.externalVoltage !== undefined) place = showSignal(live, place, 'external_voltage', reading.externalVoltage, at);
  if (reading.odometer !== undefined) showSignal(live, place, 'odometer', reading.odometer, at);
};

/**
 * @param guess where the name probably stands: devices tell the same signals in the same order again and again
 * @returns the guess for the next one
 */
const showSignal = (live: LiveMemory, guess: number, name: string, value: number, at: Instant): number => {
  const { names } = live;
  let place = guess;
  if (place >= names.length || names[place] !== name) {
    place = names.indexOf(name);
    if (place < 0) {
      if (names.length >= SIGNALS_KEPT) return guess;
      place = names.length;
      // Made anew, exactly as long as they are: a list that grows has room for seventeen at once, and few signals are new.
      live.names = withName(names, name);
      live.numbers = live.numbers.concat([value, at]);
    }
  }
  const { numbers } = live;
  numbers[SIGNALS + 2 * place] = value;
  numbers[SIGNALS + 2 * place + 1] = at;
  return place + 1;
};

/** @param now of the newest tick; vehicle time goes on from its newest reading as the server's does from its arrival */
export const statusOf = (state: VehicleState, now: Instant): VehicleStatus => {
  if (state.offline || state.under !== undefined) return 'offline';
  const vehicleNow = state.newestAt + Math.max(0, now - state.newestReceived);
  const { live } = state;
  const movedAt = live.numbers[MOVED_AT]!;
  if (movedAt > 0 && vehicleNow - movedAt < DRIVING_FOR) return 'driving';
  return live.engineOn ? 'idling' : 'parked';
};

/** What viewers see now. `openAlerts` is the alert store's to say. */
export const livePositionOf = (vehicle: string, state: VehicleState, now: Instant): LivePosition => {
  const { numbers } = state.live;
  return {
    vehicle,
    at: state.newestAt,
    lat: toldOr(numbers[LAT]!, undefined),
    lon: toldOr(numbers[LON]!, undefined),
    speed: toldOr(numbers[SPEED]!, undefined),
    heading: toldOr(numbers[HEADING]!, undefined),
    status: statusOf(state, now),
    driver: state.fold.last.driver,
    trip: openTripId(state.fold.track),
    openAlerts: 0,
  };
};

/** A copy of all that is known now. */
export const liveStateOf = (vehicle: string, state: VehicleState, now: Instant): LiveState => {
  const { live } = state;
  const signals: Record<string, { value: number; at: Instant }> = {};
  const { names, numbers } = live;
  for (let i = 0; i < names.length; i++)
    signals[names[i]!] = { value: numbers[SIGNALS + 2 * i]!, at: numbers[SIGNALS + 2 * i + 1]! };
  return {
    ...livePositionOf(vehicle, state, now),
    heard: state.heard,
    ignition: live.ignition ?? undefined,
    signals,
    rejected: { ...state.fold.plausible?.rejected },
  };
};
