import type { Moment } from '../../model/moment.js';
import type { Reading } from '../../model/reading.js';
import { recordOf, signalIn } from '../../model/signal-columns.js';
import type { FilterSteps } from '../../ports/history.js';
import { isUsable } from '../track/accept-fix.js';

const KEPT = 100;

/** Notes what became of what was sent before rules saw it: positions that were believed or not, windows that were fitted. */
export class FilterLog {
  private readonly steps: FilterSteps = {
    readings: 0,
    duplicates: 0,
    fixes: { accepted: 0, rejected: 0, restarted: 0 },
    rejected_fixes: [],
    values_left_out: [],
    windows: {},
    longest_gap_s: null,
  };
  private before: number | undefined;

  /**
   * @param hidden the vehicle is driven privately: no place is told
   * @param restarted the position was believed though it was not reached by driving from the last one
   */
  note({ at, reading, fix, accelerations }: Moment, sent: Reading, restarted: boolean, hidden: boolean): void {
    const { steps } = this;
    steps.readings++;
    if (this.before !== undefined) steps.longest_gap_s = Math.max(steps.longest_gap_s ?? 0, (at - this.before) / 1_000);
    this.before = at;
    for (const { source } of accelerations) steps.windows[source] = (steps.windows[source] ?? 0) + 1;
    for (const [name, value] of sent.signals === reading.signals ? [] : Object.entries(recordOf(sent.signals)))
      if (signalIn(reading.signals, name) === undefined && steps.values_left_out.length < KEPT)
        steps.values_left_out.push({ ts: new Date(at).toISOString(), name, value });
    if (reading.fix === undefined) return;
    if (fix !== undefined) {
      steps.fixes[restarted ? 'restarted' : 'accepted']++;
      return;
    }
    steps.fixes.rejected++;
    if (hidden || steps.rejected_fixes.length === KEPT) return;
    const { lat, lon } = reading.fix;
    const reason = isUsable(reading.fix)
      ? 'further from the last one than a vehicle can have driven'
      : 'no position, or one too inexact to use';
    steps.rejected_fixes.push({ ts: new Date(at).toISOString(), lat, lon, reason });
  }

  read(duplicates: number): FilterSteps {
    return { ...this.steps, duplicates };
  }
}
