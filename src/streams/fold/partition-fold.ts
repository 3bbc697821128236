import type { Fact } from '../../model/fact.js';
import type { VehicleId } from '../../model/ids.js';
import type { Reading } from '../../model/reading.js';
import { EVERY, type JournalRecord, type Offset, type Partition, type RecordBatch } from '../../model/record.js';
import type { Instant, Millis } from '../../model/units.js';
import { type FaultWords, poison } from '../../protocols/fault-words.js';
import type { Decoded } from '../../protocols/protocol.js';
import { decode, type Hearer } from '../decode.js';
import { aheadDue, firstAhead, releaseAhead, withAhead } from './ahead.js';
import { applyVehicleFact } from './apply-vehicle-fact.js';
import { AwakeVehicles } from './asleep/awake-vehicles.js';
import { letSleep } from './asleep/sleeping.js';
import { isSharedFact } from './conditions.js';
import type { FoldEffects } from './effects.js';
import type { Cause } from './evaluate.js';
import type { FoldContext } from './fold-context.js';
import { lastOffset } from './fold-memory.js';
import { comesInItsTime } from './history.js';
import { judgingAt } from './judging.js';
import { LiveOutput } from './live-output.js';
import { showNewest } from './live-view.js';
import { NextLooks } from './next-looks.js';
import { withOneText } from './one-text.js';
import type { PartitionPosition } from './partition-store.js';
import { notePoisoned } from './poisoned-places.js';
import { isSameEvent } from './reading-order.js';
import { LongTurn } from './refold/long-turn.js';
import { REASSIGNED_AT_ONCE } from './refold/reassigned.js';
import { boundWindow, refoldLate, remakeMemory } from './refold/refold-late.js';
import { takesLong, whoseTurn } from './refold/whose-turn.js';
import { isRepeat, mayRepeat, REPEATS_KEPT } from './repeated-message.js';
import { cameAt, rightNewest, setBack, settleSetBack } from './set-back.js';
import { applyOutage, hear, tellSilence } from './tell-silence.js';
import {
  newVehicleState,
  putLate,
  spoilCheckpoint,
  takeCheckpoint,
  type Vehicle,
  type VehicleState,
  vehicleOf,
} from './vehicle.js';
import type { Judging } from './vehicle-fold.js';
import { WARMED_AT_ONCE, warmMemories } from './warm-memory.js';

type Tick = Extract<Fact, { type: 'tick' }>;

