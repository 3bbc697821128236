import type { Fact } from '../../model/fact.js';
import type { VehicleId } from '../../model/ids.js';
import type { Outage } from '../../model/outage.js';
import type { Reading } from '../../model/reading.js';
import { EVERY, type JournalRecord, type Offset, type Partition } from '../../model/record.js';
import type { Instant, Millis } from '../../model/units.js';
import type { Decoded } from '../../protocols/protocol.js';
import { aheadDue, firstAhead, putAhead, releaseAhead } from './ahead.js';
import { isSharedFact } from './conditions.js';
import { DeadlineHeap } from './deadline-heap.js';
import type { FoldEffects } from './effects.js';
import type { Cause } from './evaluate.js';
import type { FoldContext } from './fold-context.js';
import { NEVER } from './fold-memory.js';
import { comesInItsTime, type NamesAt } from './history.js';
import { judgingAt } from './judging.js';
import { LiveOutput } from './live-output.js';
import { DRIVING_FOR, showNewest, statusOf } from './live-view.js';
import type { PartitionPosition } from './partition-store.js';
import { checkSilence, comeBack, noteOutage, offlineDue, outageAlert, outageAlertId, outageOf, silenceRule } from './presence.js';
import { isSameEvent } from './reading-order.js';
import { amend, refoldLate } from './refold-late.js';
import { isRepeat, mayRepeat, REPEATS_KEPT } from './repeated-message.js';
import { letSleep } from './sleeping.js';
import { attributesOf, newVehicleState, spoilCheckpoint, takeCheckpoint, type Vehicle, vehicleOf } from './vehicle.js';
import type { Judging } from './vehicle-fold.js';

/** A record with what it says. `failed`: its decoder threw. To be asked for `decoded` once: it may be made by asking. */
export interface DecodedRecord {
  record: JournalRecord;
  fact: Fact | undefined;
  decoded: Decoded | undefined;
  failed: unknown;
}

/** Between so many records it is asked whether others should have a turn. */
const RECORDS_AT_ONCE = 16;
/** Without ticks for this long the server was away; silence counts from its return. */
const AWAY = 10_000;
/** So many late readings of one vehicle do not wait for the tick. */
const LATE_AT_ONCE = 20_000;

/** The fold of one partition: its vehicles, its time, and what comes out. */
export class PartitionFold {
  readonly vehicles = new Map<VehicleId, Vehicle>();
  readonly output: LiveOutput;
  private readonly deadlines = new DeadlineHeap<Vehicle>();
  private readonly touched = new Set<Vehicle>();
  private readonly withLate = new Set<Vehicle>();
  /** Whom to look at next, to let him sleep. */
  private walk: Iterator<Vehicle> = this.vehicles.values();

  constructor(
    readonly partition: Partition,
    readonly context: FoldContext,
    readonly position: PartitionPosition,
  ) {
    this.output = new LiveOutput(partition);
  }

  add(vehicle: Vehicle): void {
    this.vehicles.set(vehicle.id, vehicle);
    if (vehicle.state.late.length > 0) this.withLate.add(vehicle);
    this.touched.add(vehicle);
    // What grew after the last roll-up before the start is told once more.
    this.context.growing.add(vehicle);
    this.lookAgain();
  }

  /** Folds records in order; answers what came of them. */
  async fold(records: readonly DecodedRecord[]): Promise<FoldEffects> {
    for (let i = 0; i < records.length; i++) {
      const entry = records[i]!;
      const { offset } = entry.record;
      if (offset < this.position.next) continue;
      this.output.at(offset);
      // Only what has to read the journal again is waited for.
      const work = entry.fact ? this.applyFact(entry.fact, entry.record) : this.applyMessage(entry);
      if (work) await work;
      this.position.next = offset + 1;
      if (i % RECORDS_AT_ONCE !== RECORDS_AT_ONCE - 1) continue;
      const pause = this.context.giveWay();
      if (pause) await pause;
    }
    this.lookAgain();
    return this.output.take();
  }

