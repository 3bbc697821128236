import type { Counters } from '../../model/counters.js';
import type { VehicleId } from '../../model/ids.js';
import type { LivePosition, LiveState } from '../../model/live-state.js';
import type { Offset, Partition, RecordBatch } from '../../model/record.js';
import type { TrackChunk } from '../../model/trip.js';
import type { Instant } from '../../model/units.js';
import type { RollUpRow } from '../../ports/database.js';
import { type GiveWay, neverGiveWay } from '../../ports/give-way.js';
import type { StateStore, StateWrite } from '../../ports/state-store.js';
import { openChunk, openOutcomes } from '../track/track-vehicle.js';
import { JudgedAlike } from './asleep/judged-alike.js';
import { StatePacker } from './asleep/state-packer.js';
import { heardLast, watchOver } from './asleep/watch-over.js';
import { Conditions } from './conditions.js';
import type { FoldEffects } from './effects.js';
import type { FoldContext, FoldJournal } from './fold-context.js';
import type { Hearing } from './hearing.js';
import { livePositionOf, liveStateOf, positionShown } from './live-view.js';
import { PartitionFold } from './partition-fold.js';
import { type PartitionPosition, PartitionStore } from './partition-store.js';
import { rowOf } from './refold/amendments.js';
import { LongShare } from './refold/long-share.js';
import type { PastBounds } from './refold/past-bounds.js';
import { type RefoldPace, refoldPace } from './refold/refold-pace.js';
import { readSharedFacts, sharedFactWrite } from './shared-facts.js';
import { UnknownFields } from './unknown-fields.js';
import type { Vehicle } from './vehicle.js';
import { VehicleFold } from './vehicle-fold.js';
import type { VehicleState } from './vehicle-state.js';

export interface ShardOptions {
  journal: FoldJournal;
  state: Pick<StateStore, 'get' | 'range' | 'write'>;
  counters: Counters;
  partitions: number;
  /** A partition is saved this long after it was saved last, by ticks; at different times each. */
  snapshotEvery: number;
  /** Asked between records, and between the vehicles of a snapshot. */
  giveWay?: GiveWay;
  /** So many vehicles of each partition may be awake; left out: all. */
  mostAwake?: number;
  /** How much of a past is held while it is folded again. */
  pastBounds?: PastBounds;
  /** How often a vehicle may be folded again; left out but in tests. */
  pace?: RefoldPace;
}

/** Folds partitions: their vehicles in memory, and their snapshots. */
export class Shard {
  private readonly partitions = new Map<Partition, PartitionFold>();
  private readonly saved = new Map<Partition, { next: Offset; tick: number }>();
  private readonly context: FoldContext;
  private factsLoaded: Promise<void> | undefined;

  constructor(private readonly options: ShardOptions) {
    const { journal, state, counters, giveWay = neverGiveWay, pastBounds, mostAwake, pace = refoldPace } = options;
    this.context = {
      journal,
      counters,
      giveWay,
      pastBounds,
      pace,
      longShare: new LongShare(),
      store: new PartitionStore(state, giveWay),
      conditions: new Conditions(),
      unsavedFacts: [],
      unknownFields: new UnknownFields(),
      packer: new StatePacker(),
      judgedAlike: new JudgedAlike(),
      mostAwake: mostAwake ?? Number.POSITIVE_INFINITY,
      fold: new VehicleFold(() => counters.add('deadlines_poisoned_total')),
      windows: new Set(),
      growing: new Set(),
    };
  }

  /** Where partition `p` was saved; it need not be assigned. */
  position(p: Partition): Promise<PartitionPosition> {
    return this.context.store.position(p);
  }

  /** Loads a partition's state. @param known its position, where that has been read already @returns the offset to go on from */
  async assign(p: Partition, known?: PartitionPosition): Promise<Offset> {
    this.factsLoaded ??= this.loadFacts();
    await this.factsLoaded;
    const position = known ?? (await this.position(p));
    const vehicles = await this.context.store.vehicles(p);
    const partition = new PartitionFold(p, this.context, position);
    for (const [id, state] of vehicles) partition.add(id, state);
    this.partitions.set(p, partition);
    // Spread anew: those that were not saved while the server was away would all be due at its first tick.
    this.saved.set(p, { next: position.next, tick: 0 });
    return position.next;
  }

