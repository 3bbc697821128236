import { TelltaleError } from '../../model/errors.js';
import type { VehicleId } from '../../model/ids.js';
import type { Offset, Partition } from '../../model/record.js';
import type { Instant } from '../../model/units.js';
import { type GiveWay, neverGiveWay } from '../../ports/give-way.js';
import type { StateStore, StateWrite } from '../../ports/state-store.js';
import type { Checkpoint } from './checkpoints.js';
import type { KnownOutage } from './presence.js';
import { stateBroughtUpToDate } from './read-memory.js';
import { TextRoom } from './text-room.js';
import type { Vehicle } from './vehicle.js';
import type { VehicleState } from './vehicle-state.js';

/** Somebody else wrote the state of this partition meanwhile: whoever holds it now must start afresh. */
export class PartitionTakenError extends TelltaleError {
  readonly code = 'PARTITION_TAKEN';
  readonly fault = 'bug';
}

/** How far a partition's state is, and what else it needs to go on. */
export interface PartitionPosition {
  /** Everything before this offset is in the state. */
  next: Offset;
  lastTick: Instant;
  /** From this tick on silence counts. */
  graceFrom: Instant;
  /** The newest outages, oldest first; few, and absent while there was none. */
  outages?: KnownOutage[];
  /** Time was set back from one moment, which has not come again yet, to another; see `set-back.ts`. */
  setBack?: { from: Instant; to: Instant };
}

const STATE_VERSION = 1;
const textOf = (state: VehicleState): string => JSON.stringify(state);
const ARCHIVE = 'fold/archived/';
/** Removed in one write. */
const FORGOTTEN_AT_ONCE = 1_000;
const pad = (n: number): string => String(n).padStart(16, '0');
const key = {
  position: (p: Partition) => `fold/position/${pad(p)}`,
  vehicles: (p: Partition) => `fold/vehicle/${pad(p)}/`,
  vehicle: (p: Partition, id: VehicleId) => `fold/vehicle/${pad(p)}/${id}`,
  archive: (id: VehicleId) => `${ARCHIVE}${id}/`,
  archived: (id: VehicleId, at: Instant) => `${ARCHIVE}${id}/${pad(Math.max(0, at))}`,
  checkpoint: (id: VehicleId, at: Instant) => `fold/checkpoint/${id}/${at < 0 ? '-' : pad(at)}`,
};

/** Snapshots of partitions: memories, checkpoints and position, written together or not at all. */
export class PartitionStore {
  private readonly room = new TextRoom();

  constructor(
    private readonly store: Pick<StateStore, 'get' | 'range' | 'write'>,
    private readonly giveWay: GiveWay = neverGiveWay,
  ) {}

  /** All of partition `p` as they were saved last. @throws {PartitionTakenError} the layout is of another version */
  async vehicles(p: Partition): Promise<Map<VehicleId, VehicleState>> {
    const vehicles = new Map<VehicleId, VehicleState>();
    const prefix = key.vehicles(p);
    for await (const [at, value] of this.store.range(prefix, `${prefix}\uffff`))
      vehicles.set(at.slice(prefix.length), stateIn(p, at, value));
    return vehicles;
  }

  async position(p: Partition): Promise<PartitionPosition> {
    const text = await this.store.get(key.position(p));
    return text ? (JSON.parse(text) as PartitionPosition) : { next: 0, lastTick: 0, graceFrom: 0 };
  }

  /** One vehicle as it was saved last. @throws {PartitionTakenError} the layout is of another version */
  async vehicle(p: Partition, id: VehicleId): Promise<VehicleState | undefined> {
    const text = await this.store.get(key.vehicle(p, id));
    return text === undefined ? undefined : stateIn(p, id, text);
  }

  /**
   * Writes what changed, and the new position, if the old one is still there.
   * @throws {PartitionTakenError} it is not
   */
  async save(
    p: Partition,
    from: Offset,
    position: PartitionPosition,
    dirty: readonly Vehicle[],
    also: readonly StateWrite[],
  ): Promise<void> {
    const stored = await this.store.get(key.position(p));
    const found = stored ? (JSON.parse(stored) as PartitionPosition).next : 0;
    if (found !== from) throw new PartitionTakenError(`partition ${p} stands at ${found}, not at ${from}`, { partition: p });
    const room = this.room.take();
    try {
      await this.write(p, position, dirty, also, room);
    } finally {
      room?.giveBack();
    }
    for (const vehicle of dirty) {
      vehicle.unsaved = undefined;
      vehicle.dropped = undefined;
      vehicle.archived = undefined;
      vehicle.unarchivedFrom = undefined;
      vehicle.dirty = false;
    }
  }