  private applyFact(fact: Fact, { offset, header, key }: JournalRecord): Promise<void> | undefined {
    if (fact.type === 'tick') return this.tick(fact.at, offset);
    if (isSharedFact(fact)) {
      if (this.context.conditions.apply(offset, fact)) this.context.unsavedFacts.push({ offset, fact });
      // Silence may be too long now that was not before: it is looked at again, also where nothing comes.
      if (fact.type === 'settings_put' || fact.type === 'rule_put' || fact.type === 'rule_deleted')
        for (const vehicle of this.vehicles.values()) this.touched.add(vehicle);
      return undefined;
    }
    if (fact.type === 'outage') return this.applyOutage(fact, offset);
    if (key === EVERY) return undefined;
    const cause = { offset, received: header.received };
    switch (fact.type) {
      case 'vehicle_put': {
        this.vehicle(key).state.attributes.push(attributesOf(fact.vehicle, offset));
        break;
      }
      case 'vehicle_deleted': {
        this.vehicle(key).state.attributes.push({ offset, class: 'car', fuelType: null, group: null, deleted: true });
        break;
      }
      case 'alert_handled':
        this.output.handled({
          id: fact.id,
          vehicle: fact.vehicle,
          action: fact.action,
          by: fact.by,
          at: fact.at,
          note: fact.note,
        });
        this.context.counters.add('alerts_handled_total');
        break;
      case 'assignment_put':
        return this.assign(this.vehicle(key), fact.assignment.id, cause, fact.assignment);
      case 'assignment_deleted':
        return this.assign(this.vehicle(key), fact.id, cause, undefined);
      default:
        break;
    }
    return undefined;
  }

  /** Assignments apply by event time: what they cover is folded again. */
  private assign(
    vehicle: Vehicle,
    id: string,
    cause: Cause,
    assignment: Vehicle['state']['assignments'][number] | undefined,
  ): Promise<void> | undefined {
    const { state } = vehicle;
    const old = state.assignments.find(known => known.id === id);
    const change = () => {
      state.assignments = state.assignments.filter(known => known !== old);
      if (assignment) state.assignments.push(assignment);
    };
    const since = Math.min(assignment?.from ?? NEVER, old?.from ?? NEVER);
    if (since <= state.newestAt) return amend(this, vehicle, { since, late: [], change, cause, now: this.vehicleNow(vehicle) });
    change();
    vehicle.dirty = true;
    return undefined;
  }

  private applyMessage(entry: DecodedRecord): Promise<void> | undefined {
    const { record, decoded } = entry;
    const vehicle = this.vehicle(record.key);
    if (!decoded) {
      this.refuse(vehicle, record, 0, 'poison', String(entry.failed), undefined);
      return undefined;
    }
    return mayRepeat(record, decoded) ? this.applyUnlessRepeat(vehicle, record, decoded) : this.apply(vehicle, record, decoded);
  }

  private async applyUnlessRepeat(vehicle: Vehicle, record: JournalRecord, decoded: Decoded): Promise<void> {
    if (!(await isRepeat(this.context.journal, vehicle, record))) return this.apply(vehicle, record, decoded);
    const { counters } = this.context;
    counters.add('events_decoded_total', decoded.readings.length);
    counters.add('events_duplicate_total', decoded.readings.length);
    this.hear(vehicle, record.header.received);
    vehicle.state.repeats ??= [];
    const { repeats } = vehicle.state;
    repeats.push(record.offset);
    if (repeats.length <= REPEATS_KEPT) return;
    repeats.shift();
    counters.add('repeats_forgotten_total');
  }

  private apply(vehicle: Vehicle, record: JournalRecord, decoded: Decoded): Promise<void> | undefined {
    const { counters, conditions } = this.context;
    const { readings, faults, unknown } = decoded;
    if (unknown) this.context.unknownFields.add(record.header.device, unknown);
    for (const { n, reason, detail, part } of faults) this.refuse(vehicle, record, n, reason, detail, part);
    counters.add('events_decoded_total', readings.length);
    if (readings.some(({ online }) => online !== false)) this.hear(vehicle, record.header.received);
    // All of a record stand at its offset: one look at what is in force there does for them.
    const judging = judgingAt(conditions, vehicle, record.offset);
    const { lateness } = conditions.at(record.offset).settings;
    let folded = 0;
    for (const reading of inOrder(readings)) if (this.accept(vehicle, reading, record, judging, lateness)) folded++;
    if (folded > 0) {
      counters.add('events_folded_total', folded);
      this.context.growing.add(vehicle);
    }
    // Half a step may have been taken, or so much is late that it should not wait: folded again before the next record.
    if (!vehicle.broken && vehicle.state.late.length < LATE_AT_ONCE) return undefined;
    return this.refoldNow(vehicle, { offset: record.offset, received: record.header.received });
  }

