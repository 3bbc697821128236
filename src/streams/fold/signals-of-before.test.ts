// Proves: a state whose newest signals stood in four places (believed samples, signs, values for a freeze frame, live view) is gone on with: all that
// was known of them is known, at its newest.
import { expect, test } from '@jest/globals';
import { SIGN, signAt } from '../track/engine-signs.js';
import { liveStateOf } from './live-view.js';
import { stateBroughtUpToDate } from './read-memory.js';
import { newVehicleState, type VehicleState } from './vehicle-state.js';

const AT = Date.UTC(2026, 0, 5, 8);
const COOLANT = 2;
const SIGNS = 34;

const savedBefore = (): VehicleState => {
  const state = JSON.parse(JSON.stringify(newVehicleState())) as VehicleState;
  const { signalNames: _, signals: __, ...track } = state.fold.track;
  const signs = Array<number>(SIGNS).fill(0);
  signs.splice(COOLANT, 2, 79, AT);
  Object.assign(track, { signs, dtcs: { codes: [], milOn: false, latest: [1_600, 20, -1, 79, -1, -1, -1, 14.1] } });
  const plausible = {
    names: ['vehicle_speed', 'coolant_temp'],
    told: [20, AT, 81, AT + 1_000],
    doubted: null,
    rejected: null,
    vindicated: 0,
  };
  Object.assign(state.fold, { track, plausible });
  const names = ['external_voltage', 'vehicle_speed', 'ours'];
  const numbers = [52, 13, 20, AT, 90, AT, 14.2, AT, 18, AT - 5_000, 7, AT];
  Object.assign(state, { live: { numbers, names, ignition: true, engineOn: true, driver: null } });
  return state;
};

test('signals of four places', () => {
  const state = stateBroughtUpToDate(savedBefore());
  const { signals, lat, lon, speed, heading, rejected } = liveStateOf('v', state, AT);
  expect(signals).toEqual({
    coolant_temp: { value: 81, at: AT + 1_000 },
    vehicle_speed: { value: 20, at: AT },
    external_voltage: { value: 14.2, at: AT },
    ours: { value: 7, at: AT },
  });
  expect({ lat, lon, speed, heading, rejected }).toEqual({ lat: 52, lon: 13, speed: 20, heading: 90, rejected: {} });
  expect(signAt(state.fold.track, SIGN.coolant_temp, AT + 2_000, 1_000)).toBe(81);
  expect(signAt(state.fold.track, SIGN.engine_load, AT + 2_000, 1_000)).toBeNaN();
});

test('those of before that, in two lists each', () => {
  const state = savedBefore();
  const signs = { values: [0, 77, 0], times: [0, AT, 0] };
  const plausible = { names: ['vehicle_speed'], values: [20], times: [AT], doubted: null, rejected: { fell: 2 }, vindicated: 1 };
  const seen = { lat: 52, lon: null, speed: null, speedAt: 0, heading: null, movedAt: 0, ignition: null, engineOn: null };
  Object.assign(state.fold.track, { signs });
  Object.assign(state.fold, { plausible });
  Object.assign(state, { live: { ...seen, driver: null, names: ['ours'], values: [7], times: [AT] } });
  const { signals, rejected } = liveStateOf('v', stateBroughtUpToDate(state), AT);
  expect(signals).toEqual({
    coolant_temp: { value: 77, at: AT },
    vehicle_speed: { value: 20, at: AT },
    ours: { value: 7, at: AT },
  });
  expect(rejected).toEqual({ fell: 2 });
  expect(state.fold.plausible).toEqual({ doubted: null, rejected: { fell: 2 }, vindicated: 1 });
});
