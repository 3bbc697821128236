import type { HealthNews } from '../../model/moment.js';
import { noteSignals } from '../../model/newest-signals.js';
import type { Reading } from '../../model/reading.js';
import type { Kmh, Litres, Millis, Seconds } from '../../model/units.js';
import { engineState } from './engine-state.js';
import { closeFuelDays, type FuelStep, tallyFuel } from './fuel-days.js';
import { burnFuel, litresOf } from './fuel-flow.js';
import type { HealthStep } from './health/health-step.js';
import { closeHealthDay, trackHealth } from './health/track-health.js';
import type { OutcomeSink } from './outcome-sink.js';
import type { TrackMemory } from './track-memory.js';
import { IDLING, MOVING } from './track-motion.js';
import type { VehicleConditions } from './vehicle-conditions.js';

/** What moved at the reading, and before it; speeds are NaN where they are not known. */
export interface UpkeepStep {
  /** Since the reading before. */
  since: Millis;
  /** Counted as idling. */
  idle: Seconds;
  speed: Kmh;
  speedBefore: Kmh;
  /** Between the two speeds; 0 where the reading tells none. */
  speedSince: Millis;
}

/** Used again at each reading. What is not known is NaN in these: a number that may also be undefined is a new object each time it is set. */
const fuelStep: FuelStep = {
  vehicle: '',
  class: 'car',
  driver: '',
  day: '',
  burnt: undefined,
  registered: undefined,
  idle: 0,
  moving: false,
  engineOff: false,
  speed: Number.NaN,
  speedBefore: Number.NaN,
  since: 0,
};
const healthStep: HealthStep = {
  day: '',
  since: 0,
  engineOn: false,
  standby: false,
  moving: false,
  idling: false,
  burnsFuel: true,
  light: true,
  speed: Number.NaN,
  speedBefore: Number.NaN,
};

/**
 * Burns fuel and counts it on its driver's day, and takes the reading into the vehicle's health. After engine and motion.
 * @returns litres for the trip; NaN where nothing measured them
 */
export const trackUpkeep = (
  memory: TrackMemory,
  reading: Reading,
  conditions: VehicleConditions,
  { since, idle, speed, speedBefore, speedSince }: UpkeepStep,
): Litres => {
  const { days, numbers } = memory;
  const engine = engineState(numbers);
  const moving = numbers[MOVING] === 1;
  const { vehicle, class: vehicleClass, fuelType } = conditions;
  noteSignals(memory, reading);
  const burnt = burnFuel(memory, memory, reading, conditions, moving);
  fuelStep.vehicle = vehicle;
  fuelStep.class = vehicleClass;
  fuelStep.driver = days.driver;
  fuelStep.day = days.day;
  fuelStep.burnt = burnt;
  fuelStep.registered = fuelType;
  fuelStep.idle = idle;
  fuelStep.moving = moving;
  fuelStep.engineOff = engine === 'off';
  fuelStep.speed = speed;
  fuelStep.speedBefore = speedBefore;
  fuelStep.since = speedSince;
  tallyFuel(memory, memory, reading, fuelStep);
  healthStep.day = days.day;
  healthStep.since = since;
  healthStep.engineOn = engine === 'on';
  healthStep.standby = engine === 'standby';
  healthStep.moving = moving;
  healthStep.idling = numbers[IDLING] === 1;
  healthStep.burnsFuel = fuelType !== 'electric' && fuelType !== 'hybrid';
  healthStep.light = vehicleClass === 'car' || vehicleClass === 'van';
  healthStep.speed = speed;
  healthStep.speedBefore = speedBefore;
  memory.health = trackHealth(memory.health ?? null, memory, reading, healthStep);
  return litresOf(burnt);
};

/** Tells the days that are over, when a new one has begun. @param out gets what the day says of the vehicle's health */
export const closeUpkeepDays = (
  memory: TrackMemory,
  at: number,
  { vehicle, dayOf }: VehicleConditions,
  sink: OutcomeSink,
  out: HealthNews[],
): void => {
  closeFuelDays(memory, vehicle, at, dayOf, sink);
  const over = closeHealthDay(memory.health ?? null, memory.days.day, vehicle, memory.dtcs, out);
  if (over !== undefined) sink.healthDay(over);
};