  private async write(
    p: Partition,
    position: PartitionPosition,
    dirty: readonly Vehicle[],
    also: readonly StateWrite[],
    room: TextRoom | undefined,
  ): Promise<void> {
    const writes: StateWrite[] = [{ put: key.position(p), value: JSON.stringify(position) }, ...also];
    for (const vehicle of dirty) {
      const text = vehicle.look(textOf);
      writes.push({ put: key.vehicle(p, vehicle.id), value: room ? room.put(text) : text });
      for (const [at, memory] of vehicle.unsaved ?? []) writes.push({ put: key.checkpoint(vehicle.id, at), value: memory });
      for (const at of vehicle.dropped ?? []) if (!vehicle.unsaved?.has(at)) writes.push({ del: key.checkpoint(vehicle.id, at) });
      for (const one of vehicle.archived ?? [])
        writes.push({ put: key.archived(vehicle.id, one.at), value: JSON.stringify(one) });
      if (vehicle.unarchivedFrom !== undefined) writes.push(...(await this.unarchived(vehicle.id, vehicle.unarchivedFrom)));
      // Nothing of this partition is folded meanwhile: its next records come when it is saved.
      const pause = this.giveWay();
      if (pause) await pause;
    }
    // Not synced: the fold would wait for the disk 64 times in half a minute. What a power cut takes of it, it takes with all that was written after it,
    // and from the snapshot before it the journal brings the same; the next alert's sync is one for it, too.
    await this.store.write(writes, { sync: false });
  }

  /** Checkpoints of before the lateness bound, as long as the records after them are kept: the newest before, and the first not before. */
  async archived(vehicle: VehicleId, at: Instant): Promise<{ before: Checkpoint | undefined; after: Checkpoint | undefined }> {
    const prefix = key.archive(vehicle);
    const first = async (from: string, to: string, reverse: boolean): Promise<Checkpoint | undefined> => {
      for await (const [, text] of this.store.range(from, to, { limit: 1, reverse })) return JSON.parse(text) as Checkpoint;
      return undefined;
    };
    const border = key.archived(vehicle, at);
    return { before: await first(prefix, border, true), after: await first(border, `${prefix}\uffff`, false) };
  }

  /** Takes out of the archive what begins before the oldest record that is kept. @returns how many */
  async forgetArchived(oldest: Offset): Promise<number> {
    let gone = 0;
    let writes: StateWrite[] = [];
    for await (const [at, text] of this.store.range(ARCHIVE, `${ARCHIVE}\uffff`)) {
      const one = JSON.parse(text) as Checkpoint;
      if (one.next >= oldest) continue;
      gone++;
      writes.push({ del: at }, { del: key.checkpoint(at.slice(ARCHIVE.length, at.lastIndexOf('/')), one.at) });
      if (writes.length < FORGOTTEN_AT_ONCE) continue;
      await this.store.write(writes, { sync: false });
      writes = [];
    }
    if (writes.length > 0) await this.store.write(writes, { sync: false });
    return gone;
  }

  private async unarchived(vehicle: VehicleId, after: Instant): Promise<StateWrite[]> {
    const writes: StateWrite[] = [];
    const prefix = key.archive(vehicle);
    for await (const [at, text] of this.store.range(key.archived(vehicle, after + 1), `${prefix}\uffff`))
      writes.push({ del: at }, { del: key.checkpoint(vehicle, (JSON.parse(text) as Checkpoint).at) });
    return writes;
  }

  checkpoint(vehicle: VehicleId, at: Instant): Promise<string | undefined> {
    return this.store.get(key.checkpoint(vehicle, at));
  }
}

const stateIn = (partition: Partition, at: string, text: string): VehicleState => {
  const state = JSON.parse(text) as VehicleState;
  if (state.v === STATE_VERSION) return stateBroughtUpToDate(state);
  throw new PartitionTakenError(`state of ${at} has layout ${state.v}, known is ${STATE_VERSION}`, { partition });
};
