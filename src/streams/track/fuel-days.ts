import type { DriverId, VehicleId } from '../../model/ids.js';
import type { NewestSignals } from '../../model/newest-signals.js';
import { NOT_TOLD, toldOr } from '../../model/not-told.js';
import type { Reading } from '../../model/reading.js';
import { placeOfSignal, toldBy } from '../../model/told-signals.js';
import { hours, type Instant, type Kmh, minutes, type Seconds, seconds } from '../../model/units.js';
import type { FuelType, VehicleClass } from '../../model/vehicle.js';
import { addTold } from './driver-days.js';
import { SIGN, signAt } from './engine-signs.js';
import { type Burnt, type FuelMemory, fuelTypeOf, type LooseFuel } from './fuel-flow.js';
import { BRAKING_WITHIN, brakedAway, coldShare, economicalRpm, speedingShare, usualIdleTurn } from './fuel-waste.js';
import type { NumbersAtStart, TrackNumbers } from './number-places.js';
import {
  addBurnt,
  addWaste,
  fuelDayRow,
  IDLE,
  IDLING,
  LEVEL_USED,
  MEASURED,
  newFuelDay,
  type OpenFuelDay,
} from './open-fuel-day.js';
import type { OutcomeSink } from './outcome-sink.js';

/** What a reading means besides its fuel. Speeds are NaN where they are not known. */
export interface FuelStep {
  vehicle: VehicleId;
  class: VehicleClass;
  driver: DriverId | '';
  day: string;
  burnt: Burnt | undefined;
  registered: FuelType | undefined;
  /** Of the step; 0 where the vehicle did not idle. */
  idle: Seconds;
  moving: boolean;
  engineOff: boolean;
  speed: Kmh;
  speedBefore: Kmh;
  /** Since the speed before. */
  since: number;
}

const CHARGE = placeOfSignal('hybrid_battery_soc');
const FUEL = placeOfSignal('fuel_level');
const WARM = 70;
const SIGN_LASTS = seconds(10);
/** So long of turning idle teaches what a turn costs; half of what is new each time. */
const LEARNING = 0.02;
/** High revs under load are needed. */
const HIGH_LOAD = 75;
/** Of what is burnt, no pattern takes more than this. */
const MOST_OF_FLOW = 0.4;
/** The level is smoothed over so much time (obd-facts §5: 1 to 5 minutes). */
const SETTLES = minutes(3);
/** A rise that is no wave (obd-facts §5: 5 to 8 %), and how long filling takes at most. */
const REFUEL_PERCENT = 8;
const FILLING = minutes(15);
const MOST_REFUELS = 16;
/** After such a silence the level is what it is then: what went meanwhile was not driven. */
const LEVEL_GAP = minutes(10);

/** Places among the vehicle's numbers. L in a turn of the crankshaft at idle, learnt; what a needless turn costs. */
const IDLE_TURN = 62;
/** L too many since the start of an engine that is not warm yet; `NOT_TOLD` where it is off. */
const COLD = 63;
const WARMED = -1;
/** Settled level of the tank (of the battery), when it was told, and down to where it is counted as used; the time is 0 until then. */
const SETTLED = 64;
const LEVEL_AT = 65;
const COUNTED = 66;

export const fuelDaysStart: NumbersAtStart = {
  from: IDLE_TURN,
  count: 5,
  not0: [
    [IDLE_TURN, NOT_TOLD],
    [COLD, NOT_TOLD],
  ],
};

export const takeFuelDays = (numbers: TrackNumbers, { idleTurn, cold, level }: LooseFuel): void => {
  numbers[IDLE_TURN] = idleTurn ?? NOT_TOLD;
  numbers[COLD] = cold ?? NOT_TOLD;
  if (level === undefined) return;
  numbers[SETTLED] = level.settled;
  numbers[LEVEL_AT] = level.at;
  numbers[COUNTED] = level.counted;
};

const entryOf = (memory: FuelMemory, step: FuelStep): OpenFuelDay => {
  const days = memory.fuelDays;
  for (let i = days.length - 1; i >= 0; i -= 1) if (days[i]!.day === step.day && days[i]!.driver === step.driver) return days[i]!;
  const { burnt, registered } = step;
  const known = burnt?.fuelTypeKnown ?? registered !== undefined;
  const entry = newFuelDay(step.driver, step.day, burnt?.fuelType ?? fuelTypeOf(memory, registered) ?? 'petrol', known);
  memory.fuelDays = days.concat([entry]);
  return entry;
};

/** Fuel that an engine burns more while cold counts as waste when it stops before it is warm; a long drive warms once, and has to. */
const countCold = (memory: FuelMemory, signs: NewestSignals, at: Instant, step: FuelStep): void => {
  const coolant = signAt(signs, SIGN.coolant_temp, at, minutes(2));
  const { numbers } = memory;
  const cold = numbers[COLD]!;
  if (coolant >= WARM) numbers[COLD] = WARMED;
  else if (step.engineOff && cold !== NOT_TOLD) {
    if (cold > 0) addWaste(entryOf(memory, step), 'cold_short_trips', cold);
    numbers[COLD] = NOT_TOLD;
  } else if (step.burnt && coolant < WARM && cold !== WARMED)
    numbers[COLD] = (cold === NOT_TOLD ? 0 : cold) + step.burnt.amount * coldShare(coolant);
};

