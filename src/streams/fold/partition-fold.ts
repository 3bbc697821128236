import type { Fact } from '../../model/fact.js';
import type { VehicleId } from '../../model/ids.js';
import type { Reading } from '../../model/reading.js';
import { EVERY, type JournalRecord, type Partition, type RecordBatch } from '../../model/record.js';
import type { Instant } from '../../model/units.js';
import { type FaultWords, poison } from '../../protocols/fault-words.js';
import type { Decoded } from '../../protocols/protocol.js';
import { decode, type Hearer } from '../decode.js';
import { applyVehicleFact } from './apply-vehicle-fact.js';
import { AwakeVehicles } from './asleep/awake-vehicles.js';
import { isSharedFact } from './conditions.js';
import type { FoldEffects } from './effects.js';
import type { Cause } from './evaluate.js';
import type { FoldContext } from './fold-context.js';
import { judgingAt } from './judging.js';
import { LiveOutput } from './live-output.js';
import { NextLooks } from './next-looks.js';
import type { PartitionPosition } from './partition-store.js';
import { PartitionTime } from './partition-time.js';
import { LongTurn } from './refold/long-turn.js';
import { REASSIGNED_AT_ONCE } from './refold/reassigned.js';
import { refoldLate, remakeMemory } from './refold/refold-late.js';
import { takesLong } from './refold/whose-turn.js';
import { isRepeat, mayRepeat, REPEATS_KEPT } from './repeated-message.js';
import { cameAt, rightNewest } from './set-back.js';
import { applyOutage, hear } from './tell-silence.js';
import { type Vehicle, vehicleOf } from './vehicle.js';
import { isToFoldAgain, newVehicleState, type VehicleState } from './vehicle-state.js';
import { VehicleSteps } from './vehicle-steps.js';
import { WARMED_AT_ONCE, warmMemories } from './warm-memory.js';

/** After so many events it is asked whether others should have a turn; a record without any counts as one. */
const EVENTS_AT_ONCE = 16;
/** So many at once, wherever more are awake than may be: some tens of microseconds each. */
const FALL_ASLEEP_AT_ONCE = 64;
/** So many late readings of one vehicle do not wait for the tick. */
const LATE_AT_ONCE = 20_000;

/** The fold of one partition: its vehicles, its time, and what comes out. */
export class PartitionFold {
  readonly vehicles = new Map<VehicleId, Vehicle>();
  readonly output: LiveOutput;
  readonly looks = new NextLooks();
  readonly long: LongTurn;
  readonly awake: AwakeVehicles;
  readonly steps: VehicleSteps;
  private readonly time: PartitionTime;
  /** With late readings, or with assignments that have changed. */
  readonly toFoldAgain = new Set<Vehicle>();
  /** Events of this batch that are not counted yet. */
  private decoded = 0;
  private folded = 0;
  /** Since it was asked last whether others should have a turn. */
  private sinceAsked = 0;
  /** What becomes of a record. */
  private readonly hearer: Hearer = {
    message: (record, decoded) => this.applyMessage(record, decoded),
    fact: (record, fact) => this.applyFact(fact, record),
    unreadable: (record, error) =>
      void this.refuse(this.vehicle(record.key), record, 0, 'poison', poison(String(error)), undefined),
  };
  /** Those whose memories are fetched together. */
  private readonly next: Vehicle[] = [];

  constructor(
    readonly partition: Partition,
    readonly context: FoldContext,
    readonly position: PartitionPosition,
  ) {
    this.output = new LiveOutput(partition);
    this.awake = new AwakeVehicles(context, context.mostAwake);
    this.long = new LongTurn(this);
    this.steps = new VehicleSteps(this);
    this.time = new PartitionTime(this);
  }

  /** One that a snapshot holds. */
  add(id: VehicleId, state: VehicleState): void {
    const vehicle = vehicleOf(id, this.partition, state, this.awake);
    this.vehicles.set(id, vehicle);
    this.awake.add(vehicle);
    if (isToFoldAgain(vehicle.state)) this.toFoldAgain.add(vehicle);
    if (vehicle.state.again) this.long.goOn(vehicle);
    this.looks.touch(vehicle);
    // What grew after the last roll-up before the start is told once more.
    this.context.growing.add(vehicle);
    this.makeRoom();
  }

