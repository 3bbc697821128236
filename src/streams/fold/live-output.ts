import type { AlertOutcome } from '../../model/alert.js';
import type { DrawnChunk } from '../../model/drawn-track/drawn-chunk.js';
import type { FuelDay } from '../../model/fuel.js';
import type { HealthDay } from '../../model/health.js';
import type { Offset, Partition } from '../../model/record.js';
import type { DriverDay, TripOutcome } from '../../model/trip.js';
import type { VehicleRecord } from '../../model/vehicle-record.js';
import { type AlertEffect, type FoldEffects, newFoldEffects } from './effects.js';
import type { FoldOutput } from './fold-output.js';
import type { AlertAmendment } from './refold/amendments.js';
import { rowOf } from './refold/amendments.js';
import type { Outcome } from './refold/window-output.js';

/** Takes what the live fold finds, record by record, and keys it by its place in the journal. */
export class LiveOutput implements FoldOutput {
  effects: FoldEffects = newFoldEffects();
  /** Set when the vehicle came between trips in the newest step. */
  atBorder = false;
  private offset: Offset = 0;
  private n = 0;
  private alertsAtMark = 0;
  private rowsAtMark = 0;
  private nAtMark = 0;

  constructor(private readonly partition: Partition) {}

  /** What follows is on account of this record. */
  at(offset: Offset): void {
    if (offset === this.offset) return;
    this.offset = offset;
    this.n = 0;
  }

  trip(trip: TripOutcome): void {
    this.row({ table: 'trip', value: trip });
  }

  track(chunk: DrawnChunk): void {
    this.row({ table: 'track', value: chunk });
  }

  driverDay(day: DriverDay): void {
    this.row({ table: 'driver_day', value: day });
  }

  record(record: VehicleRecord): void {
    this.row({ table: 'record', value: record });
  }

  fuelDay(day: FuelDay): void {
    this.row({ table: 'fuel_day', value: day });
  }

  healthDay(day: HealthDay): void {
    this.row({ table: 'vehicle_health_day', value: day });
  }

  row(outcome: Exclude<Outcome, { table: 'alert' }>): void {
    this.effects.rows.push(rowOf(outcome));
  }

  alert(alert: AlertOutcome, change: 'raised' | 'updated'): void {
    this.effects.alerts.push({ ...this.place(), id: alert.id, vehicle: alert.vehicle, change, outcome: structuredClone(alert) });
  }

  amend(vehicle: string, amendment: AlertAmendment): void {
    this.effects.alerts.push({ ...this.place(), vehicle, ...amendment });
  }

  handled(effect: Omit<Extract<AlertEffect, { change: 'handled' }>, 'partition' | 'offset' | 'n' | 'change'>): void {
    this.effects.alerts.push({ ...this.place(), change: 'handled', ...effect });
  }

  betweenTrips(): void {
    this.atBorder = true;
  }

  /** Remembers how far it is, to come back to when a step throws. */
  mark(): void {
    this.alertsAtMark = this.effects.alerts.length;
    this.rowsAtMark = this.effects.rows.length;
    this.nAtMark = this.n;
  }

  backToMark(): void {
    this.effects.alerts.length = this.alertsAtMark;
    this.effects.rows.length = this.rowsAtMark;
    this.n = this.nAtMark;
  }

  /** Hands out what was gathered. */
  take(): FoldEffects {
    const { effects } = this;
    this.effects = newFoldEffects();
    return effects;
  }

  private place(): { partition: Partition; offset: Offset; n: number } {
    return { partition: this.partition, offset: this.offset, n: this.n++ };
  }
}
