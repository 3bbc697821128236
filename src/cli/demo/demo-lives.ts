import { days, type Instant, type Litres, type Seconds } from '../../model/units.js';
import { type Faults, type LifeEvent, vehicleLife } from '../../simulator/health/vehicle-life.js';
import type { VehicleCondition } from '../../simulator/simulated-vehicle.js';

/** How far back the lives go: further than the least that a forecast needs. */
const DAYS = 36;

/** What is wrong with a vehicle of the demo, by its number, for weeks already. The others are new in the fleet, and say so. */
const FAULTS: ReadonlyMap<number, Faults> = new Map<number, Faults>([
  [1, {}],
  [3, { battery: { from: 6, voltsPerDay: 0.019 } }],
  [6, { thermostat: { from: 24 } }],
  [10, { leak: { from: 8, percentPerDay: 0.45 } }],
  [13, { battery: { from: 10, voltsPerDay: 0.011 } }],
  [16, {}],
]);

/** An open thermostat on a mild day. */
const STAYS_COLD = 58;

/** Vehicles that were there for weeks. */
export const livedBefore = (no: number): boolean => FAULTS.has(no);

export interface DemoLife {
  /** What the device told before, oldest first, as devices send it; whole days. */
  events: object[];
  /** How the vehicle is today, so that its present goes on where its past ends. */
  condition: VehicleCondition;
}

/** The weeks before `until` of one vehicle; none and as new for most. */
export const lifeBefore = (seed: string, no: number, until: Instant, tank_l: Litres): DemoLife => {
  const faults = FAULTS.get(no);
  if (faults === undefined) return { events: [], condition: {} };
  const midnight = Math.floor(until / days(1)) * days(1);
  const { events, truths } = vehicleLife(`${seed}-demo-${no}`, midnight - days(DAYS), DAYS, faults);
  const odometer_km = events.findLast(({ odometer }) => odometer !== undefined)?.odometer;
  const told = withTank(events, tank_l);
  return {
    events: told,
    condition: {
      filled: told.at(-1)!.signals.fuel_level / 100,
      ...{ resting: truths.at(-1)!.resting, ...(odometer_km !== undefined && { odometer_km }) },
      ...(faults.thermostat && { thermostat: STAYS_COLD }),
      ...(faults.leak && { trim: (DAYS - faults.leak.from) * faults.leak.percentPerDay }),
    },
  };
};

/** L burnt of a gram of air, petrol. */
const LITRES_PER_GRAM = 1 / 14.7 / 745;
const REFUEL_BELOW = 0.2;
const FULL = 0.93;
/** Time between two events that the engine may have burnt through. */
const LONGEST_STEP: Seconds = 60;

/** The events as devices send them, with a tank that is emptied by the air that went in and filled while the vehicle stands. */
const withTank = (events: readonly LifeEvent[], tank_l: Litres): { signals: { fuel_level: number } }[] => {
  let litres = tank_l * FULL;
  let before: LifeEvent | undefined;
  return events.map(event => {
    const { at, ignition, externalVoltage, odometer, signals } = event;
    const passed = before === undefined ? 0 : (at - before.at) / 1_000;
    litres -= passed > LONGEST_STEP ? 0 : (before?.signals.mass_air_flow ?? 0) * passed * LITRES_PER_GRAM;
    if (!ignition && before?.ignition === false && litres < tank_l * REFUEL_BELOW) litres = tank_l * FULL;
    before = event;
    return {
      ...{ ts: at, ignition, external_voltage: externalVoltage, ...(odometer !== undefined && { odometer_km: odometer }) },
      signals: { ...signals, fuel_level: Math.round((1_000 * litres) / tank_l) / 10 },
    };
  });
};

/** Services of a vehicle of the demo: one that is overdue, one that comes soon, one later. */
export const servicePlanOf = (no: number, now: Instant): object[] => {
  const day = (from_now: number): string => new Date(now + days(from_now)).toISOString().slice(0, 10);
  return [
    { name: 'Oil change', every_days: 365, last: { date: day(-(120 + ((no * 37) % 260))) } },
    { name: 'Brake fluid', every_days: 730, last: { date: day(-(200 + ((no * 53) % 560))) } },
    { name: 'Filters', every_hours: 250, last: { date: day(-30) } },
    { name: 'Inspection', due_date: day(20 + ((no * 41) % 300)) },
  ];
};