  private async loadFacts(): Promise<void> {
    for await (const { offset, fact } of readSharedFacts(this.options.state)) this.context.conditions.apply(offset, fact);
  }

  /** Decodes and folds records of one partition. A promise only where something has to be waited for. */
  fold(p: Partition, records: RecordBatch): FoldEffects | Promise<FoldEffects> {
    return this.held(p).fold(records);
  }

  /**
   * Rows of some vehicles of partition `p` went to the roll-up. What they are now may have gone before them, while they waited for alerts to be
   * on disk, so they are told once more: else the older row would stay.
   */
  handedOver(p: Partition, whose: readonly VehicleId[]): void {
    const { vehicles } = this.held(p);
    for (const id of whose) {
      const vehicle = vehicles.get(id);
      if (vehicle) this.context.growing.add(vehicle);
    }
  }

  snapshotDue(p: Partition): boolean {
    const { lastTick } = this.held(p).position;
    const saved = this.saved.get(p)!;
    // Facts may come before the first tick: then there is no time yet.
    if (lastTick === 0) return false;
    if (saved.tick === 0 || saved.tick > lastTick) {
      // Spread over the period, so that not all write at once; anew where time was set back.
      saved.tick = lastTick - Math.floor((this.options.snapshotEvery * p) / this.options.partitions);
      return false;
    }
    return lastTick - saved.tick >= this.options.snapshotEvery;
  }

  /**
   * Saves what changed since the last time, with the position and `also`, all or nothing.
   * @throws {PartitionTakenError} somebody else saved meanwhile
   */
  async snapshot(p: Partition, also: readonly StateWrite[]): Promise<void> {
    const partition = this.held(p);
    const saved = this.saved.get(p)!;
    const { unsavedFacts } = this.context;
    const count = unsavedFacts.length;
    const writes = unsavedFacts.map(({ offset, fact }) => sharedFactWrite(offset, fact));
    const dirty = [...partition.vehicles.values()].filter(vehicle => vehicle.dirty);
    await this.context.store.save(p, saved.next, partition.position, dirty, [...writes, ...also]);
    unsavedFacts.splice(0, count);
    this.saved.set(p, { next: partition.position.next, tick: partition.position.lastTick });
    this.options.counters.add('snapshots_total');
  }

  /** The offset up to which partition `p` is on disk. */
  savedUpTo(p: Partition): Offset {
    return this.saved.get(p)?.next ?? 0;
  }

  release(p: Partition): void {
    const partition = this.partitions.get(p);
    partition?.long.stop();
    for (const vehicle of partition?.vehicles.values() ?? []) {
      this.context.windows.delete(vehicle);
      this.context.growing.delete(vehicle);
    }
    this.partitions.delete(p);
  }

  /**
   * Rows of vehicles that grew since they were last asked for, longest ago first. The open chunk of a track is none of them: it is written
   * once, when it is full or its trip ends, and who wants to see it before asks for it (`openChunk`).
   */
  grown(limit: number): RollUpRow[] {
    const rows: RollUpRow[] = [];
    let taken = 0;
    for (const vehicle of this.context.growing) {
      if (vehicle.broken) continue;
      if (taken++ >= limit) break;
      this.context.growing.delete(vehicle);
      const { trip, days, dtcs, fuelDays, healthDay } = vehicle.look(state => openOutcomes(state.fold.track, vehicle.id));
      if (trip) rows.push(rowOf({ table: 'trip', value: trip }));
      for (const day of days) rows.push(rowOf({ table: 'driver_day', value: day }));
      for (const dtc of dtcs) rows.push(rowOf({ table: 'record', value: dtc }));
      for (const day of fuelDays) rows.push(rowOf({ table: 'fuel_day', value: day }));
      if (healthDay) rows.push(rowOf({ table: 'vehicle_health_day', value: healthDay }));
    }
    return rows;
  }

  /** The part of a vehicle's open trip that is in no row yet. */
  openChunk(p: Partition, id: VehicleId): TrackChunk | undefined {
    const vehicle = this.partitions.get(p)?.vehicles.get(id);
    return vehicle && !vehicle.broken ? vehicle.look(({ fold }) => openChunk(fold.track)) : undefined;
  }

