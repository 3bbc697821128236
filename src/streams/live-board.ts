import type { VehicleId } from '../model/ids.js';
import type { LivePosition, LiveState } from '../model/live-state.js';
import type { Millis } from '../model/units.js';
import type { Cancel, Clock } from '../ports/clock.js';
import type { LiveStates } from '../ports/live.js';
import type { FoldShards } from './fold/fold-shards.js';

/** The newest of every vehicle, for viewers: changes are gathered and told some times a second, each vehicle once. */
export class LiveBoard implements LiveStates {
  private readonly listeners = new Set<(vehicles: readonly VehicleId[]) => void>();
  private readonly changes = new Set<VehicleId>();
  private timer: Cancel | undefined;

  constructor(
    private readonly shards: () => FoldShards,
    private readonly openAlerts: (vehicle: VehicleId) => number,
    private readonly clock: Clock,
    private readonly tellEvery: Millis,
  ) {}

  changed(vehicles: Iterable<VehicleId>): void {
    if (this.listeners.size === 0) return;
    for (const vehicle of vehicles) this.changes.add(vehicle);
    this.timer ??= this.clock.after(this.tellEvery, () => {
      this.timer = undefined;
      const told = [...this.changes];
      this.changes.clear();
      for (const listener of this.listeners) listener(told);
    });
  }

  position(vehicle: VehicleId): LivePosition | undefined {
    const position = this.shards().livePosition(vehicle);
    return position && { ...position, openAlerts: this.openAlerts(vehicle) };
  }

  *positions(): Iterable<LivePosition> {
    for (const position of this.shards().livePositions()) yield { ...position, openAlerts: this.openAlerts(position.vehicle) };
  }

  async state(vehicle: VehicleId): Promise<LiveState | undefined> {
    const state = await this.shards().state(vehicle);
    return state && { ...state, openAlerts: this.openAlerts(vehicle) };
  }

  onChanged(listener: (vehicles: readonly VehicleId[]) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
