import { internedNames } from '../../model/interned-names.js';
import { keepNewer, type NewestSignals } from '../../model/newest-signals.js';
import type { Offset } from '../../model/record.js';
import { type Instant, seconds } from '../../model/units.js';
import { readPlausibility } from '../../protocols/obd/plausibility.js';
import { readRuleMemory } from '../../rules/read-rule-memory.js';
import { OFFSET, RECEIVED } from '../track/newest-record.js';
import { readTrackMemory } from '../track/read-track-memory.js';
import { NO_STRETCHES, withAhead } from './ahead.js';
import { type Checkpoint, readCheckpoints } from './checkpoints.js';
import { type FoldMemory, type LastStep, NEVER, newFoldMemory, type RuleMemories, type Said } from './fold-memory.js';
import { readLiveMemory } from './live-memory.js';
import { addPlace, type RecentPlaces } from './recent-places.js';
import { NO_WAITING, type VehicleState, type Waiting } from './vehicle-state.js';

/** Of a checkpoint. */
export const readMemory = (text: string): FoldMemory => broughtUpToDate(JSON.parse(text) as FoldMemory);

/** Of a snapshot. @param state changed in place */
export const stateBroughtUpToDate = (state: VehicleState): VehicleState => {
  state.fold = broughtUpToDate(state.fold);
  if (state.aheadTo === undefined) stretchAhead(state);
  if (state.folded === undefined) guessFolded(state);
  state.checkpoints = readCheckpoints(state.checkpoints);
  state.live = readLiveMemory(state.live, state.fold.track);
  if (state.ahead.length === 0) state.ahead = NO_STRETCHES;
  if (state.late.length === 0) state.late = NO_WAITING;
  if (state.again) state.again.reassigned ??= 0;
  return state;
};

/** What came before its time was kept one by one, as `Waiting`, and what had come to its time is in the fold. */
const stretchAhead = (state: VehicleState): void => {
  let ahead = NO_STRETCHES;
  let earliest = NEVER;
  for (const waiting of state.ahead as readonly Pick<Waiting, 'offset' | 'at'>[]) {
    ahead = withAhead(ahead, waiting);
    earliest = Math.min(earliest, waiting.at);
  }
  state.ahead = ahead;
  state.aheadTo = Math.min(state.newestAt, earliest - 1);
};

/** How many readings came between checkpoints was not kept: taken as one a second, which decides nothing but how long the next re-folds wait. */
const guessFolded = (state: VehicleState): void => {
  const { newestAt } = state;
  const checkpoints = state.checkpoints as readonly unknown[] as Checkpoint[];
  const between = (from: Instant, to: Instant): number => Math.floor(Math.max(0, to - from) / seconds(1));
  checkpoints.forEach((checkpoint, i) => {
    checkpoint.folded = i === 0 ? 0 : between(checkpoints[i - 1]!.at, checkpoint.at);
  });
  const newest = checkpoints.at(-1);
  state.folded = newest ? between(newest.at, newestAt) : 0;
};

/** What earlier versions kept in another way is kept as now; all that it means stays as it was. Types say what is now, not what may come. */
const broughtUpToDate = (read: FoldMemory & Loose): FoldMemory => {
  // Of the same shape as those that have begun here: one whose keys were taken away would be slow for ever.
  const memory = newFoldMemory();
  memory.track = readTrackMemory(read.track);
  memory.alerts = read.alerts;
  memory.last = readLast(read.last, memory.track.numbers);
  memory.due = read.due;
  if (read.plausible !== undefined) {
    memory.plausible = readPlausibility(read.plausible);
    takeSamples(memory.track, read.plausible as SamplesOfBefore);
  }
  memory.fixParts = read.fixParts;
  memory.rules = sharedIds(read.rules);
  memory.recent = read.recent ?? recentOf(read);
  return memory;
};

/** As it was kept before. */
interface Loose {
  recentAt?: Instant[];
  recentOffset?: Offset[];
}

/** Believed samples were kept by themselves: in pairs, before that in two lists. */
interface SamplesOfBefore {
  names?: string[];
  told?: number[];
  values?: number[];
  times?: Instant[];
}

const takeSamples = (newest: NewestSignals, { names = [], told, values = [], times = [] }: SamplesOfBefore): void => {
  names.forEach((name, i) => {
    if (told === undefined) keepNewer(newest, name, values[i]!, times[i]!);
    else keepNewer(newest, name, told[2 * i]!, told[2 * i + 1]!);
  });
};

/** Where it was is what tracking knows as well. */
type LooseLast = LastStep & { offset?: Offset; received?: Instant };

const readLast = ({ offset, received, trip, driver, hidden }: LooseLast, numbers: number[]): LastStep => {
  if (offset !== undefined) numbers[OFFSET] = offset;
  if (received !== undefined) numbers[RECEIVED] = received;
  return hidden === undefined ? { trip, driver } : { trip, driver, hidden };
};

interface RuleSlot {
  id: string;
  memory: unknown;
  said: Said | null;
}

const sharedIds = (rules: RuleMemories | RuleSlot[]): RuleMemories => {
  if (!Array.isArray(rules))
    return { ids: internedNames(rules.ids), memories: rules.memories.map(readRuleMemory), said: rules.said };
  const said = rules.flatMap(slot => (slot.said === null ? [] : [[slot.id, slot.said] as const]));
  return {
    ids: internedNames(rules.map(({ id }) => id)),
    memories: rules.map(({ memory }) => readRuleMemory(memory)),
    said: said.length === 0 ? null : Object.fromEntries(said),
  };
};

const recentOf = ({ recentAt = [], recentOffset = [] }: Loose): RecentPlaces => {
  const places: RecentPlaces = [];
  recentAt.forEach((at, i) => {
    addPlace(places, at, recentOffset[i]!);
  });
  return places;
};
