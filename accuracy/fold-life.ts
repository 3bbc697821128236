import type { AlertOutcome } from '../src/model/alert.js';
import { defaultFleetSettings } from '../src/model/fleet-settings.js';
import type { FuelDay } from '../src/model/fuel.js';
import type { HealthDay } from '../src/model/health.js';
import { emptyReading, type Reading } from '../src/model/reading.js';
import { defaultRuleSettings } from '../src/rules/default-rules.js';
import type { LifeEvent } from '../src/simulator/health/vehicle-life.js';
import { newFoldMemory } from '../src/streams/fold/fold-memory.js';
import type { FoldOutput } from '../src/streams/fold/fold-output.js';
import { InForce } from '../src/streams/fold/in-force.js';
import { VehicleFold } from '../src/streams/fold/vehicle-fold.js';
import { openOutcomes } from '../src/streams/track/track-vehicle.js';
import { plainConditions } from '../tests/golden/fold-trips.js';

/** What the fold made of a vehicle's life. */
export interface FoldedLife {
  /** In order. */
  healthDays: HealthDay[];
  fuelDays: FuelDay[];
  /** Each with the day and the text of every time it was told, the first one first. */
  alerts: { alert: AlertOutcome; told: { at: number; message: string }[] }[];
  /** Of the memory of health, as text. */
  memoryBytes: number;
}

const settings = defaultRuleSettings().filter(({ kind }) => kind === 'health_forecast');
const rules = new InForce(0, defaultFleetSettings, settings, () => []).rulesFor('v', 'car', null);

export const lifeReadings = (events: readonly LifeEvent[], device = 'v'): Reading[] =>
  events.map(({ at, ignition, externalVoltage, odometer, signals }, offset) => ({
    ...emptyReading(at, at, device, offset, 0),
    ignition,
    externalVoltage,
    odometer,
    signals,
  }));

/** Folds readings of one vehicle in order, with the rule that warns of failures ahead. */
export const foldLife = (readings: readonly Reading[]): FoldedLife => {
  const memory = newFoldMemory();
  const fold = new VehicleFold();
  const conditions = plainConditions('v', { fuelType: 'petrol' });
  const healthDays: HealthDay[] = [];
  const fuelDays: FuelDay[] = [];
  const alerts = new Map<string, FoldedLife['alerts'][number]>();
  let now = 0;
  const output: FoldOutput = {
    trip: () => {},
    track: () => {},
    driverDay: () => {},
    fuelDay: day => void fuelDays.push(structuredClone(day)),
    healthDay: day => void healthDays.push(day),
    record: () => {},
    betweenTrips: () => {},
    alert: alert => {
      const known = alerts.get(alert.id) ?? { alert, told: [] };
      known.told.push({ at: now, message: alert.message });
      known.alert = structuredClone(alert);
      alerts.set(alert.id, known);
    },
  };
  for (const reading of readings) {
    now = reading.at;
    fold.step(memory, reading, { conditions, rules }, () => ({ conditions, rules }), output);
  }
  const { healthDay, fuelDays: open } = openOutcomes(memory.track, 'v');
  if (healthDay) healthDays.push(healthDay);
  fuelDays.push(...open);
  return {
    healthDays,
    fuelDays,
    alerts: [...alerts.values()],
    memoryBytes: JSON.stringify(memory.track.health).length,
  };
};
