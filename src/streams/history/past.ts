import type { Fact } from '../../model/fact.js';
import type { VehicleId } from '../../model/ids.js';
import type { Outage } from '../../model/outage.js';
import { EVERY, type Offset } from '../../model/record.js';
import type { Instant } from '../../model/units.js';
import type { Journal } from '../../ports/journal.js';
import type { StateStore } from '../../ports/state-store.js';
import { type Attributes, attributesOf } from '../fold/attributes.js';
import { checkpointOf, checkpointsIn, checkpointTime } from '../fold/checkpoints.js';
import { Conditions, isSharedFact, type SharedFact } from '../fold/conditions.js';
import { BEFORE_ALL } from '../fold/fold-memory.js';
import { PartitionStore } from '../fold/partition-store.js';
import { readSharedFacts } from '../fold/shared-facts.js';
import { newVehicleState, type VehicleState } from '../fold/vehicle-state.js';
import type { Slice } from './slice.js';

export type HistoryJournal = Pick<Journal, 'ofVehicle' | 'partitionOf' | 'oldest' | 'head'>;

const utf8 = new TextDecoder();

/**
 * What is needed to fold any stretch of the past again. It reads what is on disk, snapshots and journal, and nothing that a fold holds in
 * memory: no live vehicle is disturbed, whichever thread steps it.
 */
export class Past {
  private readonly store: PartitionStore;
  private readonly known = new Conditions();
  private readonly factsInOrder: { offset: Offset; fact: SharedFact }[] = [];
  private readonly outages = new Map<string, { offset: Offset; outage: Outage }>();
  private next: Offset = 0;
  private reading: Promise<void> = Promise.resolve();

  constructor(
    readonly journal: HistoryJournal,
    private readonly state: StateStore,
  ) {
    this.store = new PartitionStore(state);
  }

  /** Rules, fences and settings over all time, up to what is in the journal now. */
  async conditions(): Promise<Conditions> {
    await this.catchUp();
    return this.known;
  }

  /** The same, as the facts themselves, in order. */
  async facts(): Promise<readonly { offset: Offset; fact: SharedFact }[]> {
    await this.catchUp();
    return this.factsInOrder;
  }

  /** The outage that was on at a time while a vehicle, watched by that rule, was not heard; undefined where there was none. */
  async outageAt(rule: string, vehicle: VehicleId, group: string | null, at: Instant): Promise<Outage | undefined> {
    await this.catchUp();
    for (const { offset, outage } of this.outages.values()) {
      if (outage.rule !== rule || (outage.group !== null && outage.group !== group)) continue;
      if (at < outage.began || (outage.over && at > outage.at)) continue;
      if (!(await this.spoke(vehicle, offset, at))) return outage;
    }
    return undefined;
  }

  private async spoke(vehicle: VehicleId, from: Offset, until: Instant): Promise<boolean> {
    for await (const batch of this.journal.ofVehicle(vehicle, from, this.head()))
      for (const { header } of batch) if (header.kind === 'message') return header.received <= until;
    return false;
  }

  /** One after the other: facts are applied in order. */
  private catchUp(): Promise<void> {
    const done = this.reading.then(() => this.readOn());
    this.reading = done.catch(() => {});
    return done;
  }

  private async readOn(): Promise<void> {
    // Snapshots hold what retention has taken from the journal.
    if (this.next === 0) for await (const { offset, fact } of readSharedFacts(this.state)) this.apply(offset, fact);
    const head = this.head();
    for await (const batch of this.journal.ofVehicle(EVERY, this.next, head)) {
      for (const { key, offset, body } of batch) {
        if (key !== EVERY) continue;
        const fact = JSON.parse(utf8.decode(body)) as Fact;
        if (isSharedFact(fact)) this.apply(offset, fact);
        else if (fact.type === 'outage')
          this.outages.set(fact.id, { offset: this.outages.get(fact.id)?.offset ?? offset, outage: fact });
      }
    }
    this.next = Math.max(this.next, head);
  }

