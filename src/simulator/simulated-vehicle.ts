import type { DeviceId } from '../model/ids.js';
import { type Instant, minutes } from '../model/units.js';
import type { ContractEvent } from './contract-event.js';
import { DeviceTroubles } from './device-troubles.js';
import { placeOn } from './drive-plan.js';
import { Engine, type EngineCondition } from './engine.js';
import type { FenceWatch } from './fence-watch.js';
import type { IncidentKind, IncidentSchedule, Truth } from './incidents.js';
import { Itinerary } from './itinerary.js';
import { Motion, STEP } from './motion.js';
import { fastFrames, fuelRateFrame, slowFrames, troubleFrames } from './obd-frames.js';
import { type Random, randomOf } from './random.js';
import { Receiver } from './receiver.js';
import type { Point } from './town/plane.js';
import type { Town } from './town/town.js';
import type { Traits } from './vehicle-traits.js';

/** A parked device reports this often; a driving one every second. */
const PARKED_REPORT = 60_000;
const POLL_SLOW = 10;
const POLL_CODES = 60;
/** How long an incident waits for its occasion (harsh: enough speed; unplugging: a parked vehicle). */
const PATIENCE = { harsh: minutes(2), parked: minutes(20) };

type Stage = { doing: 'parked' | 'idling'; until: Instant } | { doing: 'driving'; motion: Motion };

/** What a vehicle is like beyond its kind. */
export interface VehicleCondition extends EngineCondition {
  /** Where its odometer begins; by chance unless given. */
  odometer_km?: number;
}

/** A driver, a vehicle and its device, second by second. */
export class SimulatedVehicle {
  readonly troubles: DeviceTroubles;
  /** Of the model's own truth, before any receiver. */
  place: Point;
  speed = 0;
  acceleration = 0;
  #heading = 0;
  #turning = 0;
  readonly #engine: Engine;
  readonly #receiver: Receiver;
  readonly #itinerary: Itinerary;
  readonly #random: Random;
  #stage: Stage;
  #legsLeft = 0;
  #seq = 0;
  #odometer_m: number;
  #lastReport: Instant = Number.NEGATIVE_INFINITY;
  #toldIgnition: boolean | undefined;
  #toldCodes = 0;
  readonly #waiting = new Map<IncidentKind, Instant>();