const countHighRevs = ({ numbers }: FuelMemory, entry: OpenFuelDay, signs: NewestSignals, at: Instant, step: FuelStep): void => {
  const { amount, time, fuelType } = step.burnt!;
  const rpm = signAt(signs, SIGN.engine_rpm, at, SIGN_LASTS);
  if (!(rpm > 0) || time === 0) return;
  if (step.idle > 0) {
    const turn = amount / ((rpm / 60) * time);
    numbers[IDLE_TURN] = numbers[IDLE_TURN] === NOT_TOLD ? turn : numbers[IDLE_TURN]! + LEARNING * (turn - numbers[IDLE_TURN]!);
    return;
  }
  const excess = rpm - economicalRpm(step.class, fuelType);
  if (!(excess > 0) || signAt(signs, SIGN.engine_load, at, SIGN_LASTS) > HIGH_LOAD) return;
  const perTurn = toldOr(numbers[IDLE_TURN]!, usualIdleTurn(step.class));
  addWaste(entry, 'high_revs', Math.min(amount * MOST_OF_FLOW, perTurn * (excess / 60) * time));
};

/** A pump that is told minute by minute is one refuel. Where it was is not kept: the vehicle may be in private use. */
const noteRefuel = (entry: OpenFuelDay, { at }: Reading, from: number, to: number): void => {
  entry.refuels ??= [];
  const { refuels } = entry;
  const newest = refuels.at(-1);
  if (newest !== undefined && at - newest.at <= FILLING) newest.to = to;
  else if (refuels.length < MOST_REFUELS) refuels.push({ at, from, to, location: null });
};

/** How far the settled level has fallen while driving. Waves in the tank are smoothed away; a refuel is no use backwards. */
const countLevel = (memory: FuelMemory, reading: Reading, step: FuelStep): void => {
  const { at, signals } = reading;
  const electric = step.registered === 'electric';
  const told = toldBy(signals).known[electric ? CHARGE : FUEL]!;
  if (!(told >= 0 && told <= 100)) return;
  const { numbers } = memory;
  const levelAt = numbers[LEVEL_AT]!;
  const settled = numbers[SETTLED]!;
  const untold = levelAt === 0 || at - levelAt > LEVEL_GAP;
  if ((step.engineOff || untold) && levelAt > 0 && !electric && told - settled >= REFUEL_PERCENT)
    noteRefuel(entryOf(memory, step), reading, settled, told);
  numbers[LEVEL_AT] = at;
  // Rest shows the true level at once: what a refuel adds, a charger or a thief changes is not driven.
  if (untold || step.engineOff) {
    numbers[SETTLED] = told;
    numbers[COUNTED] = told;
    return;
  }
  if (!step.moving) return;
  const now = settled + (told - settled) * (1 - Math.exp(-(at - levelAt) / SETTLES));
  numbers[SETTLED] = now;
  const used = numbers[COUNTED]! - now;
  // Brakes of an electric vehicle give back what counts; in a tank a rise is a wave or a refuel.
  if (used >= 0.5 || (used <= -0.5 && electric)) {
    const entry = entryOf(memory, step);
    addTold(entry.numbers, LEVEL_USED, used);
    numbers[COUNTED] = now;
  } else if (used < -1) numbers[COUNTED] = now;
};

/** Adds a step to the fuel of its driver and day. */
export const tallyFuel = (memory: FuelMemory, signs: NewestSignals, reading: Reading, step: FuelStep): void => {
  const { burnt, speed, speedBefore } = step;
  countLevel(memory, reading, step);
  countCold(memory, signs, reading.at, step);
  if (burnt === undefined) return;
  const { amount, time, method, fuelType } = burnt;
  // An engine that is off burns nothing, which is no measurement.
  if (amount === 0 && step.engineOff) return;
  const entry = entryOf(memory, step);
  entry.fuelType = fuelType;
  entry.fuelTypeKnown = burnt.fuelTypeKnown;
  addBurnt(entry, method, amount);
  if (step.idle > 0) {
    entry.numbers[IDLE]! += amount;
    entry.numbers[IDLING]! += time;
  }
  countHighRevs(memory, entry, signs, reading.at, step);
  if (Number.isNaN(speed)) return;
  const before = Number.isNaN(speedBefore) ? speed : speedBefore;
  if (step.moving) entry.numbers[MEASURED]! += ((speed + before) / 2) * (time / 3_600);
  addWaste(entry, 'speeding', amount * speedingShare(step.class, Math.min(speed, before)));
  if (step.since > 0 && step.since <= BRAKING_WITHIN)
    addWaste(entry, 'harsh_driving', brakedAway(step.class, fuelType, before, speed, step.since / 1_000));
};

/** Tells the days that are over and forgets them; one is kept beyond its end, as with driver days. */
export const closeFuelDays = (
  memory: FuelMemory,
  vehicle: VehicleId,
  at: Instant,
  dayOf: (at: Instant) => string,
  sink: OutcomeSink,
): void => {
  if (memory.fuelDays.length === 0) return;
  const oldest = dayOf(at - hours(26));
  memory.fuelDays = memory.fuelDays.filter(entry => {
    if (entry.day >= oldest) return true;
    sink.fuelDay(fuelDayRow(entry, vehicle));
    return false;
  });
};
