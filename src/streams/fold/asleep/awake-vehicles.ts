import { attributesAt } from '../attributes.js';
import type { FoldContext } from '../fold-context.js';
import { shownOf } from '../live-view.js';
import type { Asleep, Bed, Vehicle } from '../vehicle.js';
import { isToFoldAgain, type VehicleState } from '../vehicle-state.js';

/** So many are looked at for one that falls asleep. */
const TRIES = 4;
/** One of so many that wake takes the place of another. */
const STAYS = 32;

/**
 * Those vehicles of a partition that are awake. Where they are more than may be, it is who woke last that falls asleep again: most fleets speak in turns, so that
 * whoever was heard longest ago is the one who speaks next; and a state that is dropped at once is young, and costs no collection anything. Now and then it is
 * another instead, by chance, but none that was heard a second time since it woke or was passed over: so those that speak more often than others come to stay awake.
 */
export class AwakeVehicles implements Bed {
  private readonly awake: Vehicle[] = [];
  private chance = 1;

  /** @param most may be awake */
  constructor(
    private readonly context: Pick<FoldContext, 'packer' | 'counters' | 'judgedAlike'>,
    private readonly most: number,
  ) {}

  get areTooMany(): boolean {
    return this.awake.length > this.most;
  }

  add(vehicle: Vehicle): void {
    vehicle.placeAwake = this.awake.length;
    this.awake.push(vehicle);
  }

  /** Of one that sleeps. It stays as it is. */
  unpack({ packed }: Asleep): VehicleState {
    return this.context.packer.unpack(packed);
  }

  woke(vehicle: Vehicle): void {
    this.context.counters.add('vehicles_woke_total');
    this.add(vehicle);
  }

  /** Until no more are awake than may be, or so many fell asleep, or nobody is found who can. */
  makeRoom(atOnce: number): void {
    for (let fell = 0; fell < atOnce && this.areTooMany; fell++) {
      const vehicle = this.someone();
      if (vehicle === undefined) return;
      this.letSleep(vehicle);
      this.context.counters.add('vehicles_made_room_total');
    }
  }

  /** For whoever changed one that slept: it sleeps on, if it can. */
  sleepOn(vehicle: Vehicle): void {
    if (vehicle.asleep === undefined && canSleep(vehicle)) this.letSleep(vehicle);
  }

  /** Whoever asks for its state wakes it, and has it as it was. */
  letSleep(vehicle: Vehicle): void {
    const { packer, counters, judgedAlike } = this.context;
    const { state } = vehicle;
    vehicle.fallAsleep({
      packed: packer.pack(state, shownOf(state)),
      heard: state.heard,
      judged: judgedAlike.as(attributesAt(state.attributes, Number.MAX_SAFE_INTEGER)),
      rejected: state.fold.plausible?.rejected ?? null,
    });
    this.remove(vehicle);
    counters.add('vehicles_fell_asleep_total');
  }

  private someone(): Vehicle | undefined {
    let heardAgain: Vehicle | undefined;
    for (let tries = 0; tries < TRIES; tries++) {
      const place = tries === 0 && this.draw(STAYS) > 0 ? this.awake.length - 1 : this.draw(this.awake.length);
      const vehicle = this.awake[place]!;
      if (!canSleep(vehicle)) continue;
      if (!vehicle.heardAgain) return vehicle;
      vehicle.heardAgain = false;
      heardAgain = vehicle;
    }
    return heardAgain;
  }

  private remove(vehicle: Vehicle): void {
    const last = this.awake.pop()!;
    if (last === vehicle) return;
    last.placeAwake = vehicle.placeAwake;
    this.awake[last.placeAwake] = last;
  }

  /** @returns one of so many numbers, from 0 */
  private draw(of: number): number {
    this.chance = (Math.imul(this.chance, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.chance / 2 ** 32) * of);
  }
}

/** Nothing of it is on its way that is looked at at each tick, and its memory is whole. */
export const canSleep = ({ broken, state }: Vehicle): boolean => !broken && !isToFoldAgain(state) && state.again === undefined;