/** After so many events it is asked whether others should have a turn; a record without any counts as one. */
const EVENTS_AT_ONCE = 16;
/** Without ticks for this long the server was away; silence counts from its return. */
const AWAY = 10_000;
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
  /** With late readings, or with assignments that have changed. */
  private readonly toFoldAgain = new Set<Vehicle>();
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
  private stepped!: Vehicle;
  private readonly judgingOfStepped = (offset: Offset): Judging => judgingAt(this.context.conditions, this.stepped, offset);
  /** Those whose memories are fetched together. */
  private readonly next: Vehicle[] = [];
  /** Whom to look at next, to let him sleep. */
  private walk: Iterator<Vehicle> = this.vehicles.values();

  constructor(
    readonly partition: Partition,
    readonly context: FoldContext,
    readonly position: PartitionPosition,
  ) {
    this.output = new LiveOutput(partition);
    this.awake = new AwakeVehicles(context, context.mostAwake);
    this.long = new LongTurn(this);
  }

  /** One that a snapshot holds. */
  add(id: VehicleId, state: VehicleState): void {
    const vehicle = vehicleOf(id, this.partition, state, this.awake);
    this.vehicles.set(id, vehicle);
    this.awake.add(vehicle);
    if (isToFoldAgain(vehicle)) this.toFoldAgain.add(vehicle);
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
    if (fact.type === 'tick') return this.tick(fact, offset);
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
    for (const reading of inOrder(readings)) if (this.accept(vehicle, reading, record, judging, lateness)) folded++;
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

  /** Steps what is in order; puts aside what is late, ahead of its time, or too late. @returns whether that was all there is to do */
  private accept(vehicle: Vehicle, reading: Reading, record: JournalRecord, judging: Judging, lateness: Millis): boolean {
    const { state } = vehicle;
    const { counters } = this.context;
    // A status says something of the connection, at the server's time; it is no reading of the vehicle's.
    if (reading.online !== undefined) return true;
    withOneText(reading, vehicle);
    this.noteDriver(vehicle, reading);
    const { at } = reading;
    if (!comesInItsTime(reading, state.aheadTo)) {
      state.ahead = withAhead(state.ahead, reading);
      vehicle.dirty = true;
      counters.add('events_ahead_total');
      return false;
    }
    if (at < state.newestAt - lateness) {
      counters.add('events_too_late_total');
      return false;
    }
    if (isNext(state, reading) && !vehicle.broken) return this.step(vehicle, reading, record, judging, lateness);
    this.putLate(vehicle, reading);
    counters.add('events_late_total');
    return false;
  }

  private putLate(vehicle: Vehicle, reading: Reading): void {
    putLate(vehicle, reading);
    vehicle.dirty = true;
    this.toFoldAgain.add(vehicle);
  }

  /** @param come @param last see `takeCheckpoint` @returns false where it threw */
  private step(
    vehicle: Vehicle,
    reading: Reading,
    record: JournalRecord,
    judging: Judging,
    lateness: Millis,
    come = reading.offset,
    last = reading.offset,
  ): boolean {
    const { state } = vehicle;
    const { fold, counters, pace } = this.context;
    this.output.mark();
    if (state.folded >= pace.checkpoint && reading.at > state.newestAt)
      // It is of before this reading, which may stand before all that comes: one that came before its time is stepped long after its record.
      takeCheckpoint(vehicle, Math.max(state.newestAt, state.lapsedTo), { come: Math.min(come, reading.offset), last }, lateness);
    if (reading.at === state.newestAt) spoilCheckpoint(vehicle, reading.at);
    let folded: Reading;
    try {
      this.stepped = vehicle;
      folded = fold.step(state.fold, reading, judging, this.judgingOfStepped, this.output);
    } catch (error) {
      this.output.backToMark();
      this.output.atBorder = false;
      counters.add('events_poisoned_total');
      this.refuse(vehicle, record, reading.n, 'poison', poison(error), undefined);
      notePoisoned(vehicle, reading, counters);
      vehicle.broken = true;
      return false;
    }
    state.folded++;
    showNewest(state, folded, judging.conditions.isPrivate(folded.at));
    if (this.output.atBorder) {
      this.output.atBorder = false;
      takeCheckpoint(vehicle, reading.at, { come, last }, lateness);
    }
    if (vehicle.window?.append(reading)) {
      vehicle.window.mark(reading.at, JSON.stringify(state.fold));
      boundWindow(this.context, vehicle);
    }
    return true;
  }

  private noteDriver(vehicle: Vehicle, { driver }: Reading): void {
    const { live } = vehicle.state;
    if (driver === undefined || driver === live.driver) return;
    live.driver = driver;
    this.output.effects.rows.push({ table: 'driver_seen', key: driver, row: { id: driver } });
  }

  private async tick({ at: told, set }: Tick, offset: Offset): Promise<void> {
    const { position } = this;
    if (set && told < position.lastTick) setBack(this, told);
    else settleSetBack(position, told);
    // A process that starts tells the time before it knows how far the one before it was: that is no earlier time.
    const at = Math.max(position.lastTick, told);
    if (at - position.lastTick > AWAY) {
      position.graceFrom = at;
      // The grace period moves deadlines that were found before it.
      for (const vehicle of this.vehicles.values()) this.looks.touch(vehicle);
    }
    // Deadlines are those of the journal up to here, wherever batches end.
    this.looks.find(this);
    position.lastTick = at;
    const cause = { offset, received: at };
    for (const vehicle of this.looks.due(at)) {
      const slept = vehicle.asleep !== undefined;
      // What has waited for its time comes before what is due.
      if (aheadDue(vehicle.state.ahead) <= at || (firstAhead(vehicle.state.ahead) <= at && this.isDue(vehicle)))
        await this.releaseAhead(vehicle, cause);
      if (firstAhead(vehicle.state.ahead) > at) this.lapse(vehicle, cause);
      tellSilence(this, vehicle, at, offset);
      // All of a fleet may be due at once.
      if (slept) this.awake.sleepOn(vehicle);
    }
    if (this.toFoldAgain.size > 0) {
      await this.long.tick(at, cause);
      for (const vehicle of whoseTurn(this.toFoldAgain, at, this.context.pace, this.long.isFree))
        await this.refoldNow(vehicle, cause);
    }
    if (!letSleep(this.walk, position.lastTick, this.context, this.awake)) this.walk = this.vehicles.values();
  }

  private async refoldNow(vehicle: Vehicle, cause: Cause): Promise<void> {
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
    if (!isToFoldAgain(vehicle)) this.toFoldAgain.delete(vehicle);
    // Its deadlines are others now, and nothing else may come of it; who is loaded from a snapshot is looked at, too.
    this.looks.touch(vehicle);
  }

  /** Lets happen what is due in the vehicle's own time, which goes on with the server's while nothing comes. */
  private lapse(vehicle: Vehicle, cause: Cause): void {
    if (!this.isDue(vehicle)) return;
    const { state } = vehicle;
    const now = this.vehicleNow(vehicle);
    const { fold, conditions } = this.context;
    fold.advance(state.fold, now, judgingAt(conditions, vehicle, lastOffset(state.fold)), cause, this.output);
    state.lapsedTo = now;
    vehicle.dirty = true;
    this.context.growing.add(vehicle);
    if (this.output.atBorder) {
      this.output.atBorder = false;
      takeCheckpoint(vehicle, now, { come: cause.offset, last: cause.offset }, conditions.at(cause.offset).settings.lateness);
    }
  }

  private isDue(vehicle: Vehicle): boolean {
    return vehicle.state.fold.due <= this.vehicleNow(vehicle);
  }

  /** Those whose time has come are like any other from here on: in order, twice or late. */
  private async releaseAhead(vehicle: Vehicle, { offset, received: now }: Cause): Promise<void> {
    const { state } = vehicle;
    const { journal, counters, conditions } = this.context;
    const released = await releaseAhead(journal, vehicle.id, state, now, conditions.namesAt);
    vehicle.dirty = true;
    let stepped: Reading | undefined;
    let folded = 0;
    for (const { reading, record, come } of released) {
      const again = stepped !== undefined && isSameEvent(stepped, reading);
      if (again) counters.add('events_duplicate_total');
      else if (!isNext(state, reading) || vehicle.broken) this.putLate(vehicle, reading);
      else {
        stepped = reading;
        const judging = judgingAt(conditions, vehicle, reading.offset);
        const { lateness } = conditions.at(reading.offset).settings;
        if (this.step(vehicle, reading, record, judging, lateness, Math.min(come, offset), offset)) folded++;
      }
    }
    if (folded > 0) {
      counters.add('events_folded_total', folded);
      this.context.growing.add(vehicle);
    }
    // Not when its pace allows it: until then nothing may be asked of it, nor saved.
    if (vehicle.broken) await this.refoldNow(vehicle, { offset, received: now });
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

const isToFoldAgain = ({ state }: Vehicle): boolean => state.late.length > 0 || state.reassigned !== undefined;

/** Beside what is being folded again at length. */
const isTooMuchToWait = ({ state: { late, reassigned, again } }: Vehicle): boolean =>
  late.length - (again?.late ?? 0) >= LATE_AT_ONCE ||
  (reassigned !== undefined && reassigned.length - (again?.reassigned ?? 0) >= REASSIGNED_AT_ONCE);

const isNext = (state: Vehicle['state'], { at, device, seq }: Reading): boolean => {
  if (at <= state.lapsedTo) return false;
  if (at !== state.newestAt) return at > state.newestAt;
  if (device !== state.newestDevice) return device > state.newestDevice;
  return seq !== undefined && state.newestSeq !== null && seq > state.newestSeq;
};

/** Most messages are in order already; the others are put so, that fewer of their readings are late. */
const inOrder = (readings: Reading[]): Reading[] => {
  for (let i = 1; i < readings.length; i++)
    if (readings[i]!.at < readings[i - 1]!.at) return readings.sort((a, b) => a.at - b.at);
  return readings;
};