  private apply(offset: Offset, fact: SharedFact): void {
    this.next = offset + 1;
    if (this.known.apply(offset, fact)) this.factsInOrder.push({ offset, fact });
  }

  private head(): Offset {
    let head = 0;
    for (const offset of this.journal.head().values()) head = Math.max(head, offset);
    return head;
  }

  /**
   * The stretch of a vehicle's past from the newest moment before `since` whose memory is kept, up to `until`.
   * @returns undefined where nothing was ever heard of it
   */
  async slice(vehicle: VehicleId, since: Instant, until: Instant): Promise<Slice | undefined> {
    const partition = this.journal.partitionOf(vehicle);
    const head = this.head();
    const state = await this.vehicle(vehicle, head);
    if (!state) return undefined;
    const { attributes, assignments, checkpoints } = state;
    const oldest = this.journal.oldest();
    const base: Slice['base'] = { at: BEFORE_ALL, next: 0, memory: null };
    const count = checkpointsIn(checkpoints);
    for (let i = count - 1; i >= 0; i--) {
      const { at, next } = checkpointOf(checkpoints, i);
      if (at >= since || next < oldest) continue;
      const memory = await this.store.checkpoint(vehicle, at);
      if (memory === undefined) continue;
      Object.assign(base, { at, next, memory });
      break;
    }
    if (base.memory === null) {
      const { before } = await this.store.archived(vehicle, since);
      const memory = before && before.next >= oldest ? await this.store.checkpoint(vehicle, before.at) : undefined;
      if (before && memory !== undefined) Object.assign(base, { at: before.at, next: before.next, memory });
    }
    const { after } = await this.store.archived(vehicle, until);
    let first = 0;
    while (first < count && checkpointTime(checkpoints, first)! < until) first++;
    const last = (after ?? (first < count ? checkpointOf(checkpoints, first) : undefined))?.last;
    return {
      ...{ vehicle, partition, attributes, assignments, base, until, to: last ?? head },
      whole: base.memory !== null || oldest <= 1,
    };
  }

  /** What the registry said of a vehicle, over all time, ascending. */
  async attributes(vehicle: VehicleId): Promise<readonly Attributes[]> {
    return (await this.vehicle(vehicle, this.head()))?.attributes ?? [];
  }

  /** The vehicle as its newest snapshot has it, and what the registry said since. */
  private async vehicle(vehicle: VehicleId, head: Offset): Promise<VehicleState | undefined> {
    const partition = this.journal.partitionOf(vehicle);
    // The position first: facts after it may be in the snapshot already, and taking them twice changes nothing.
    const position = await this.store.position(partition);
    const saved = await this.store.vehicle(partition, vehicle);
    const state = saved ?? newVehicleState();
    let heard = saved !== undefined;
    for await (const batch of this.journal.ofVehicle(vehicle, position.next, head)) {
      for (const { header, offset, body } of batch) {
        heard = true;
        if (header.kind === 'fact') applyVehicleFact(state, offset, JSON.parse(utf8.decode(body)) as Fact);
      }
    }
    return heard ? state : undefined;
  }
}

const applyVehicleFact = (state: VehicleState, offset: Offset, fact: Fact): void => {
  switch (fact.type) {
    case 'vehicle_put':
      if ((state.attributes.at(-1)?.offset ?? -1) >= offset) return;
      state.attributes = state.attributes.concat([attributesOf(fact.vehicle, offset)]);
      return;
    case 'vehicle_deleted':
      if ((state.attributes.at(-1)?.offset ?? -1) >= offset) return;
      state.attributes = state.attributes.concat([{ offset, class: 'car', fuelType: null, group: null, deleted: true }]);
      return;
    case 'assignment_put':
      state.assignments = [...state.assignments.filter(({ id }) => id !== fact.assignment.id), fact.assignment];
      return;
    case 'assignment_deleted':
      state.assignments = state.assignments.filter(({ id }) => id !== fact.id);
      return;
    default:
      return;
  }
};
