// Proves: until a change of assignments that reaches back is taken in, each record is judged by who was assigned where it stands in the journal, whatever was said since; changes between
// which no reading came are kept as one, so that a list of them takes no more room than one does; and what lies ahead waits for nothing.
import { expect, test } from '@jest/globals';
import { assignedDriver } from '../attributes.js';
import { type Vehicle, vehicleOf } from '../vehicle.js';
import { newVehicleState } from '../vehicle-state.js';
import { assignmentsAt, reassign, takeReassigned } from './reassigned.js';

const drivenUntil = (newestAt: number): Vehicle => vehicleOf('v-1', 0, { ...newVehicleState(), newestAt, folded: 10 });

const say = (vehicle: Vehicle, offset: number, driver: string | undefined, from = 0, id = 'a'): boolean =>
  reassign(vehicle, offset, id, driver === undefined ? undefined : { id, vehicle: 'v-1', driver, from, to: null });

const driverAt = ({ state }: Vehicle, offset: number, taken = 0) => assignedDriver(assignmentsAt(state, offset, taken), 500);

test('each record is judged by who was assigned where it stands, and by who is once that is taken in', () => {
  const vehicle = drivenUntil(1_000);
  expect(say(vehicle, 10, 'kim')).toBe(true);
  vehicle.state.folded++;
  expect(say(vehicle, 20, 'lee')).toBe(true);
  vehicle.state.folded++;
  expect(say(vehicle, 30, undefined)).toBe(true);
  expect([5, 15, 25, 35].map(offset => driverAt(vehicle, offset))).toEqual([undefined, 'kim', 'lee', undefined]);
  expect([5, 15, 25, 35].map(offset => driverAt(vehicle, offset, 2))).toEqual(['lee', 'lee', 'lee', undefined]);
  takeReassigned(vehicle.state, 2);
  expect([5, 15, 25, 35].map(offset => driverAt(vehicle, offset))).toEqual(['lee', 'lee', 'lee', undefined]);
  takeReassigned(vehicle.state, 1);
  expect(driverAt(vehicle, 5)).toBeUndefined();
  expect(vehicle.state.reassigned).toBeUndefined();
});

test('changes between which no reading came are one, but for those that are being folded', () => {
  const vehicle = drivenUntil(1_000);
  for (let i = 0; i < 1_000; i++) say(vehicle, 10 + i, `d-${i}`, 900 - (i % 500), `a-${i}`);
  expect(vehicle.state.reassigned).toEqual([{ offset: 10, since: 401, before: [], folded: 10 }]);
  vehicle.state.again = { offset: 2_000, until: 0, late: 0, reassigned: 1, newestAt: 1_000, aheadTo: 0, next: 0, folded: 10 };
  say(vehicle, 3_000, 'kim');
  say(vehicle, 3_001, 'lee');
  expect(vehicle.state.reassigned).toMatchObject([{ offset: 10 }, { offset: 3_000, since: 0 }]);
});

test('an assignment of what is to come waits for nothing, and one that was such and is gone waits for nothing either', () => {
  const vehicle = drivenUntil(1_000);
  expect(say(vehicle, 10, 'kim', 1_001)).toBe(false);
  expect(say(vehicle, 11, undefined)).toBe(false);
  expect(say(vehicle, 12, 'kim', 1_000)).toBe(true);
  // It covered what is to be folded again.
  expect(say(vehicle, 13, 'lee', 2_000)).toBe(true);
});
