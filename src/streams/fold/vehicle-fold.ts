import { emptyMoment, type Moment } from '../../model/moment.js';
import type { Reading } from '../../model/reading.js';
import type { Offset } from '../../model/record.js';
import type { Instant } from '../../model/units.js';
import { OFFSET, RECEIVED } from '../track/newest-record.js';
import { trackDue, trackLapse, trackReading } from '../track/track-vehicle.js';
import type { VehicleConditions } from '../track/vehicle-conditions.js';
import { believableReading } from './believable-reading.js';
import { type Cause, Evaluator } from './evaluate.js';
import { type FoldMemory, lastOffset } from './fold-memory.js';
import type { FoldOutput } from './fold-output.js';
import type { ActiveRule } from './in-force.js';
import { addPlace } from './recent-places.js';
import { wholeReading } from './whole-reading.js';

/** What holds for a vehicle at one reading, and the rules that judge it. */
export interface Judging {
  conditions: VehicleConditions;
  rules: readonly ActiveRule[];
}

/**
 * One step of the fold: lapse what was due before, track, evaluate. The same code steps live readings, late ones, recovery and backtest.
 * Readings come in order; nothing but memory, reading and what is in force goes in.
 */
export class VehicleFold {
  private readonly evaluator: Evaluator;
  /** What the newest step was about; used again at each. */
  readonly moment: Moment = emptyMoment();

  /** @param poisoned told of each rule that threw when its time came without a reading; it has begun anew */
  constructor(poisoned: () => void = () => {}) {
    this.evaluator = new Evaluator(poisoned);
  }

  /**
   * What was due before the reading is judged by what was in force at the one before it, which gave it its time: so it is when a tick comes first, and
   * when all is folded again, whatever has been changed in between.
   * @param judging in force at the reading   @param judgingAt what is in force at other offsets, and then again at this one
   * @returns the reading as it was folded: with its position whole, where it came in parts, and without what cannot be true
   */
  step(memory: FoldMemory, sent: Reading, judging: Judging, judgingAt: (offset: Offset) => Judging, out: FoldOutput): Reading {
    const reading = believableReading(memory, wholeReading(memory, sent), judging.conditions);
    let { conditions, rules } = judging;
    if (memory.due <= reading.at) {
      this.advance(memory, reading.at, judgingAt(lastOffset(memory)), reading, out);
      ({ conditions, rules } = judgingAt(reading.offset));
    }
    const { moment } = this;
    trackReading(memory.track, reading, conditions, moment, out);
    addPlace(memory.recent, reading.at, reading.offset);
    const { last } = memory;
    memory.track.numbers[OFFSET] = reading.offset;
    memory.track.numbers[RECEIVED] = reading.received;
    last.trip = moment.trip ?? null;
    last.driver = moment.driver ?? null;
    const hidden = conditions.isPrivate(reading.at);
    if (hidden || last.hidden) last.hidden = hidden;
    const due = this.evaluator.step(memory, moment, rules, out);
    memory.due = Math.min(trackDue(memory.track, conditions), due);
    return reading;
  }

  /** Lets everything happen that is due up to `until` without a reading, in its order. */
  advance(memory: FoldMemory, until: Instant, { conditions, rules }: Judging, cause: Cause, out: FoldOutput): void {
    while (memory.due <= until) {
      const at = memory.due;
      if (trackDue(memory.track, conditions) <= at) trackLapse(memory.track, at, conditions, out);
      this.evaluator.lapse(memory, conditions.vehicle, at, rules, cause, out);
      this.findDue(memory, conditions, rules);
      // A deadline that does not move would hold the vehicle here for ever.
      if (memory.due <= at) memory.due = at + 1;
    }
  }

  private findDue(memory: FoldMemory, conditions: VehicleConditions, rules: readonly ActiveRule[]): void {
    memory.due = Math.min(trackDue(memory.track, conditions), this.evaluator.nextDue(memory, rules));
  }
}