  /** Up to where partition `p` has been folded. */
  nextOffset(p: Partition): Offset {
    return this.held(p).position.next;
  }

  lastTick(p: Partition): Instant {
    return this.held(p).position.lastTick;
  }

  positions(): Map<Partition, Offset> {
    return new Map([...this.partitions].map(([p, { position }]) => [p, position.next]));
  }

  /** What devices sent and nobody here knows. */
  unknownFields(): Record<string, Record<string, number>> {
    return this.context.unknownFields.all();
  }

  /** How many values of signals were not believed, by reason, over all vehicles. */
  rejectedValues(): Record<string, number> {
    const sum: Record<string, number> = {};
    for (const { vehicles } of this.partitions.values()) {
      for (const vehicle of vehicles.values()) {
        const rejected = vehicle.asleep ? vehicle.asleep.rejected : (vehicle.state.fold.plausible?.rejected ?? null);
        if (rejected === null) continue;
        for (const [reason, count] of Object.entries(rejected)) sum[reason] = (sum[reason] ?? 0) + count;
      }
    }
    return sum;
  }

  /** The newest tick that was folded; 0 before any. */
  newestTick(): number {
    return Math.max(0, ...[...this.partitions.values()].map(({ position }) => position.lastTick));
  }

  state(p: Partition, id: VehicleId): LiveState | undefined {
    const found = this.heard(p, id);
    return found && liveStateOf(id, found.state, found.now);
  }

  livePosition(p: Partition, id: VehicleId): LivePosition | undefined {
    const partition = this.partitions.get(p);
    const vehicle = partition?.vehicles.get(id);
    return vehicle && partition && this.positionOf(vehicle, partition.position.lastTick);
  }

  /** Wakes nobody. @returns undefined where it was never heard */
  private positionOf(vehicle: Vehicle, now: Instant): LivePosition | undefined {
    const { id, asleep } = vehicle;
    if (heardLast(vehicle) === 0) return undefined;
    return asleep ? positionShown(id, this.context.packer.shown(asleep.packed), now) : livePositionOf(id, vehicle.state, now);
  }

  private heard(p: Partition, id: VehicleId): { state: VehicleState; now: Instant } | undefined {
    const partition = this.partitions.get(p);
    const vehicle = partition?.vehicles.get(id);
    if (!vehicle || !partition || vehicle.state.heard === 0) return undefined;
    return { state: vehicle.state, now: partition.position.lastTick };
  }

  /** When those were heard last that a rule watches for silence, and the outages known. */
  hearing(rule: string | null, since: Instant): Hearing {
    const heard: Hearing = { tickedUpTo: Number.MAX_SAFE_INTEGER, outages: [], params: null, groups: {} };
    let least = Number.MAX_SAFE_INTEGER;
    for (const partition of this.partitions.values()) {
      const { lastTick, next, outages } = partition.position;
      heard.tickedUpTo = Math.min(heard.tickedUpTo, lastTick);
      // What all partitions know is what the one knows that has folded least.
      if (next < least) {
        least = next;
        heard.outages = outages?.map(({ alert: _alert, ...outage }) => outage) ?? [];
      }
      if (rule === null) continue;
      for (const vehicle of partition.vehicles.values()) {
        const heardAt = heardLast(vehicle);
        if (heardAt < since || heardAt === 0) continue;
        const { active, group, deleted } = watchOver(this.context.conditions, vehicle, next);
        if (active?.settings.id !== rule || deleted) continue;
        heard.params = active.params;
        heard.groups[group ?? ''] ??= [];
        heard.groups[group ?? '']!.push(heardAt);
      }
    }
    return heard;
  }

  /** @param only of this partition */
  *livePositions(only?: Partition): Iterable<LivePosition> {
    for (const { partition, vehicles, position } of this.partitions.values()) {
      if (partition !== (only ?? partition)) continue;
      for (const vehicle of vehicles.values()) {
        const shown = this.positionOf(vehicle, position.lastTick);
        if (shown) yield shown;
      }
    }
  }

  private held(p: Partition): PartitionFold {
    const partition = this.partitions.get(p);
    if (!partition) throw new Error(`partition ${p} is not held here`);
    return partition;
  }
}
