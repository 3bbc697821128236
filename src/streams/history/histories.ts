import type { Alert, AlertKind } from '../../model/alert.js';
import { BusyError, TooMuchError } from '../../model/history-errors.js';
import type { VehicleId } from '../../model/ids.js';
import type { Instant, Millis } from '../../model/units.js';
import type { Clock } from '../../ports/clock.js';
import type { History, Why, WhyNot } from '../../ports/history.js';
import type { PastView } from './past-view.js';
import { type WhyContext, why } from './why.js';
import { whyNot } from './why-not.js';

export interface HistoriesOptions {
  past: PastView;
  clock: Clock;
  /** Lets the rest of the process go on; called after every few thousand readings. */
  breathe: () => Promise<void>;
  atOnce: number;
  /** Readings that one question may decode. */
  readings: number;
  count: (counter: string) => void;
}

/** Answers questions about the past, some at a time. */
export class Histories implements History {
  private running = 0;

  constructor(private readonly options: HistoriesOptions) {}

  why(alert: Alert): Promise<Why> {
    return this.bounded(context => why(this.options.past, alert, context));
  }

  whyNot(vehicle: VehicleId, kind: AlertKind, at: Instant, within: Millis): Promise<WhyNot> {
    return this.bounded(context => whyNot(this.options.past, { vehicle, kind, at, within }, context));
  }

  private async bounded<T>(answer: (context: WhyContext) => Promise<T>): Promise<T> {
    const { atOnce, readings: most, clock, breathe, count } = this.options;
    if (this.running >= atOnce) {
      count('history_busy');
      throw new BusyError(`${atOnce} questions about the past are being answered: ask again in a moment.`);
    }
    let left = most;
    const spend = (readings: number): void => {
      left -= readings;
      if (left >= 0) return;
      count('history_too_much');
      throw new TooMuchError(`More than ${most} events would have to be folded again.`, { most });
    };
    this.running++;
    try {
      return await answer({ now: clock.now(), breathe, spend });
    } finally {
      this.running--;
    }
  }
}
