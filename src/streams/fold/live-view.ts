import type { LiveState, VehicleStatus } from '../../model/live-state.js';
import type { Reading } from '../../model/reading.js';
import { type Instant, seconds } from '../../model/units.js';
import { openOutcomes } from '../track/track-vehicle.js';
import type { LiveMemory, VehicleState } from './vehicle.js';

/** At or above this a vehicle drives, and for how long after it did (contract §5). */
const DRIVING_SPEED = 5;
export const DRIVING_FOR = seconds(60);
const RUNNING_RPM = 400;
const SIGNALS_KEPT = 128;

/** The newest reading of the fold is this one now. Called in order of their time only, so nothing shown jumps back. */
export const showNewest = (state: VehicleState, reading: Reading): void => {
  state.newestAt = reading.at;
  state.newestReceived = reading.received;
  state.newestDevice = reading.device;
  state.newestSeq = reading.seq ?? null;
  showReading(state.live, reading);
};

const showReading = (live: LiveMemory, reading: Reading): void => {
  const { fix, signals, at } = reading;
  if (fix) {
    live.lat = fix.lat;
    live.lon = fix.lon;
    live.heading = fix.heading ?? live.heading;
  }
  const speed = signals.vehicle_speed ?? fix?.speed;
  if (speed !== undefined) {
    live.speed = speed;
    live.speedAt = at;
    if (speed >= DRIVING_SPEED) live.movedAt = at;
  }
  if (reading.ignition !== undefined) live.ignition = reading.ignition;
  const rpm = signals.engine_rpm;
  if (rpm !== undefined) live.engineOn = rpm > RUNNING_RPM;
  else if (reading.ignition !== undefined) live.engineOn = reading.ignition;
  for (const name in signals) showSignal(live, name, signals[name]!, at);
  if (reading.externalVoltage !== undefined) showSignal(live, 'external_voltage', reading.externalVoltage, at);
  if (reading.odometer !== undefined) showSignal(live, 'odometer', reading.odometer, at);
};

const showSignal = (live: LiveMemory, name: string, value: number, at: Instant): void => {
  if (!(name in live.times) && Object.keys(live.times).length >= SIGNALS_KEPT) return;
  live.values[name] = value;
  live.times[name] = at;
};

/** @param now of the newest tick; vehicle time goes on from its newest reading as the server's does from its arrival */
export const statusOf = (state: VehicleState, now: Instant): VehicleStatus => {
  if (state.offline) return 'offline';
  const vehicleNow = state.newestAt + Math.max(0, now - state.newestReceived);
  const { live } = state;
  if (live.movedAt > 0 && vehicleNow - live.movedAt < DRIVING_FOR) return 'driving';
  return live.engineOn ? 'idling' : 'parked';
};

/** A copy of what is known now, for viewers. `openAlerts` is the alert store's to say. */
export const liveStateOf = (vehicle: string, state: VehicleState, now: Instant): LiveState => {
  const { live } = state;
  const signals: Record<string, { value: number; at: Instant }> = {};
  for (const name in live.values) signals[name] = { value: live.values[name]!, at: live.times[name]! };
  const trip = openOutcomes(state.fold.track).trip;
  return {
    vehicle,
    at: state.newestAt,
    heard: state.heard,
    lat: live.lat ?? undefined,
    lon: live.lon ?? undefined,
    speed: live.speed ?? undefined,
    heading: live.heading ?? undefined,
    ignition: live.ignition ?? undefined,
    status: statusOf(state, now),
    driver: state.fold.last.driver,
    trip: trip?.status === 'open' ? trip.id : null,
    openAlerts: 0,
    signals,
  };
};
