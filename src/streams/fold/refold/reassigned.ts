import type { Offset } from '../../../model/record.js';
import type { Assignment } from '../../../model/vehicle.js';
import { BEFORE_ALL } from '../fold-memory.js';
import type { Vehicle } from '../vehicle.js';
import { foldedSince } from '../vehicle-checkpoints.js';
import type { VehicleState } from '../vehicle-state.js';

/** So many changes of one vehicle do not wait for the tick; between any two of them there is a reading. */
export const REASSIGNED_AT_ONCE = 64;

/** @param from how many of the changes that wait are taken in already */
export const assignmentsAt = (state: VehicleState, offset: Offset, from = 0): readonly Assignment[] => {
  const { reassigned, assignments } = state;
  if (reassigned === undefined) return assignments;
  for (let i = from; i < reassigned.length; i++) if (offset < reassigned[i]!.offset) return reassigned[i]!.before;
  return assignments;
};

/**
 * Takes in what was said of an assignment.
 * @param assignment undefined: it is none any more
 * @returns whether it reaches back, so that the vehicle is to be folded again
 */
export const reassign = (vehicle: Vehicle, offset: Offset, id: string, assignment: Assignment | undefined): boolean => {
  const { state } = vehicle;
  const before = state.assignments;
  const old = before.find(known => known.id === id);
  state.assignments = before.filter(known => known !== old);
  if (assignment) state.assignments = state.assignments.concat([assignment]);
  vehicle.dirty = true;
  const since = Math.min(assignment?.from ?? state.newestAt + 1, old?.from ?? state.newestAt + 1);
  if (since > state.newestAt) return false;
  const waiting = state.reassigned ?? [];
  const folded = foldedSince(state, BEFORE_ALL);
  const newest = waiting.length > (state.again?.reassigned ?? 0) ? waiting.at(-1) : undefined;
  // Nothing was told in between: the two are as one.
  if (newest?.folded === folded)
    state.reassigned = [...waiting.slice(0, -1), { ...newest, since: Math.min(newest.since, since) }];
  else state.reassigned = [...waiting, { offset, since, before, folded }];
  return true;
};

/** So many of the changes wait no longer, the first of them. */
export const takeReassigned = (state: VehicleState, count: number): void => {
  const left = state.reassigned?.slice(count) ?? [];
  state.reassigned = left.length === 0 ? undefined : left;
};