  private hear(vehicle: Vehicle, received: Instant): void {
    const { state } = vehicle;
    if (received > state.heard) state.heard = received;
    if (state.offline || state.silent || state.under !== undefined) {
      const back = comeBack(state, received);
      if (back) this.output.alert(back, 'updated');
    }
  }

  /** Steps what is in order; puts aside what is late, ahead of its time, or too late. @returns whether that was all there is to do */
  private accept(vehicle: Vehicle, reading: Reading, record: JournalRecord, judging: Judging, lateness: Millis): boolean {
    const { state } = vehicle;
    const { counters } = this.context;
    // A status says something of the connection, at the server's time; it is no reading of the vehicle's.
    if (reading.online !== undefined) return true;
    this.noteDriver(vehicle, reading);
    const { at } = reading;
    if (!comesInItsTime(reading, state.aheadTo)) {
      putAhead(state.ahead, reading);
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
    const { offset, n, at } = reading;
    vehicle.state.late.push({ offset, n, at });
    vehicle.lateReadings.push(reading);
    vehicle.dirty = true;
    this.withLate.add(vehicle);
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
    const { fold, counters } = this.context;
    this.output.mark();
    if (reading.at === state.newestAt) spoilCheckpoint(vehicle, reading.at);
    let folded: Reading;
    try {
      folded = fold.step(state.fold, reading, judging, this.output);
    } catch (error) {
      this.output.backToMark();
      this.output.atBorder = false;
      counters.add('events_poisoned_total');
      this.refuse(vehicle, record, reading.n, 'poison', error instanceof Error ? error.message : String(error), undefined);
      vehicle.broken = true;
      return false;
    }
    showNewest(state, folded, judging.conditions.isPrivate(folded.at));
    if (this.output.atBorder) {
      this.output.atBorder = false;
      takeCheckpoint(vehicle, reading.at, { come, last }, lateness);
    }
    if (vehicle.window?.append(reading)) vehicle.window.mark(reading.at, JSON.stringify(state.fold));
    return true;
  }

  private noteDriver(vehicle: Vehicle, { driver }: Reading): void {
    const { live } = vehicle.state;
    if (driver === undefined || driver === live.driver) return;
    live.driver = driver;
    this.output.effects.rows.push({ table: 'driver_seen', key: driver, row: { id: driver } });
  }

  private async tick(at: Instant, offset: Offset): Promise<void> {
    const { position } = this;
    if (at - position.lastTick > AWAY) {
      position.graceFrom = at;
      // The grace period moves deadlines that were found before it.
      for (const vehicle of this.vehicles.values()) this.touched.add(vehicle);
    }
    // Deadlines are those of the journal up to here, wherever batches end.
    this.lookAgain();
    position.lastTick = Math.max(position.lastTick, at);
    const due: Vehicle[] = [];
    for (let vehicle = this.deadlines.popDue(at); vehicle; vehicle = this.deadlines.popDue(at)) due.push(vehicle);
    const cause = { offset, received: at };
    for (const vehicle of new Set(due.sort(byId))) {
      vehicle.lookAt = NEVER;
      this.touched.add(vehicle);
      // What has waited for its time comes before what is due.
      if (aheadDue(vehicle.state.ahead) <= at || (firstAhead(vehicle.state.ahead) <= at && this.isDue(vehicle)))
        await this.releaseAhead(vehicle, cause);
      if (firstAhead(vehicle.state.ahead) > at) this.lapse(vehicle, cause);
      this.checkPresence(vehicle, at, offset);
    }
    for (const vehicle of [...this.withLate].sort(byId)) {
      if (vehicle.state.refoldFrom <= at) await this.refoldNow(vehicle, cause);
    }
    if (!letSleep(this.walk, position.lastTick, this.context)) this.walk = this.vehicles.values();
  }

  private async refoldNow(vehicle: Vehicle, cause: Cause): Promise<void> {
    await refoldLate(this, vehicle, cause, this.vehicleNow(vehicle));
    this.withLate.delete(vehicle);
  }

  /** Lets happen what is due in the vehicle's own time, which goes on with the server's while nothing comes. */
  private lapse(vehicle: Vehicle, cause: Cause): void {
    if (!this.isDue(vehicle)) return;
    const { state } = vehicle;
    const now = this.vehicleNow(vehicle);
    const { fold, conditions } = this.context;
    fold.advance(state.fold, now, judgingAt(conditions, vehicle, state.fold.last.offset), cause, this.output);
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
    const namesAt: NamesAt = (device, offset) => conditions.signalNames(device, offset);
    const released = await releaseAhead(journal, vehicle.id, state, now, namesAt);
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
    if (vehicle.broken) this.withLate.add(vehicle);
  }

  private checkPresence(vehicle: Vehicle, now: Instant, offset: Offset): void {
    const { state } = vehicle;
    const { rules, conditions } = judgingAt(this.context.conditions, vehicle, offset);
    const { graceFrom, outages } = this.position;
    const active = silenceRule(rules);
    if (!active || vehicle.judgingAttributes?.deleted || offlineDue(state, conditions.group, rules, graceFrom, outages) > now)
      return;
    const news = checkSilence(vehicle.id, state, conditions.group, active, this.position, now, offset);
    if (news === undefined) return;
    vehicle.dirty = true;
    if ('alert' in news) this.output.alert(news.alert, 'raised');
    else if ('under' in news) this.context.counters.add('offline_under_outage_total');
    else {
      this.output.effects.silences ??= [];
      this.output.effects.silences.push(news.foreseen);
    }
  }

  /** One alert for all that are part of it; what was told of them one by one is taken back. */
  private applyOutage(fact: Outage, offset: Offset): undefined {
    this.position.outages ??= [];
    const outage = noteOutage(this.position.outages, fact);
    for (const vehicle of this.vehicles.values()) {
      const { state, id } = vehicle;
      const { rules, conditions } = judgingAt(this.context.conditions, vehicle, offset);
      const active = silenceRule(rules);
      if (active?.settings.id !== outage.rule) continue;
      if (id === outage.lead) {
        const told = outageAlert(outage, active, offset);
        if (told) this.output.alert(told.alert, told.change);
      }
      if (outageOf([outage], outage.rule, conditions.group, state.heard) === undefined) continue;
      this.touched.add(vehicle);
      if (outage.over || state.offline === null) continue;
      this.output.amend(id, {
        id: state.offline.id,
        change: 'retracted',
        reason: `One of ${outage.silent} that fell silent together`,
        replacedBy: outageAlertId(outage),
      });
      state.offline = null;
      state.under = outage.id;
      vehicle.dirty = true;
    }
    return undefined;
  }

  /** Puts a part of a record aside: kept with the reason, and told to its device. */
  refuse(
    vehicle: Vehicle,
    { offset, header, body }: JournalRecord,
    n: number,
    reason: string,
    detail: string,
    part: string | undefined,
  ): void {
    this.context.counters.add('events_quarantined_total');
    const { device, topic, format, received } = header;
    const bytes = part === undefined ? body : Buffer.from(part);
    this.output.effects.refusals.push({ offset, n, device, vehicle: vehicle.id, topic, format, received, reason, detail, bytes });
  }

  /** Where the vehicle's clock is, by the newest tick. */
  vehicleNow({ state }: Vehicle): Instant {
    return state.newestAt + Math.max(0, this.position.lastTick - state.newestReceived);
  }

  vehicle(id: VehicleId): Vehicle {
    let vehicle = this.vehicles.get(id);
    if (!vehicle) {
      vehicle = vehicleOf(id, this.partition, newVehicleState(), this.context.unpack);
      this.vehicles.set(id, vehicle);
    }
    vehicle.dirty = true;
    this.touched.add(vehicle);
    return vehicle;
  }

  /** Finds for each vehicle that was touched when to look at it next. */
  private lookAgain(): void {
    for (const vehicle of this.touched) {
      const { state } = vehicle;
      this.output.effects.changed.add(vehicle.id);
      const lapse = state.fold.due >= NEVER ? NEVER : state.newestReceived + (state.fold.due - state.newestAt);
      const { rules, conditions } = judgingAt(this.context.conditions, vehicle, this.position.next);
      const offline = offlineDue(state, conditions.group, rules, this.position.graceFrom, this.position.outages);
      const stops = statusOf(state, this.position.lastTick) === 'driving' ? state.newestReceived + DRIVING_FOR : NEVER;
      const next = Math.min(lapse, offline, stops, aheadDue(state.ahead));
      // An earlier look that stands in the heap finds out by itself that it is too early.
      if (next >= vehicle.lookAt) continue;
      vehicle.lookAt = next;
      this.deadlines.push(next, vehicle);
    }
    this.touched.clear();
  }
}

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

const byId = (a: Vehicle, b: Vehicle): number => (a.id < b.id ? -1 : 1);
