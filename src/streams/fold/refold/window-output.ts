import type { AlertOutcome } from '../../../model/alert.js';
import type { DrawnChunk } from '../../../model/drawn-track/drawn-chunk.js';
import type { FuelDay } from '../../../model/fuel.js';
import type { HealthDay } from '../../../model/health.js';
import type { VehicleId } from '../../../model/ids.js';
import type { DriverDay, TripOutcome } from '../../../model/trip.js';
import { recordKey, type VehicleRecord } from '../../../model/vehicle-record.js';
import { openOutcomes } from '../../track/track-vehicle.js';
import type { FoldMemory } from '../fold-memory.js';
import type { FoldOutput } from '../fold-output.js';
import { dayKey, healthDayKey, trackKey } from '../row-keys.js';

export type Outcome =
  | { table: 'trip'; value: TripOutcome }
  | { table: 'track'; value: DrawnChunk }
  | { table: 'driver_day'; value: DriverDay }
  | { table: 'record'; value: VehicleRecord }
  | { table: 'fuel_day'; value: FuelDay }
  | { table: 'vehicle_health_day'; value: HealthDay }
  | { table: 'alert'; value: AlertOutcome };

/** Gathers what a fold over some readings says, by key, so that two folds can be compared. */
export class WindowOutput implements FoldOutput {
  readonly outcomes = new Map<string, Outcome>();
  /** Set when the vehicle came between trips in the newest step. */
  atBorder = false;

  /** @param base what had been said and may still be amended when the window begins */
  constructor(
    private readonly vehicle: VehicleId,
    base: FoldMemory,
  ) {
    this.addOpen(base);
    for (const alert of base.alerts) this.alert(alert);
  }

  trip(trip: TripOutcome): void {
    this.outcomes.set(`trip ${trip.id}`, { table: 'trip', value: trip });
  }

  track(chunk: DrawnChunk): void {
    this.outcomes.set(`track ${trackKey(chunk)}`, { table: 'track', value: chunk });
  }

  driverDay(day: DriverDay): void {
    this.outcomes.set(`day ${dayKey(day)}`, { table: 'driver_day', value: day });
  }

  fuelDay(day: FuelDay): void {
    this.outcomes.set(`fuel ${dayKey(day)}`, { table: 'fuel_day', value: day });
  }

  healthDay(day: HealthDay): void {
    this.outcomes.set(`health ${healthDayKey(day)}`, { table: 'vehicle_health_day', value: day });
  }

  alert(alert: AlertOutcome): void {
    this.outcomes.set(`alert ${alert.id}`, { table: 'alert', value: alert });
  }

  record(record: VehicleRecord): void {
    this.outcomes.set(`record ${recordKey(record)}`, { table: 'record', value: record });
  }

  betweenTrips(): void {
    this.atBorder = true;
  }

  /** Those that still grow, as they are now; but for the open chunk, which is no row before it is full. */
  addOpen(memory: FoldMemory): void {
    const { trip, days, dtcs, fuelDays, healthDay } = openOutcomes(memory.track, this.vehicle);
    if (trip) this.trip(trip);
    for (const day of days) this.driverDay(day);
    for (const dtc of dtcs) this.record(dtc);
    for (const day of fuelDays) this.fuelDay(day);
    if (healthDay) this.healthDay(healthDay);
  }
}
