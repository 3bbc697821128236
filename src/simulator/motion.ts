import type { Metres, Mps2, Seconds } from '../model/units.js';
import { allowedSpeed, type DrivePlan } from './drive-plan.js';
import type { Traits } from './vehicle-traits.js';

/** The step of the model. Small against the 1 s of the events, so that what a device samples is a smooth drive. */
export const STEP: Seconds = 0.1;

/** How fast ordinary driving and an incident change the acceleration, m/s³. */
const JERK = 3;
const HARSH_JERK = 14;

/** A moment of harsh driving: hold `acceleration` until `until` seconds of the drive. */
interface Push {
  acceleration: Mps2;
  left: Seconds;
}

/** One vehicle on one way: how far, how fast. */
export class Motion {
  at: Metres = 0;
  /** m/s, never below 0. */
  speed = 0;
  acceleration: Mps2 = 0;
  #checkpoint = 0;
  #waiting: Seconds = 0;
  #push: Push | undefined;

  constructor(
    readonly plan: DrivePlan,
    private readonly traits: Traits,
  ) {}

  get arrived(): boolean {
    return this.#checkpoint >= this.plan.checkpoints.length;
  }

  get pushed(): boolean {
    return this.#push !== undefined;
  }

  /** Goes one step of `STEP` seconds. */
  step(): void {
    if (this.#waiting > 0) {
      this.#waiting -= STEP;
      return;
    }
    if (this.arrived) return;
    const wanted = this.#push?.acceleration ?? this.#ordinary();
    const jerk = (this.#push === undefined ? JERK : HARSH_JERK) * STEP;
    this.acceleration += Math.min(jerk, Math.max(-jerk, wanted - this.acceleration));
    const before = this.speed;
    this.speed = Math.max(0, this.speed + this.acceleration * STEP);
    // What really happened: a vehicle that came to a stand does not brake any more.
    this.acceleration = (this.speed - before) / STEP;
    this.at += ((before + this.speed) / 2) * STEP;
    if (this.#push !== undefined) {
      this.#push.left -= STEP;
      if (this.#push.left <= 0 || (this.#push.acceleration < 0 && this.speed < 2)) this.#push = undefined;
    }
    this.#passCheckpoint();
  }

  /** Brakes hard for `hold` seconds. @returns false where the vehicle is too slow for that */
  brakeHard(acceleration: Mps2, hold: Seconds): boolean {
    if (this.#waiting > 0 || this.pushed || this.speed < 13) return false;
    this.#push = { acceleration, left: hold };
    return true;
  }

  /** Accelerates hard for `hold` seconds. @returns false where the road ahead does not allow it */
  accelerateHard(acceleration: Mps2, hold: Seconds): boolean {
    if (this.#waiting > 0 || this.pushed || this.arrived || this.speed < 1.5 || this.speed > 10 || this.acceleration < 0)
      return false;
    const end = this.speed + acceleration * hold + 1;
    const then = this.at + ((this.speed + end) / 2) * (hold + 0.6);
    if (then >= this.plan.length || this.plan.checkpoints[this.#checkpoint]!.at <= then) return false;
    if (allowedSpeed(this.plan, then, this.#checkpoint, this.traits.braking * 0.6, 1.4) < end) return false;
    this.#push = { acceleration, left: hold };
    return true;
  }

  #ordinary(): Mps2 {
    const { acceleration, braking, pace } = this.traits;
    // Braking is planned at two thirds of what is allowed: the rest covers the steps and the jerk.
    const allowed = allowedSpeed(this.plan, this.at + this.speed * 0.4, this.#checkpoint, braking * 0.66, pace);
    return Math.min(acceleration, Math.max(-braking, (allowed - this.speed) / 0.7));
  }

  #passCheckpoint(): void {
    const next = this.plan.checkpoints[this.#checkpoint];
    if (next === undefined) return;
    const left = next.at - this.at;
    if (next.speed === 0 ? left > 1.2 || (left > 0.1 && this.speed > 0.7) : left > 0) return;
    this.#checkpoint += 1;
    if (next.speed > 0) return;
    this.speed = Math.max(0, this.speed);
    if (this.speed < 1) {
      this.speed = 0;
      this.acceleration = 0;
    }
    this.#waiting = next.wait;
  }
}