  /**
   * Decodes and folds records in order; answers what came of them. A promise only where something has to be waited for.
   * @param from place of the first of them
   */
  fold(records: RecordBatch, from = 0): FoldEffects | Promise<FoldEffects> {
    const { namesAt } = this.context.conditions;
    for (let i = from; i < records.length; i++) {
      const record = records[i]!;
      const { offset } = record;
      if (offset < this.position.next) continue;
      this.output.at(offset);
      if ((i - from) % WARMED_AT_ONCE === 0) this.warm(records, i);
      // Only what has to read the journal again is waited for.
      const work = decode(record, namesAt, this.hearer);
      if (work) return this.foldOn(records, i, work);
      this.position.next = offset + 1;
      if (++this.sinceAsked < EVENTS_AT_ONCE) continue;
      this.sinceAsked = 0;
      if (this.awake.areTooMany) this.makeRoom();
      const pause = this.context.giveWay();
      if (pause) return this.foldOn(records, i, pause);
    }
    this.makeRoom();
    this.count();
    return this.output.take();
  }

  /** Whoever is to be looked at is so first: he would be unpacked for it. */
  private makeRoom(): void {
    this.looks.find(this);
    this.awake.makeRoom(FALL_ASLEEP_AT_ONCE);
  }

  /** Whose messages come from a place on. One that sleeps is left to do so until its message comes. */
  private warm(records: RecordBatch, from: number): void {
    const to = Math.min(records.length, from + WARMED_AT_ONCE);
    let count = 0;
    for (let i = from; i < to; i++) {
      const vehicle = this.vehicles.get(records[i]!.key);
      if (vehicle !== undefined && vehicle.asleep === undefined) this.next[count++] = vehicle;
    }
    warmMemories(this.next, count);
  }

  private count(): void {
    const { counters } = this.context;
    if (this.decoded > 0) counters.add('events_decoded_total', this.decoded);
    if (this.folded > 0) counters.add('events_folded_total', this.folded);
    this.decoded = 0;
    this.folded = 0;
  }

  /** @param place of the record that is folded when `work` is done */
  private async foldOn(records: RecordBatch, place: number, work: Promise<void>): Promise<FoldEffects> {
    // Whoever looks at the books meanwhile finds them in order.
    this.count();
    await work;
    this.position.next = records[place]!.offset + 1;
    return this.fold(records, place + 1);
  }

  private applyFact(fact: Fact, { offset, header, key }: JournalRecord): Promise<void> | undefined {
    if (fact.type === 'tick') return this.time.tick(fact, offset);
    if (isSharedFact(fact)) {
      if (this.context.conditions.apply(offset, fact)) this.context.unsavedFacts.push({ offset, fact });
      // Silence may be too long now that was not before: it is looked at again, also where nothing comes.
      if (fact.type === 'settings_put' || fact.type === 'rule_put' || fact.type === 'rule_deleted')
        for (const vehicle of this.vehicles.values()) this.looks.touch(vehicle);
      return undefined;
    }
    if (fact.type === 'outage') {
      applyOutage(this, fact, offset);
      return undefined;
    }
    if (key === EVERY) return undefined;
    return applyVehicleFact(this, key, fact, { offset, received: header.received });
  }

  private applyMessage(record: JournalRecord, decoded: Decoded): Promise<void> | undefined {
    const vehicle = this.vehicle(record.key);
    return mayRepeat(record, decoded) ? this.applyUnlessRepeat(vehicle, record, decoded) : this.apply(vehicle, record, decoded);
  }

  private async applyUnlessRepeat(vehicle: Vehicle, record: JournalRecord, decoded: Decoded): Promise<void> {
    if (!(await isRepeat(this.context.journal, vehicle, record))) return this.apply(vehicle, record, decoded);
    const { counters } = this.context;
    counters.add('events_decoded_total', decoded.readings.length);
    counters.add('events_duplicate_total', decoded.readings.length);
    hear(this, vehicle, cameAt(this.position, record.header.received));
    vehicle.state.repeats ??= [];
    const { repeats } = vehicle.state;
    repeats.push(record.offset);
    if (repeats.length <= REPEATS_KEPT) return;
    repeats.shift();
    counters.add('repeats_forgotten_total');
  }