  constructor(
    readonly device: DeviceId,
    readonly no: number,
    readonly traits: Traits,
    seed: string,
    town: Town,
    from: Instant,
    private readonly incidents: IncidentSchedule,
    private readonly fences: FenceWatch,
    condition: VehicleCondition = {},
  ) {
    this.#random = randomOf(seed, 'vehicle', no);
    this.#engine = new Engine(traits, this.#random, condition);
    this.#receiver = new Receiver(this.#random);
    this.#itinerary = new Itinerary(town, this.#random);
    this.troubles = new DeviceTroubles(this.#random);
    this.place = this.#itinerary.place;
    const driven_km = this.#random.between(8_000, 190_000);
    this.#odometer_m = (condition.odometer_km ?? driven_km) * 1_000;
    // The first half is on its way at once, the others follow.
    this.#stage = {
      doing: 'parked',
      until: from + (no % 2 === 0 ? this.#random.between(0, 4_000) : this.#random.between(0, 240_000)),
    };
  }

  /**
   * Lives one second up to `at`.
   * @param truths what happened in it is added
   * @returns what the device sends, `undefined` where it is silent
   */
  second(at: Instant, truths: Truth[]): ContractEvent | undefined {
    const due = this.incidents.due(at);
    if (due !== undefined) this.#waiting.set(due, at);
    for (const [kind, since] of this.#waiting) this.#tryIncident(kind, since, at, truths);
    this.#live(at);
    this.#engine.second(this.speed, this.acceleration);
    this.fences.see(this.place, at, ({ geofence, entered, at: crossedAt }) =>
      truths.push(this.#truth(entered ? 'geofence_enter' : 'geofence_exit', crossedAt, undefined, geofence)),
    );
    return this.#report(at, truths);
  }

  #live(at: Instant): void {
    const stage = this.#stage;
    if (stage.doing !== 'driving') {
      if (at >= stage.until && !this.troubles.unplugged(at)) this.#setOff(at, stage.doing);
      return;
    }
    const { motion } = stage;
    const before = motion.at;
    for (let i = 0; i < 1 / STEP; i++) motion.step();
    const { point, heading } = placeOn(motion.plan, motion.at);
    this.#odometer_m += motion.at - before;
    this.#turning = ((((heading - this.#heading + 540) % 360) - 180) * Math.PI) / 180;
    this.#heading = heading;
    this.place = point;
    this.speed = motion.speed;
    this.acceleration = motion.acceleration;
    if (motion.arrived && motion.speed === 0) this.#arrive(at);
  }

  #setOff(at: Instant, before: 'parked' | 'idling'): void {
    if (this.#legsLeft === 0) this.#legsLeft = 1 + this.#random.below(4);
    if (before === 'parked') {
      this.#engine.start();
      this.#stage = { doing: 'idling', until: at + this.#random.between(3_000, 15_000) };
      return;
    }
    this.#stage = {
      doing: 'driving',
      motion: new Motion(this.#itinerary.next(this.traits.topSpeed_kmh / this.traits.pace), this.traits),
    };
    this.#heading = placeOn(this.#stage.motion.plan, 0).heading;
  }

  /** At a stop on the way the engine often stays on; a trip's end is long enough to be one. */
  #arrive(at: Instant): void {
    this.speed = this.acceleration = this.#turning = 0;
    this.#legsLeft -= 1;
    const last = this.#legsLeft === 0;
    if (!last && this.#random.chance(0.5)) {
      this.#stage = { doing: 'idling', until: at + this.#random.between(10_000, 70_000) };
      return;
    }
    this.#engine.stop();
    const wait = last ? this.#random.between(minutes(4.5), minutes(9)) : this.#random.between(20_000, 100_000);
    this.#stage = { doing: 'parked', until: at + wait };
  }

  #tryIncident(kind: IncidentKind, since: Instant, at: Instant, truths: Truth[]): void {
    const { traits, troubles } = this;
    const harsh = kind === 'harsh_braking' || kind === 'harsh_acceleration';
    if (
      at - since > (harsh ? PATIENCE.harsh : PATIENCE.parked) ||
      (harsh && at === since && !this.#random.chance(traits.harshShare))
    ) {
      this.#waiting.delete(kind);
      return;
    }
    const motion = this.#stage.doing === 'driving' ? this.#stage.motion : undefined;
    if (kind === 'harsh_braking') {
      const value = -this.#random.between(...traits.harshBraking);
      if (!motion?.brakeHard(value, 2.6)) return;
      truths.push(this.#truth(kind, at, value, undefined));
    } else if (kind === 'harsh_acceleration') {
      const value = this.#random.between(...traits.harshAcceleration);
      if (!motion?.accelerateHard(value, 2.6)) return;
      truths.push(this.#truth(kind, at, value, undefined));
    } else if (kind === 'power_loss') {
      if (this.#stage.doing !== 'parked') return;
      troubles.unplug(at);
      truths.push(this.#truth(kind, at, 0.1, undefined));
    } else if (kind === 'device_offline') {
      troubles.fallSilent(at);
      truths.push(this.#truth(kind, at, undefined, undefined));
    } else {
      // Told with the next poll of the codes, at the latest a minute later.
      troubles.storeCode(at);
    }
    this.#waiting.delete(kind);
  }

  #report(at: Instant, truths: Truth[]): ContractEvent | undefined {
    const { troubles } = this;
    const engine = this.#engine;
    if (troubles.silent(at)) return undefined;
    const switched = engine.on !== this.#toldIgnition;
    if (!engine.on && !switched && !troubles.lastGasp(at) && at - this.#lastReport < PARKED_REPORT) return undefined;
    this.#lastReport = at;
    this.#toldIgnition = engine.on;
    this.#seq += 1;
    const event: ContractEvent = {
      ts: at,
      seq: this.#seq,
      gps: this.#receiver.fix(this.place, this.#heading, this.speed),
      ignition: engine.on,
      external_voltage: Math.round(troubles.supply(at, engine.voltage) * 100) / 100,
    };
    if (!engine.on) return event;
    event.obd = fastFrames(engine, this.speed * 3.6);
    // Some engines tell what they burn, of the others it is reckoned from their air.
    if (this.no % 2 === 0) event.obd.push(fuelRateFrame(engine));
    event.acc = this.#accelerometer();
    if (this.#seq % POLL_SLOW === 0) event.obd.push(...slowFrames(engine));
    if (this.#seq % POLL_SLOW === 5) event.odometer_km = Math.round(this.#odometer_m / 100) / 10;
    if (this.#seq % POLL_CODES === 0) this.#pollCodes(event, at, truths);
    return event;
  }

  /** Two kinds of devices: some decode the codes themselves, some send the replies as they are. */
  #pollCodes(event: ContractEvent, at: Instant, truths: Truth[]): void {
    const codes = this.troubles.codes(at);
    if (codes.length > this.#toldCodes) truths.push(this.#truth('diagnostic_trouble_code', at, undefined, codes[0]));
    this.#toldCodes = codes.length;
    if (this.no % 3 === 0) event.dtc = codes;
    else event.obd!.push(...troubleFrames(codes));
  }

  #accelerometer(): NonNullable<ContractEvent['acc']> {
    const noise = (): number => this.#random.normal(0.07);
    const round = (n: number): number => Math.round(n * 100) / 100;
    // A turn to the right presses to the left: what the seat gives is a push to the right.
    const lateral = Math.max(-3, Math.min(3, this.speed * this.#turning));
    return { x: round(lateral + noise()), y: round(this.acceleration + noise()), z: round(9.81 + 2 * noise()) };
  }

  #truth(kind: Truth['kind'], at: Instant, value: number | undefined, subject: string | undefined): Truth {
    return { kind, device: this.device, at, value, subject };
  }
}
