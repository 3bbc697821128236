import type { AlertOutcome } from '../../model/alert.js';
import type { VehicleId } from '../../model/ids.js';
import type { Moment } from '../../model/moment.js';
import type { Reading } from '../../model/reading.js';
import type { Offset } from '../../model/record.js';
import type { Journal } from '../../ports/journal.js';
import type { Conditions } from '../fold/conditions.js';
import { BEFORE_ALL, type FoldMemory, newFoldMemory } from '../fold/fold-memory.js';
import { judgingAt } from '../fold/judging.js';
import { readMemory } from '../fold/read-memory.js';
import { type Outcome, WindowOutput } from '../fold/refold/window-output.js';
import { type Vehicle, vehicleOf } from '../fold/vehicle.js';
import { type Judging, VehicleFold } from '../fold/vehicle-fold.js';
import { newVehicleState } from '../fold/vehicle-state.js';
import { OFFSET, RECEIVED } from '../track/newest-record.js';
import { type ReadingBounds, readingsInOrder, type Tally } from './readings-in-order.js';
import type { Slice } from './slice.js';

/** Looks on while a slice is folded. A fresh one is asked for at each beginning. */
export interface SliceWatch {
  /** Before a reading is stepped. */
  stepping?(reading: Reading, memory: FoldMemory): void;
  /** After it. Moment and memory are used again: copy what is kept. `sent`: before what cannot be true was left out. */
  stepped?(reading: Reading, moment: Moment, memory: FoldMemory, judging: Judging, sent: Reading): void;
  /** An alert is new or was amended; without `stepped` in between it came of time alone. */
  alert?(alert: AlertOutcome, change: 'raised' | 'updated', memory: FoldMemory): void;
}

export interface SliceContext extends ReadingBounds {
  journal: Pick<Journal, 'ofVehicle'>;
  conditions: Conditions;
  /** What judges at an offset, in place of what was in force there. */
  judge?: (inForce: Judging, offset: Offset, vehicle: Vehicle) => Judging;
  /** Lets others have the thread; called now and then. */
  breathe?: () => Promise<void>;
}

export interface FoldedSlice {
  memory: FoldMemory;
  outcomes: ReadonlyMap<string, Outcome>;
  tally: Tally;
  /** Readings that made the fold throw; left out, as they were when they came. */
  poisoned: number;
}

/** Folds a slice of the past again, by the same code that folded it live: the same memory comes out, and the same is found. */
export const foldSlice = async (
  context: SliceContext,
  slice: Slice,
  watch: () => SliceWatch = () => ({}),
): Promise<FoldedSlice> => {
  const poisoned = new Set<string>();
  for (;;) {
    const folded = await attempt(context, slice, watch(), poisoned);
    if (folded) return { ...folded, poisoned: poisoned.size };
  }
};

const attempt = async (
  context: SliceContext,
  slice: Slice,
  watch: SliceWatch,
  poisoned: Set<string>,
): Promise<Omit<FoldedSlice, 'poisoned'> | undefined> => {
  const { journal, conditions, judge, breathe } = context;
  const vehicle = vehicleIn(slice);
  const memory: FoldMemory = slice.base.memory === null ? newFoldMemory() : readMemory(slice.base.memory);
  const output = new WatchedOutput(slice.vehicle, memory, watch);
  const fold = new VehicleFold();
  const tally: Tally = { records: 0, readings: 0, duplicates: 0 };
  const judging = (offset: Offset): Judging => {
    const inForce = judgingAt(conditions, vehicle, offset);
    return judge ? judge(inForce, offset, vehicle) : inForce;
  };
  let newest: Reading | undefined;
  for await (const readings of readingsInOrder(journal, slice, context, conditions.namesAt, tally)) {
    for (const sent of readings) {
      if (poisoned.has(`${sent.offset}.${sent.n}`)) continue;
      const by = judging(sent.offset);
      watch.stepping?.(sent, memory);
      let reading: Reading;
      try {
        reading = fold.step(memory, sent, by, judging, output);
      } catch {
        poisoned.add(`${sent.offset}.${sent.n}`);
        return undefined;
      }
      watch.stepped?.(reading, fold.moment, memory, by, sent);
      newest = reading;
    }
    await breathe?.();
  }
  // The vehicle's own time goes on from its newest reading as the server's does from its arrival.
  const now = newest ? newest.at + Math.max(0, context.now - newest.received) : BEFORE_ALL;
  const lapseTo = Math.min(slice.until, now);
  const { [OFFSET]: offset = 0, [RECEIVED]: received = 0 } = memory.track.numbers;
  if (memory.due <= lapseTo) fold.advance(memory, lapseTo, judging(offset), { offset, received }, output);
  output.addOpen(memory);
  return { memory, outcomes: output.outcomes, tally };
};

const vehicleIn = ({ vehicle, partition, attributes, assignments }: Slice): Vehicle =>
  vehicleOf(vehicle, partition, { ...newVehicleState(), attributes, assignments });

class WatchedOutput extends WindowOutput {
  private readonly begun: boolean;

  constructor(
    vehicle: VehicleId,
    private readonly memory: FoldMemory,
    private readonly watch: SliceWatch,
  ) {
    super(vehicle, memory);
    this.begun = true;
  }

  override alert(alert: AlertOutcome, change: 'raised' | 'updated' = 'updated'): void {
    super.alert(alert);
    // What the base had said already is no news.
    if (this.begun) this.watch.alert?.(alert, change, this.memory);
  }
}