  private apply(vehicle: Vehicle, record: JournalRecord, decoded: Decoded): Promise<void> | undefined {
    const { conditions } = this.context;
    const { readings, faults, unknown } = decoded;
    if (unknown) this.context.unknownFields.add(record.header.device, unknown);
    for (const { n, reason, part, ...words } of faults) this.refuse(vehicle, record, n, reason, words, part);
    this.decoded += readings.length;
    this.sinceAsked += Math.max(0, readings.length - 1);
    const received = cameAt(this.position, record.header.received);
    if (readings.some(({ online }) => online !== false)) hear(this, vehicle, received);
    // All of a record stand at its offset: one look at what is in force there does for them.
    const judging = judgingAt(conditions, vehicle, record.offset);
    const { lateness } = conditions.at(record.offset).settings;
    let folded = 0;
    for (const reading of inOrder(readings)) if (this.steps.accept(vehicle, reading, record, judging, lateness)) folded++;
    if (folded > 0) {
      this.folded += folded;
      this.context.growing.add(vehicle);
      if (received < record.header.received) vehicle.state.newestReceived = Math.min(vehicle.state.newestReceived, received);
    }
    // Half a step may have been taken, or so much is late that it should not wait: folded again before the next record.
    if (!vehicle.broken && !isTooMuchToWait(vehicle)) return undefined;
    return this.refoldNow(vehicle, { offset: record.offset, received: record.header.received });
  }

  foldAgain(vehicle: Vehicle, cause: Cause): Promise<void> | undefined {
    this.toFoldAgain.add(vehicle);
    return isTooMuchToWait(vehicle) ? this.refoldNow(vehicle, cause) : undefined;
  }

  async refoldNow(vehicle: Vehicle, cause: Cause): Promise<void> {
    const isLong = vehicle.state.again !== undefined || takesLong(vehicle, this.context.pace);
    // Its memory cannot wait, all else can.
    if (vehicle.broken && isLong) await remakeMemory(this, vehicle, cause, this.vehicleNow(vehicle));
    else if (vehicle.state.again) await this.long.end(cause);
    else if (isLong && this.long.isFree) this.long.begin(vehicle, cause);
    else await refoldLate(this, vehicle, cause, this.vehicleNow(vehicle));
    this.hasFolded(vehicle);
  }

  /** Its past is another, or it is to be looked at anew. */
  hasFolded(vehicle: Vehicle): void {
    rightNewest(this.position, vehicle);
    if (!isToFoldAgain(vehicle.state)) this.toFoldAgain.delete(vehicle);
    // Its deadlines are others now, and nothing else may come of it; who is loaded from a snapshot is looked at, too.
    this.looks.touch(vehicle);
  }

  /** Puts a part of a record aside: kept with the reason, and told to its device. */
  refuse(
    vehicle: Vehicle,
    { offset, header, body }: JournalRecord,
    n: number,
    reason: string,
    { detail, said }: FaultWords,
    part: string | undefined,
  ): void {
    this.context.counters.add('events_quarantined_total');
    const { device, topic, format, received } = header;
    const bytes = part === undefined ? body : Buffer.from(part);
    this.output.effects.refusals.push({
      offset,
      n,
      device,
      vehicle: vehicle.id,
      topic,
      format,
      received,
      reason,
      detail,
      said,
      bytes,
    });
  }

  /** Where the vehicle's clock is, by the newest tick. */
  vehicleNow({ state }: Vehicle): Instant {
    return state.newestAt + Math.max(0, this.position.lastTick - state.newestReceived);
  }

  vehicle(id: VehicleId): Vehicle {
    let vehicle = this.vehicles.get(id);
    if (!vehicle) {
      vehicle = vehicleOf(id, this.partition, newVehicleState(), this.awake);
      this.vehicles.set(id, vehicle);
      this.awake.add(vehicle);
    } else if (vehicle.asleep === undefined) vehicle.heardAgain = true;
    vehicle.dirty = true;
    this.looks.touch(vehicle);
    return vehicle;
  }
}

/** Beside what is being folded again at length. */
const isTooMuchToWait = ({ state: { late, reassigned, again } }: Vehicle): boolean =>
  late.length - (again?.late ?? 0) >= LATE_AT_ONCE ||
  (reassigned !== undefined && reassigned.length - (again?.reassigned ?? 0) >= REASSIGNED_AT_ONCE);

/** Most messages are in order already; the others are put so, that fewer of their readings are late. */
const inOrder = (readings: Reading[]): Reading[] => {
  for (let i = 1; i < readings.length; i++)
    if (readings[i]!.at < readings[i - 1]!.at) return readings.sort((a, b) => a.at - b.at);
  return readings;
};
